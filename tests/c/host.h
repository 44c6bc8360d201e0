/* What the programs that live in a host's process share: a plain C host with the system's signal settings. */
#ifndef RECOUP_TEST_HOST_H
#define RECOUP_TEST_HOST_H
#define _GNU_SOURCE
#include "recoup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <unistd.h>

/* The code of a failed call. */
struct failure {
  recoup_status status;
  int retryable;
  int sqlite;
  char code[64];
  char message[1024];
};

static struct failure last;

static void keep(recoup_status status, recoup_error *error) {
  memset(&last, 0, sizeof last);
  last.status = status;
  if (!error) return;
  last.retryable = recoup_error_is_retryable(error);
  last.sqlite = recoup_error_sqlite_code(error);
  recoup_string code = recoup_error_code(error), message = recoup_error_message(error);
  snprintf(last.code, sizeof last.code, "%.*s", (int)code.len, code.data ? code.data : "");
  snprintf(last.message, sizeof last.message, "%.*s", (int)message.len, message.data ? message.data : "");
  recoup_error_free(error);
}

/* In two steps: the call and its error object as arguments of one call would be in no certain order. */
#define KEEP(call)                \
  do {                            \
    recoup_status called = (call); \
    keep(called, error);          \
  } while (0)

#define CHECK(holds)                                                                                              \
  do {                                                                                                            \
    if (!(holds)) {                                                                                               \
      fprintf(stderr, "%s:%d: not so: %s (last: status %d %s retryable %d sqlite %d: %s)\n", __FILE__, __LINE__, #holds, \
              last.status, last.code, last.retryable, last.sqlite, last.message);                                 \
      _exit(1);                                                                                                   \
    }                                                                                                             \
  } while (0)

static recoup_engine *open_ledger(const char *path) {
  char config[1200];
  recoup_engine *engine = NULL;
  recoup_error *error = NULL;
  snprintf(config, sizeof config,
           "{\"database\":\"%s\",\"stripe\":[{\"name\":\"shop\",\"webhook_secrets\":"
           "[\"whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3Q\"]}]}",
           path);
  KEEP(recoup_engine_open(config, strlen(config), "", 0, &engine, &error));
  return engine;
}

static inline recoup_status block(const recoup_engine *engine, const char *user) {
  recoup_error *error = NULL;
  recoup_status status = recoup_engine_block(engine, user, strlen(user), 0, "mod", 3, "test", 4, NULL, &error);
  keep(status, error);
  return status;
}

static inline int blocked(const recoup_engine *engine, const char *user) {
  uint8_t found = 9;
  recoup_error *error = NULL;
  KEEP(recoup_engine_is_blocked(engine, user, strlen(user), &found, &error));
  return found;
}

/* By the file, where is_blocked answers from memory. */
static inline recoup_status query(const recoup_engine *engine, const char *user) {
  recoup_text *text = NULL;
  recoup_error *error = NULL;
  recoup_status status = recoup_engine_query_user(engine, user, strlen(user), &text, &error);
  keep(status, error);
  if (text) recoup_text_free(text);
  return status;
}

static inline recoup_gateway *listen_here(const recoup_engine *engine, int *port) {
  recoup_gateway *gateway = NULL;
  recoup_text *text = NULL;
  recoup_error *error = NULL;
  KEEP(recoup_listen(engine, "127.0.0.1:0", 11, "", 0, &gateway, &error));
  if (!gateway) return NULL;
  CHECK(recoup_gateway_address(gateway, &text, NULL) == RECOUP_STATUS_OK);
  *port = atoi(strrchr(recoup_text_view(text).data, ':') + 1);
  recoup_text_free(text);
  return gateway;
}

static inline int connect_to(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client < 0) return -1;
  if (connect(client, (struct sockaddr *)&to, sizeof to)) {
    close(client);
    return -1;
  }
  return client;
}

/* The status of one request, 0 where no answer comes within ten seconds. */
static inline int ask(int port, const char *request) {
  char answer[512];
  int client = connect_to(port);
  if (client < 0) return 0;
  struct timeval limit = {.tv_sec = 10};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ssize_t sent = send(client, request, strlen(request), MSG_NOSIGNAL);
  ssize_t got = sent < 0 ? -1 : recv(client, answer, sizeof answer - 1, 0);
  close(client);
  if (got < 12) return 0;
  answer[got] = 0;
  return atoi(answer + 9);
}

/* Ends a program that hangs. */
static inline void give_up_after(unsigned seconds) {
  signal(SIGALRM, SIG_DFL);
  alarm(seconds);
}

/* Opens and closes the ledger in another process, as a support tool does; returns how many of the users are blocked. */
static inline int look_from_outside(const char *program, const char *path, const char *users) {
  int ended = 0;
  pid_t pid = fork();
  if (pid == 0) {
    execl(program, program, "look", path, users, (char *)NULL);
    _exit(99);
  }
  CHECK(pid > 0 && waitpid(pid, &ended, 0) == pid && WIFEXITED(ended));
  return WEXITSTATUS(ended);
}

/* The other side of it: the exit code is how many are blocked. */
static inline int look(const char *path, const char *users) {
  char names[256], *rest = names, *name;
  int count = 0;
  recoup_engine *engine = open_ledger(path);
  if (!engine) return 98;
  snprintf(names, sizeof names, "%s", users);
  while ((name = strtok_r(rest, ",", &rest))) count += blocked(engine, name) == 1;
  recoup_engine_free(engine);
  return count;
}

#endif
