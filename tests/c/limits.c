/* Threads, file descriptors and room for files run out: each call reports it, nothing hangs, and the engine stays usable. */
#include "host.h"

#include <dirent.h>
#include <sys/types.h>

#define HEALTH "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void limit(int which, rlim_t most) {
  struct rlimit now;
  CHECK(getrlimit(which, &now) == 0);
  now.rlim_cur = most < now.rlim_max ? most : now.rlim_max;
  CHECK(setrlimit(which, &now) == 0);
}

static void unlimit(int which) {
  struct rlimit now;
  CHECK(getrlimit(which, &now) == 0);
  now.rlim_cur = now.rlim_max;
  CHECK(setrlimit(which, &now) == 0);
}

static void is_out_of(const char *code) {
  CHECK(last.status == RECOUP_STATUS_OUT_OF_RESOURCES && last.retryable && !strcmp(last.code, code));
}

static recoup_status submit(const recoup_engine *engine) {
  static const uint8_t body[] = "{}";
  recoup_request request;
  recoup_error *error = NULL;
  memset(&request, 0, sizeof request);
  request.struct_size = sizeof request;
  request.store = (recoup_string){"stripe", 6};
  request.body = body;
  request.body_len = 2;
  recoup_status status = recoup_engine_submit(engine, &request, 1, &error);
  keep(status, error);
  return status;
}

static recoup_status dispatch(const recoup_engine *engine) {
  recoup_error *error = NULL;
  recoup_status status = recoup_engine_start_dispatcher(engine, &error);
  keep(status, error);
  return status;
}

/* The limit counts all threads of a user, and none of root's. */
static void threads(const char *path) {
  int port = 0;
  if (getuid() == 0) {
    uid_t nobodys = (uid_t)(200000 + getpid() % 100000);
    CHECK(chown(path, nobodys, nobodys) == 0 && setgid(nobodys) == 0 && setuid(nobodys) == 0);
  }
  char ledger[1100];
  snprintf(ledger, sizeof ledger, "%s/ledger.db", path);
  limit(RLIMIT_NPROC, 1);
  CHECK(!open_ledger(ledger));
  is_out_of("no_threads");
  unlimit(RLIMIT_NPROC);
  recoup_engine *engine = open_ledger(ledger);
  CHECK(engine && block(engine, "ann") == RECOUP_STATUS_OK);
  /* From no thread available to just enough. */
  recoup_gateway *gateway = NULL;
  for (rlim_t most = 1; !gateway; most++) {
    CHECK(most < 12);
    limit(RLIMIT_NPROC, most);
    gateway = listen_here(engine, &port);
    if (!gateway) is_out_of("no_threads");
    CHECK(block(engine, "bob") == RECOUP_STATUS_OK);
    /* Threads that started before the one that failed end by themselves. */
    if (!gateway) usleep(100000);
  }
  limit(RLIMIT_NPROC, 1);
  CHECK(submit(engine) != RECOUP_STATUS_OK);
  is_out_of("no_threads");
  CHECK(dispatch(engine) != RECOUP_STATUS_OK);
  is_out_of("no_threads");
  for (int n = 0; n < 3; n++) {
    CHECK(ask(port, HEALTH) == 200);
    CHECK(ask(port, "POST /v1/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}") >= 400);
  }
  CHECK(block(engine, "eve") == RECOUP_STATUS_OK && query(engine, "eve") == RECOUP_STATUS_OK);
  unlimit(RLIMIT_NPROC);
  CHECK(submit(engine) == RECOUP_STATUS_OK && dispatch(engine) == RECOUP_STATUS_OK);
  recoup_gateway_free(gateway);
  recoup_engine_free(engine);
}

static int open_files(void) {
  int count = 0;
  DIR *files = opendir("/proc/self/fd");
  CHECK(files);
  while (readdir(files)) count++;
  closedir(files);
  /* Without the two names of folders, and the list's own. */
  return count - 3;
}

