/* A ledger whose files are removed, replaced, moved or cut to nothing, or whose locks are taken away, is never answered OK. */
#include "host.h"

static const char *program;
static char path[1024], folder[900], file[1100], entry[1000];

static const char *beside(const char *suffix) {
  snprintf(file, sizeof file, "%s%s", path, suffix);
  return file;
}

/* What a backup thread, a checksum or another SQLite in the same process does. */
static void read_and_close(const char *name) {
  char bytes[4096];
  int fd = open(name, O_RDONLY);
  CHECK(fd >= 0);
  while (read(fd, bytes, sizeof bytes) > 0) {}
  close(fd);
}

static void replace(const char *name) {
  char other[1200];
  snprintf(other, sizeof other, "%s.other", name);
  int fd = open(other, O_CREAT | O_WRONLY, 0600);
  CHECK(fd >= 0 && write(fd, "other", 5) == 5 && close(fd) == 0 && rename(other, name) == 0);
}

static void do_harm(const char *how) {
  char moved[1200];
  if (!strcmp(how, "read")) read_and_close(path);
  else if (!strcmp(how, "read-shm")) read_and_close(beside("-shm"));
  else if (!strcmp(how, "unlink")) CHECK(unlink(path) == 0);
  else if (!strcmp(how, "unlink-wal")) CHECK(unlink(beside("-wal")) == 0);
  else if (!strcmp(how, "unlink-shm")) CHECK(unlink(beside("-shm")) == 0);
  else if (!strcmp(how, "cut")) CHECK(truncate(path, 0) == 0);
  else if (!strcmp(how, "replace")) replace(path);
  else if (!strcmp(how, "replace-wal")) replace(beside("-wal"));
  else if (!strcmp(how, "link")) {
    snprintf(moved, sizeof moved, "%s/other", folder);
    CHECK(mkdir(moved, 0700) == 0 && unlink(entry) == 0 && symlink(moved, entry) == 0);
  } else if (!strcmp(how, "rename")) {
    snprintf(moved, sizeof moved, "%s.moved", path);
    CHECK(rename(path, moved) == 0);
  } else if (!strcmp(how, "folder")) {
    snprintf(moved, sizeof moved, "%s-moved", folder);
    CHECK(rename(folder, moved) == 0);
  } else CHECK(!"a known harm");
}

static void is_lost(recoup_status status) {
  CHECK(status == RECOUP_STATUS_LEDGER_LOST && !last.retryable && !strcmp(last.code, "ledger_lost"));
  CHECK(strstr(last.message, "ledger.db"));
}

int main(int argc, char **argv) {
  program = argv[0];
  if (argc == 4 && !strcmp(argv[1], "look")) return look(argv[2], argv[3]);
  if (argc != 4) return 2;
  give_up_after(120);
  snprintf(folder, sizeof folder, "%s", argv[1]);
  snprintf(path, sizeof path, "%s/ledger.db", argv[1]);
  const char *how = argv[2];
  int at_once = !strcmp(argv[3], "at-once");
  CHECK(mkdir(folder, 0700) == 0);
  if (!strcmp(how, "link")) {
    snprintf(entry, sizeof entry, "%s-link", folder);
    snprintf(path, sizeof path, "%s/ledger.db", entry);
    CHECK(symlink(folder, entry) == 0);
  }
  recoup_engine *engine = open_ledger(path);
  CHECK(engine && block(engine, "before") == RECOUP_STATUS_OK && query(engine, "before") == RECOUP_STATUS_OK);

  /* Two engines on one ledger, and one that closes, take no lock away. */
  recoup_engine *second = open_ledger(path);
  CHECK(second && block(second, "second") == RECOUP_STATUS_OK);
  recoup_engine_free(second);
  CHECK(block(engine, "after-second") == RECOUP_STATUS_OK);
  CHECK(look_from_outside(program, path, "before,second,after-second") == 3);
  CHECK(block(engine, "after-look") == RECOUP_STATUS_OK);

  do_harm(how);
  /* Nothing is written: it is noticed within a second all the same. */
  if (!at_once) usleep(1000000);
  if (!at_once) is_lost(query(engine, "before"));
  is_lost(block(engine, "lost"));
  is_lost(block(engine, "lost-too"));
  CHECK(blocked(engine, "before") == 1 && blocked(engine, "lost") == 0);
  CHECK(recoup_engine_close(engine, NULL) != RECOUP_STATUS_PANIC);
  recoup_engine_free(engine);

  /* Only the locks were taken away: the ledger is whole, and opens again. */
  if (!strncmp(how, "read", 4)) {
    engine = open_ledger(path);
    CHECK(engine && block(engine, "again") == RECOUP_STATUS_OK);
    CHECK(look_from_outside(program, path, "before,second,after-second,after-look,again") == 5);
    CHECK(block(engine, "and-again") == RECOUP_STATUS_OK);
    recoup_engine_free(engine);
    CHECK(look_from_outside(program, path, "before,second,after-second,after-look,again,and-again") == 6);
  }
  puts("ok");
  return 0;
}
