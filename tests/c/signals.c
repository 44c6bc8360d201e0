/* No signal reaches the host through the library, and none that the host waits for ends at one of its threads. The host has
   the system's settings: a SIGPIPE ends it. */
#include "host.h"

#include <dirent.h>

static unsigned long long blocked_by(const char *thread) {
  char name[300], line[256];
  unsigned long long mask = 0;
  snprintf(name, sizeof name, "/proc/self/task/%s/status", thread);
  FILE *status = fopen(name, "r");
  /* A thread that has ended meanwhile. */
  if (!status) return ~0ULL;
  while (fgets(line, sizeof line, status)) sscanf(line, "SigBlk: %llx", &mask);
  fclose(status);
  return mask;
}

static int threads_take_nothing(void) {
  static const int waited_for[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGCHLD,
                                   SIGCONT, SIGTSTP, SIGWINCH, SIGXFSZ, SIGIO, SIGPROF};
  char own[32];
  int count = 0;
  struct dirent *entry;
  DIR *threads = opendir("/proc/self/task");
  CHECK(threads);
  snprintf(own, sizeof own, "%d", (int)getpid());
  while ((entry = readdir(threads))) {
    if (entry->d_name[0] == '.' || !strcmp(entry->d_name, own)) continue;
    unsigned long long mask = blocked_by(entry->d_name);
    for (size_t n = 0; n < sizeof waited_for / sizeof *waited_for; n++)
      CHECK(mask & (1ULL << (waited_for[n] - 1)));
    if (mask != ~0ULL) {
      CHECK(!(mask & (1ULL << (SIGSEGV - 1))));
      /* Mono stops threads by these, and waits for them. */
      CHECK(!(mask & (1ULL << (SIGPWR - 1))) && !(mask & (1ULL << (SIGRTMIN + 1 - 1))));
    }
    count++;
  }
  closedir(threads);
  return count;
}

static void submit(const recoup_engine *engine) {
  static const uint8_t body[] = "{}";
  recoup_request request;
  memset(&request, 0, sizeof request);
  request.struct_size = sizeof request;
  request.store = (recoup_string){"stripe", 6};
  request.body = body;
  request.body_len = 2;
  CHECK(recoup_engine_submit(engine, &request, 1, NULL) == RECOUP_STATUS_OK);
}

/* Pipelined requests, and closed before the answers: what is written then would raise SIGPIPE. */
static void leave_early(int port) {
  static const char *const requests[] = {
      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /v1/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
      "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
  };
  for (int n = 0; n < 120; n++) {
    int client = connect_to(port);
    CHECK(client >= 0);
    const char *request = requests[n % 4];
    for (int again = 0; again <= n % 6; again++) send(client, request, strlen(request), MSG_NOSIGNAL);
    if (n % 3 == 1) {
      struct linger reset = {.l_onoff = 1, .l_linger = 0};
      setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    if (n % 3 == 2) shutdown(client, SHUT_RD);
    close(client);
    if (n % 10 == 0) usleep(20000);
  }
}

int main(int argc, char **argv) {
  int port = 0, got = 0;
  sigset_t terminate;
  if (argc != 2) return 2;
  give_up_after(120);
  recoup_engine *engine = open_ledger(argv[1]);
  CHECK(engine);
  recoup_gateway *gateway = listen_here(engine, &port);
  CHECK(gateway);
  CHECK(recoup_engine_start_dispatcher(engine, NULL) == RECOUP_STATUS_OK);
  submit(engine);
  CHECK(ask(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
  CHECK(ask(port, "POST /v1/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}") >= 400);
  CHECK(threads_take_nothing() >= 5);

  leave_early(port);
  usleep(300000);
  CHECK(ask(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
  CHECK(threads_take_nothing() >= 5);

  /* As servers end: the signal comes to the thread that waits, though the library's threads began before it was blocked. */
  sigemptyset(&terminate);
  sigaddset(&terminate, SIGTERM);
  CHECK(sigprocmask(SIG_BLOCK, &terminate, NULL) == 0);
  kill(getpid(), SIGTERM);
  CHECK(sigwait(&terminate, &got) == 0 && got == SIGTERM);
  recoup_gateway_free(gateway);
  recoup_engine_free(engine);
  puts("ok");
  return 0;
}
