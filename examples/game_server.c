/*
 * A game server's side of refunds, in C. The arguments are what happens to the server, in order:
 *
 *   game_server CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER]...
 *
 * BODY is a file with a store's raw request body, HEADERS one with its header fields, "Name: value" a
 * line, or "-".
 * A real server does the same from its shop, its webhook, its login and its game loop.
 */
#include "recoup.h"

#include <stdio.h>
#include <string.h>

enum { MAX_HEADERS = 64, MAX_EVENTS = 32 };

static recoup_string text(const char *nul_terminated) {
  recoup_string view = {nul_terminated, strlen(nul_terminated)};
  return view;
}

/* Prints why a call failed. A server would try again later if recoup_error_is_retryable is true. */
static int failed(const char *what, recoup_error *error) {
  fprintf(stderr, "%s: %s (%s)\n", what, recoup_error_message(error).data, recoup_error_code(error).data);
  recoup_error_free(error);
  return 1;
}

/* Reads a file into a buffer, with a NUL behind it; its length. */
static size_t read_file(const char *path, char *buffer, size_t capacity) {
  FILE *file = fopen(path, "rb");
  size_t len = file ? fread(buffer, 1, capacity - 1, file) : 0;
  buffer[len] = '\0';
  if (!file || fclose(file)) perror(path);
  return len;
}

/* Splits "Name: value" lines in place. */
static size_t split_headers(char *lines, recoup_header *headers) {
  size_t count = 0;
  for (char *line = strtok(lines, "\r\n"); line && count < MAX_HEADERS; line = strtok(NULL, "\r\n")) {
    char *colon = strchr(line, ':');
    if (!colon) continue;
    *colon = '\0';
    headers[count].name = text(line);
    headers[count++].value = text(colon + 1 + strspn(colon + 1, " \t"));
  }
  return count;
}

/* The shop has delivered something. */
static int buy(const recoup_engine *engine, const char *store, const char *user, const char *order) {
  recoup_error *error = NULL;
  recoup_purchase purchase = {0};
  recoup_purchase_outcome outcome;
  purchase.struct_size = sizeof purchase;
  purchase.store = text(store);
  purchase.user = text(user);
  purchase.order_id = text(order);
  if (recoup_engine_record_purchase(engine, &purchase, &outcome, &error) != RECOUP_STATUS_OK)
    return failed("buy", error);
  printf("buy %s: %s\n", order, outcome == RECOUP_PURCHASE_RECORDED ? "recorded" : "known");
  return 0;
}

/* A store has called the webhook. Whatever happens, it gets an HTTP status. */
static int request(const recoup_engine *engine, const char *store, const char *body_file,
                   const char *header_file) {
  recoup_error *error = NULL;
  recoup_text *details = NULL;
  static char body[1 << 17], lines[1 << 16];
  recoup_header headers[MAX_HEADERS];
  recoup_request request = {0};
  recoup_outcome outcome = {0};
  request.struct_size = sizeof request;
  request.store = text(store);
  request.headers = headers;
  if (strcmp(header_file, "-") && read_file(header_file, lines, sizeof lines))
    request.header_count = split_headers(lines, headers);
  request.body = (const uint8_t *)body;
  request.body_len = read_file(body_file, body, sizeof body);
  outcome.struct_size = sizeof outcome;
  if (recoup_engine_ingest(engine, &request, &outcome, &details, &error) != RECOUP_STATUS_OK) {
    printf("request from %s: answer %d\n", store, recoup_error_http_status(error));
    return failed("request", error);
  }
  printf("request from %s: answer %d, %s: %s\n", store, outcome.http_status,
         outcome.is_new ? "new" : "nothing new", recoup_text_view(details).data);
  recoup_text_free(details);
  return 0;
}

/* A player knocks. Who is blocked stays out. */
static int login(const recoup_engine *engine, const char *user) {
  recoup_error *error = NULL;
  uint8_t blocked;
  if (recoup_engine_is_blocked(engine, user, strlen(user), &blocked, &error) != RECOUP_STATUS_OK)
    return failed("login", error);
  printf("login %s: %s\n", user, blocked ? "refused" : "welcome");
  return 0;
}

/* One turn of the game loop. An event may come twice: act on its id once, then settle it. */
static int pump(const recoup_engine *engine) {
  static const char *const kinds[] = {"unknown",  "block",  "unblock",      "alert",    "refund",
                                      "reversal", "review", "unattributed", "sweep_gap", "recovery",
                                      "notice",   "access"};
  recoup_error *error = NULL;
  recoup_event events[MAX_EVENTS];
  size_t count;
  do {
    events[0].struct_size = sizeof events[0];
    if (recoup_engine_poll(engine, events, MAX_EVENTS, &count, NULL, &error) != RECOUP_STATUS_OK)
      return failed("poll", error);
    for (size_t i = 0; i < count; i++) {
      const char *kind = kinds[events[i].kind <= RECOUP_EVENT_RECOVERY ? events[i].kind : 0];
      const char *user = events[i].user_len ? events[i].user : "(player unknown)";
      printf("event %lld: %s %s\n", (long long)events[i].id, kind, user);
      if (recoup_engine_ack(engine, events[i].id, &error) != RECOUP_STATUS_OK) return failed("ack", error);
    }
  } while (count > 0);
  return 0;
}

int main(int argc, char **argv) {
  recoup_engine *engine = NULL;
  recoup_error *error = NULL;
  const char *config = argc > 1 ? argv[1] : "";
  int status;
  if (recoup_version_number() < RECOUP_VERSION_NUMBER)
    return fprintf(stderr, "needs Recoup %s, found %s\n", RECOUP_VERSION, recoup_version()), 1;
  if (recoup_engine_open_file(config, strlen(config), &engine, &error) != RECOUP_STATUS_OK)
    return failed("open", error);
  status = pump(engine);
  for (char **next = argv + 2; !status && next < argv + argc;) {
    char **arg = next;
    long left = argv + argc - next;
    if (!strcmp(arg[0], "buy") && left >= 4 && (next += 4))
      status = buy(engine, arg[1], arg[2], arg[3]);
    else if (!strcmp(arg[0], "request") && left >= 4 && (next += 4))
      status = request(engine, arg[1], arg[2], arg[3]);
    else if (!strcmp(arg[0], "login") && left >= 2 && (next += 2))
      status = login(engine, arg[1]);
    else if ((status = 2))
      fprintf(stderr, "not understood: %s\n", arg[0]);
    if (!status) status = pump(engine);
  }
  if (recoup_engine_close(engine, &error) != RECOUP_STATUS_OK) status = failed("close", error);
  recoup_engine_free(engine);
  return status;
}
