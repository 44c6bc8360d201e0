/* Nothing that was answered OK in a forked child is lost, whatever the parent does. */
#include "host.h"

#include <pthread.h>

static const char *program;

/* A daemon: the parent opens the ledger and exits. Another process opens and closes it; then the child dies. */
static void daemon_child(const char *path) {
  int ready[2], ended;
  CHECK(pipe(ready) == 0);
  pid_t parent = fork();
  if (parent == 0) {
    recoup_engine *parents = open_ledger(path);
    CHECK(parents && block(parents, "before") == RECOUP_STATUS_OK);
    pid_t child = fork();
    if (child) _exit(child > 0 ? 0 : 1);
    close(ready[0]);
    CHECK(block(parents, "never") == RECOUP_STATUS_FORKED);
    recoup_engine_free(parents);
    recoup_engine *own = open_ledger(path);
    CHECK(own && blocked(own, "before") == 1);
    CHECK(block(own, "ann") == RECOUP_STATUS_OK);
    CHECK(look_from_outside(program, path, "before,ann") == 2);
    CHECK(block(own, "bob") == RECOUP_STATUS_OK && block(own, "eve") == RECOUP_STATUS_OK);
    CHECK(write(ready[1], "x", 1) == 1);
    kill(getpid(), SIGKILL);
  }
  close(ready[1]);
  CHECK(parent > 0 && waitpid(parent, &ended, 0) == parent && WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
  char byte;
  CHECK(read(ready[0], &byte, 1) == 1);
  while (read(ready[0], &byte, 1) > 0) {}
  close(ready[0]);
  CHECK(look_from_outside(program, path, "before,ann,bob,eve") == 4);
}

/* A worker of a pre-fork master that frees its own engine meanwhile. */
static void worker(const char *path) {
  int to[2], from[2], ended;
  char byte;
  CHECK(pipe(to) == 0 && pipe(from) == 0);
  recoup_engine *masters = open_ledger(path);
  CHECK(masters);
  pid_t child = fork();
  if (child == 0) {
    recoup_engine *own = open_ledger(path);
    CHECK(own && block(own, "fay") == RECOUP_STATUS_OK);
    CHECK(write(from[1], "x", 1) == 1 && read(to[0], &byte, 1) == 1);
    CHECK(block(own, "gus") == RECOUP_STATUS_OK && block(own, "hal") == RECOUP_STATUS_OK);
    kill(getpid(), SIGKILL);
  }
  CHECK(read(from[0], &byte, 1) == 1);
  recoup_engine_free(masters);
  CHECK(write(to[1], "x", 1) == 1);
  CHECK(waitpid(child, &ended, 0) == child && WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL);
  CHECK(look_from_outside(program, path, "fay,gus,hal") == 3);
}

static volatile int busy = 1;

static void *write_on(void *engine) {
  char user[32];
  for (int n = 0; busy; n++) {
    snprintf(user, sizeof user, "busy-%d", n);
    if (block(engine, user)) abort();
  }
  return NULL;
}

/* The parent writes on another thread while it forks: the child finds no lock of the library's held. */
static void fork_while_busy(const char *path) {
  pthread_t thread;
  recoup_engine *parents = open_ledger(path);
  CHECK(parents && pthread_create(&thread, NULL, write_on, parents) == 0);
  for (int n = 0; n < 40; n++) {
    int ended;
    char user[32];
    snprintf(user, sizeof user, "child-%d", n);
    pid_t child = fork();
    if (child == 0) {
      give_up_after(60);
      recoup_engine *own = open_ledger(path);
      CHECK(own && block(own, user) == RECOUP_STATUS_OK);
      recoup_engine_free(own);
      _exit(0);
    }
    CHECK(child > 0 && waitpid(child, &ended, 0) == child && WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
  }
  busy = 0;
  pthread_join(thread, NULL);
  recoup_engine_free(parents);
  CHECK(look_from_outside(program, path, "busy-0,child-0,child-39") == 3);
}

int main(int argc, char **argv) {
  program = argv[0];
  if (argc == 4 && !strcmp(argv[1], "look")) return look(argv[2], argv[3]);
  if (argc != 2) return 2;
  give_up_after(240);
  daemon_child(argv[1]);
  worker(argv[1]);
  fork_while_busy(argv[1]);
  puts("ok");
  return 0;
}
