/* A program that brings what Recoup has inside as well: its own sqlite3_open_v2, the system's SQLite, and another Rust
   library. Everybody keeps their own, and a panic inside Recoup is a status, however Recoup was linked. */
#define _GNU_SOURCE
#include "recoup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* With -DALONE there is no other SQLite and no other Rust library: the panic is what is left. */
#ifdef ALONE
enum { SQLITE_OK };
typedef void sqlite3;
static int sqlite3_open(const char *file, sqlite3 **database) {
  (void)file, (void)database;
  return SQLITE_OK;
}
static int sqlite3_exec(sqlite3 *database, const char *sql, void *each, void *data, char **message) {
  (void)database, (void)sql, (void)each, (void)data, (void)message;
  return SQLITE_OK;
}
static void sqlite3_close(sqlite3 *database) { (void)database; }
static int neighbour_catches_its_panic(void) { return 1; }
#else
#include <sqlite3.h>
int neighbour_catches_its_panic(void);
#endif

enum { OWN_ANSWER = 4711 };

static int own_calls;
static _Thread_local int clock_is_broken;

/* Not SQLite's: any other library that finds this one gets nowhere. */
int sqlite3_open_v2(const char *file, sqlite3 **database, int flags, const char *vfs) {
  (void)file, (void)database, (void)flags, (void)vfs;
  own_calls++;
  return OWN_ANSWER;
}

/* Rust's standard library panics where the system has no time. */
int clock_gettime(clockid_t clock, struct timespec *now) {
  if (clock_is_broken) {
    errno = EINVAL;
    return -1;
  }
  return (int)syscall(SYS_clock_gettime, clock, now);
}

static int fails(const char *what) {
  fprintf(stderr, "neighbours: %s\n", what);
  return 1;
}

static recoup_status block(const recoup_engine *engine, const char *user) {
  return recoup_engine_block(engine, user, strlen(user), 0, "gm", 2, "test", 4, NULL, NULL);
}

int main(int argc, char **argv) {
  recoup_engine *engine = NULL;
  recoup_error *error = NULL;
  sqlite3 *database = NULL;
  uint8_t blocked = 0;
  const char *config = argc > 1 ? argv[1] : "";
  if (recoup_engine_open_file(config, strlen(config), &engine, &error) != RECOUP_STATUS_OK)
    return fails(recoup_error_message(error).data);
  if (block(engine, "ann") != RECOUP_STATUS_OK) return fails("no block");
  if (own_calls != 0) return fails("Recoup called the program's sqlite3_open_v2");
  if (sqlite3_open_v2("", &database, 0, NULL) != OWN_ANSWER) return fails("sqlite3_open_v2 is not the program's");
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) return fails("the system's SQLite");
  if (sqlite3_exec(database, "CREATE TABLE t (x)", NULL, NULL, NULL) != SQLITE_OK) return fails("no table");
  sqlite3_close(database);
  if (!neighbour_catches_its_panic()) return fails("the other Rust library");

  clock_is_broken = 1;
  if (block(engine, "bob") != RECOUP_STATUS_PANIC) return fails("the panic is no status");
  clock_is_broken = 0;
  if (recoup_engine_is_blocked(engine, "ann", 3, &blocked, NULL) != RECOUP_STATUS_POISONED)
    return fails("the engine works on after a panic");
  recoup_engine_free(engine);

  engine = NULL;
  if (recoup_engine_open_file(config, strlen(config), &engine, NULL) != RECOUP_STATUS_OK) return fails("no second opening");
  if (recoup_engine_is_blocked(engine, "ann", 3, &blocked, NULL) != RECOUP_STATUS_OK || !blocked)
    return fails("the block is gone");
  recoup_engine_free(engine);
  puts("ok");
  return 0;
}
