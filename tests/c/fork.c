/* An engine is the process's that opened it: a forked child is reported so, can free it, and opens its own. */
#define _POSIX_C_SOURCE 200809L
#include "recoup.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int is_blocked(const recoup_engine *engine, recoup_status *status) {
  uint8_t blocked = 7;
  *status = recoup_engine_is_blocked(engine, "ann", 3, &blocked, NULL);
  return blocked;
}

static int child(recoup_engine *parents, const char *config) {
  recoup_engine *own = NULL;
  recoup_status status;
  if (is_blocked(parents, &status) != 7 || status != RECOUP_STATUS_FORKED) return 2;
  if (recoup_engine_close(parents, NULL) != RECOUP_STATUS_FORKED) return 3;
  recoup_engine_free(parents);
  if (recoup_engine_open_file(config, strlen(config), &own, NULL) != RECOUP_STATUS_OK) return 4;
  if (is_blocked(own, &status) != 1 || status != RECOUP_STATUS_OK) return 5;
  recoup_engine_free(own);
  return 0;
}

int main(int argc, char **argv) {
  recoup_engine *engine = NULL;
  recoup_status status;
  const char *config = argc > 1 ? argv[1] : "";
  int ended = 1;
  pid_t pid;
  if (recoup_engine_open_file(config, strlen(config), &engine, NULL) != RECOUP_STATUS_OK) return 10;
  if (recoup_engine_block(engine, "ann", 3, 0, "mod", 3, "test", 4, NULL, NULL) != RECOUP_STATUS_OK) return 11;
  if ((pid = fork()) == 0) _exit(child(engine, config));
  if (pid < 0 || waitpid(pid, &ended, 0) != pid || !WIFEXITED(ended)) return 12;
  if (WEXITSTATUS(ended)) return WEXITSTATUS(ended);
  if (is_blocked(engine, &status) != 1 || status != RECOUP_STATUS_OK) return 13;
  recoup_engine_free(engine);
  puts("ok");
  return 0;
}
