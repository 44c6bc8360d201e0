/* A program that unloads the library while its threads run and while a thread of the program has called it. The library
   stays loaded, and everything works on.

     unload LIBRARY FOLDER        FOLDER must be empty */
#define _POSIX_C_SOURCE 200809L
#include "recoup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>
typedef HMODULE library_t;
static library_t load(const char *path) { return LoadLibraryA(path); }
static void unload(library_t library) { FreeLibrary(library); }
static int is_loaded(const char *path) { return GetModuleHandleA(path) != NULL; }
static void *find(library_t library, const char *name) {
  FARPROC function = GetProcAddress(library, name);
  void *address;
  memcpy(&address, &function, sizeof address);
  return address;
}
#else
#include <dlfcn.h>
typedef void *library_t;
static library_t load(const char *path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }
static void unload(library_t library) { dlclose(library); }
static int is_loaded(const char *path) { return dlopen(path, RTLD_NOW | RTLD_NOLOAD) != NULL; }
static void *find(library_t library, const char *name) { return dlsym(library, name); }
#endif

/* POSIX and Windows let addresses of functions pass through void *, C only their bytes. */
#define FIND(function) \
  do { \
    void *address = find(library, #function); \
    if (!address) give_up("no function " #function); \
    memcpy(&call.function, &address, sizeof address); \
  } while (0)
#define TYPE(function) __typeof__(&function) function

static struct {
  __extension__ TYPE(recoup_engine_open);
  __extension__ TYPE(recoup_engine_block);
  __extension__ TYPE(recoup_engine_is_blocked);
  __extension__ TYPE(recoup_engine_on_event);
  __extension__ TYPE(recoup_engine_start_dispatcher);
  __extension__ TYPE(recoup_engine_submit);
  __extension__ TYPE(recoup_engine_wait);
  __extension__ TYPE(recoup_engine_poll_completions);
  __extension__ TYPE(recoup_engine_free);
} call;

static void give_up(const char *why) {
  fprintf(stderr, "unload: %s\n", why);
  exit(1);
}

static recoup_handled on_event(uintptr_t data, const recoup_event *event) {
  (void)data, (void)event;
  return RECOUP_HANDLED_DONE;
}

static void block(const recoup_engine *engine, const char *user) {
  uint8_t blocked = 0;
  if (call.recoup_engine_block(engine, user, strlen(user), 0, "op", 2, "test", 4, NULL, NULL)) give_up("no block");
  if (call.recoup_engine_is_blocked(engine, user, strlen(user), &blocked, NULL) || !blocked) give_up("not blocked");
}

int main(int argc, char **argv) {
  static const char config[] = "{\"database\": \"ledger.db\"}";
  static const char body[] = "{}";
  recoup_engine *engine = NULL;
  recoup_completion completion = {0};
  recoup_request request = {0};
  size_t count = 0;
  if (argc != 3) give_up("which library, and which folder?");
  library_t library = load(argv[1]);
  if (!library) give_up("the library cannot be loaded");
  FIND(recoup_engine_open);
  FIND(recoup_engine_block);
  FIND(recoup_engine_is_blocked);
  FIND(recoup_engine_on_event);
  FIND(recoup_engine_start_dispatcher);
  FIND(recoup_engine_submit);
  FIND(recoup_engine_wait);
  FIND(recoup_engine_poll_completions);
  FIND(recoup_engine_free);

  /* The writer, the threads for submitted requests, and the dispatcher. */
  if (call.recoup_engine_open(config, sizeof config - 1, argv[2], strlen(argv[2]), &engine, NULL)) give_up("no engine");
  if (call.recoup_engine_on_event(engine, on_event, 0, NULL, NULL)) give_up("no callback");
  if (call.recoup_engine_start_dispatcher(engine, NULL)) give_up("no dispatcher");
  request.struct_size = sizeof request;
  request.store.data = "app-store";
  request.store.len = 9;
  request.body = (const uint8_t *)body;
  request.body_len = sizeof body - 1;
  if (call.recoup_engine_submit(engine, &request, 7, NULL)) give_up("not submitted");
  block(engine, "ann");

  unload(library);
  if (!is_loaded(argv[1])) give_up("the library was unloaded");
  block(engine, "bob");
  completion.struct_size = sizeof completion;
  while (count == 0)
    if (call.recoup_engine_poll_completions(engine, &completion, 1, &count, NULL, NULL)) give_up("no completion");
  if (completion.tag != 7) give_up("another completion");
  call.recoup_engine_free(engine);
  unload(library);
  if (!is_loaded(argv[1])) give_up("the library was unloaded when its engine was freed");
  puts("ok");
  return 0;
}