static void descriptors(const char *path) {
  int clients[64], count = 0, port = 0;
  char ledger[1100];
  snprintf(ledger, sizeof ledger, "%s/ledger.db", path);
  recoup_engine *engine = open_ledger(ledger);
  CHECK(engine && block(engine, "ann") == RECOUP_STATUS_OK);
  recoup_gateway *gateway = listen_here(engine, &port);
  CHECK(gateway && ask(port, HEALTH) == 200);
  limit(RLIMIT_NOFILE, (rlim_t)open_files() + 8);
  while (count < 64 && (clients[count] = connect_to(port)) >= 0) count++;
  CHECK(count < 64);
  /* None is left: calls that need one report it, and calls that need none work. */
  usleep(300000);
  CHECK(block(engine, "bob") == RECOUP_STATUS_OK && blocked(engine, "bob") == 1);
  char other[1100];
  snprintf(other, sizeof other, "%s/other.db", path);
  CHECK(!open_ledger(other));
  is_out_of("no_descriptors");
  if (query(engine, "bob") != RECOUP_STATUS_OK) is_out_of("no_descriptors");
  while (count) close(clients[--count]);
  unlimit(RLIMIT_NOFILE);
  usleep(300000);
  CHECK(ask(port, HEALTH) == 200 && query(engine, "bob") == RECOUP_STATUS_OK);
  recoup_engine *second = open_ledger(other);
  CHECK(second);
  recoup_engine_free(second);
  recoup_gateway_free(gateway);
  recoup_engine_free(engine);
}

/* A limit on the size of files simulates a full disk. By default its signal ends the process. */
static void sizes(const char *path) {
  char ledger[1100], user[32], backup[1100];
  int kept = 0, port = 0;
  snprintf(ledger, sizeof ledger, "%s/ledger.db", path);
  recoup_engine *engine = open_ledger(ledger);
  CHECK(engine);
  recoup_gateway *gateway = listen_here(engine, &port);
  CHECK(gateway && ask(port, HEALTH) == 200);
  limit(RLIMIT_FSIZE, 1200 << 10);
  do {
    CHECK(kept < 5000);
    snprintf(user, sizeof user, "user-%d", kept++);
  } while (block(engine, user) == RECOUP_STATUS_OK);
  CHECK(last.status == RECOUP_STATUS_IO && last.retryable && last.sqlite == 778);
  CHECK(strstr(last.message, "SQLITE_IOERR_WRITE"));
  /* Its answer may be a second old. */
  usleep(1100000);
  CHECK(ask(port, HEALTH) == 503);
  limit(RLIMIT_FSIZE, 8 << 10);
  snprintf(backup, sizeof backup, "%s/backup.db", path);
  recoup_error *error = NULL;
  KEEP(recoup_engine_backup(engine, backup, strlen(backup), &error));
  CHECK(last.status == RECOUP_STATUS_IO && !strcmp(last.code, "backup_failed") && access(backup, F_OK));
  unlimit(RLIMIT_FSIZE);
  CHECK(block(engine, "after") == RECOUP_STATUS_OK && blocked(engine, "after") == 1 && blocked(engine, "user-0") == 1);
  usleep(1100000);
  CHECK(ask(port, HEALTH) == 200);
  CHECK(recoup_engine_backup(engine, backup, strlen(backup), NULL) == RECOUP_STATUS_OK);
  recoup_gateway_free(gateway);
  recoup_engine_free(engine);
  engine = open_ledger(ledger);
  CHECK(engine && blocked(engine, "after") == 1 && blocked(engine, "user-0") == 1);
  recoup_engine_free(engine);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  give_up_after(120);
  if (!strcmp(argv[2], "threads")) threads(argv[1]);
  else if (!strcmp(argv[2], "descriptors")) descriptors(argv[1]);
  else if (!strcmp(argv[2], "sizes")) sizes(argv[1]);
  else return 2;
  puts("ok");
  return 0;
}
