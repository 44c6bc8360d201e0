/* Plays a scenario through the C header; README.md describes the commands. C11, and nothing that only one system has. */
#include "recoup.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 48, MAX_EVENTS = 128, MAX_DATA = 128, MAX_HEADERS = 64 };

static const char *folder;
static recoup_engine *engine;
static recoup_gateway *gateway;
static _Atomic int64_t clock_ms;

/* What callbacks have to say, until tick or await prints it. */
static struct {
  char text[1 << 20];
  size_t len;
  atomic_int calls;
} kept, heard;
static int awaited;

/* The transport's requests, and the answers it is to give: the oldest first. */
static struct {
  char text[1 << 16];
  size_t len;
} asked;
static struct {
  int32_t status;
  recoup_transport_failure failure;
  const char *body;
} answers_kept[64];
static int answers_reported, answers_used;

/* User data counts up; answers[data] is what a callback returns. */
static uintptr_t last_data;
static recoup_handled answers[MAX_DATA];
static atomic_int destroyed[MAX_DATA];
static atomic_int destructors;

static recoup_string text(const char *nul_terminated) {
  recoup_string view = {nul_terminated, strlen(nul_terminated)};
  return view;
}

static void give_up(const char *why, const char *what) {
  fprintf(stderr, "%s: %s\n", why, what);
  exit(1);
}

/* What was read from files; all of it is needed until the end. */
static void *files[256];
static size_t file_count;

/* A file of the folder, with a NUL behind it. */
static char *file(const char *name, const char *extension, size_t *len) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s%s", folder, name, extension);
  FILE *from = fopen(path, "rb");
  if (!from) give_up("cannot read", path);
  if (file_count == sizeof files / sizeof *files) give_up("too many files", path);
  char *bytes = files[file_count++] = calloc(1, 1 << 20);
  *len = fread(bytes, 1, (1 << 20) - 1, from);
  fclose(from);
  return bytes;
}

/* ---- what is printed ---- */

/* By pointer: the call and its error object are arguments of one call, in no certain order. */
static int failed(recoup_status status, recoup_error **out) {
  recoup_error *error = *out;
  if (status == RECOUP_STATUS_OK) {
    if (error) give_up("an error object beside success", "");
    return 0;
  }
  if (recoup_error_status(error) != status || !recoup_error_message(error).len) give_up("a poor error", "");
  /* The scenario has no fault of SQLite's. */
  if (recoup_error_sqlite_code(error)) printf("sqlite %d ", recoup_error_sqlite_code(error));
  printf("error %d %s %d %d\n", status, recoup_error_code(error).data, recoup_error_is_retryable(error),
         recoup_error_http_status(error));
  recoup_error_free(error);
  *out = NULL;
  return 1;
}

static void print_text(recoup_text *owned) {
  recoup_string view = recoup_text_view(owned);
  printf("%.*s\n", (int)view.len, view.data);
  recoup_text_free(owned);
}

static void print_outcome(const recoup_outcome *o) {
  printf("outcome %d %d %d %lld %d\n", o->kind, o->meaning, o->http_status, (long long)o->refund_id, o->is_new);
}

static int write_completion(char *to, size_t room, const recoup_completion *c) {
  return snprintf(to, room, "completion %d %llu %lld %d %d %d %d", c->status, (unsigned long long)c->tag,
                  (long long)c->refund_id, c->kind, c->meaning, c->http_status, c->is_new);
}

/* 0 is none. */
static const char *time_or_dash(char *to, size_t room, int64_t ms) {
  if (!ms) return "-";
  snprintf(to, room, "%lld", (long long)ms);
  return to;
}

static int write_event(char *to, size_t room, const recoup_event *e) {
  char until[24], deadline[24];
  return snprintf(to, room, "event %lld %d %lld %lld %u %lld %s %s %lld %s %s %d", (long long)e->id, e->kind,
                  (long long)e->refund_id, (long long)e->at_ms, e->attempt, (long long)e->block_id,
                  time_or_dash(until, sizeof until, e->until_ms),
                  time_or_dash(deadline, sizeof deadline, e->deadline_ms), (long long)e->amount_micros,
                  e->currency[0] ? e->currency : "-", e->user_len ? e->user : "-", e->attributed_by);
}

/* ---- what the library calls ---- */

static int64_t now(uintptr_t data) {
  (void)data;
  return atomic_load(&clock_ms);
}

static void destroy(uintptr_t data) {
  atomic_fetch_add(&destroyed[data], 1);
  atomic_fetch_add(&destructors, 1);
}

static recoup_handled on_event(uintptr_t data, const recoup_event *event) {
  kept.len += (size_t)snprintf(kept.text + kept.len, sizeof kept.text - kept.len, "callback %d ", (int)data);
  kept.len += (size_t)write_event(kept.text + kept.len, sizeof kept.text - kept.len, event);
  kept.text[kept.len++] = '\n';
  atomic_fetch_add(&kept.calls, 1);
  return answers[data];
}

static void on_completion(uintptr_t data, const recoup_completion *completion, recoup_string details) {
  kept.len += (size_t)snprintf(kept.text + kept.len, sizeof kept.text - kept.len, "callback %d ", (int)data);
  kept.len += (size_t)write_completion(kept.text + kept.len, sizeof kept.text - kept.len, completion);
  kept.len += (size_t)snprintf(kept.text + kept.len, sizeof kept.text - kept.len, " %s\n", details.data);
  atomic_fetch_add(&kept.calls, 1);
}

static void on_log(uintptr_t data, recoup_log_level level, recoup_string target, recoup_string message) {
  (void)data;
  heard.len += (size_t)snprintf(heard.text + heard.len, sizeof heard.text - heard.len, "log %d %s %s\n", level,
                                target.data, message.data);
}

static void say(recoup_status status, recoup_error *error) {
  if (status) fprintf(stderr, "not taken: %s\n", recoup_error_message(error).data);
  recoup_error_free(error);
}

/* With no answer left it sets none. */
static void transport(uintptr_t data, const recoup_http_request *r, recoup_http_answer *answer) {
  static const recoup_string name = {"Content-Type", 12}, value = {"application/json", 16};
  recoup_error *error = NULL;
  (void)data;
  asked.len += (size_t)snprintf(asked.text + asked.len, sizeof asked.text - asked.len, "request %s %s ", r->method.data,
                                r->url.data);
  for (size_t i = 0; i < r->header_count; i++)
    asked.len += (size_t)snprintf(asked.text + asked.len, sizeof asked.text - asked.len, "%s%s", i ? "," : "",
                                  r->headers[i].name.data);
  asked.len += (size_t)snprintf(asked.text + asked.len, sizeof asked.text - asked.len, " %.*s\n",
                                r->body_len ? (int)r->body_len : 1, r->body_len ? (const char *)r->body : "-");
  if (answers_used == answers_reported) return;
  int n = answers_used++;
  if (answers_kept[n].failure) {
    recoup_status failed = recoup_http_answer_fail(answer, answers_kept[n].failure, "as expected", 11, &error);
    say(failed, error);
  } else {
    recoup_header header = {name, value};
    const char *body = answers_kept[n].body;
    recoup_status set = recoup_http_answer_set(answer, answers_kept[n].status, &header, 1, (const uint8_t *)body,
                                               strlen(body), &error);
    say(set, error);
  }
}

/* Text that names files, with FOLDER for this host's folder. */
static void print_placed(recoup_string from) {
  const char *rest = from.data, *found;
  for (; (found = strstr(rest, folder)); rest = found + strlen(folder)) printf("%.*sFOLDER", (int)(found - rest), rest);
  puts(rest);
}

static void on_finding(uintptr_t data, recoup_string finding) {
  (void)data;
  fputs("progress ", stdout);
  print_placed(finding);
}

static void on_progress(uintptr_t data, recoup_string progress) {
  (void)data;
  printf("progress %s\n", progress.data);
}

/* Prints text without what is another one each time the scenario is played. */
static void print_lasting(const char *from) {
  static const char *const before[] = {"evt_", "forgotten-", "\"ledger\":\"", "\"millis\":"};
  while (*from) {
    size_t len = 0;
    for (size_t i = 0; !len && i < sizeof before / sizeof *before; i++)
      if (!strncmp(from, before[i], strlen(before[i]))) len = strlen(before[i]);
    if (!len) {
      putchar(*from++);
      continue;
    }
    printf("%.*s", (int)len, from);
    from += len;
    from += strspn(from, "abcdefghijklmnopqrstuvwxyz0123456789");
  }
}

static uint8_t on_trial(uintptr_t data, recoup_string progress) {
  printf("progress %s\n", progress.data);
  return (uint8_t)data;
}

/* What a writer has written, with a NUL behind it. */
static struct { char text[1 << 18]; size_t len; } written;

static uint8_t on_write(uintptr_t data, const uint8_t *bytes, size_t len) {
  (void)data;
  if (len >= sizeof written.text - written.len) return 1;
  memcpy(written.text + written.len, bytes, len);
  written.len += len;
  written.text[written.len] = '\0';
  return 0;
}

static void print_kept(void) {
  fwrite(kept.text, 1, kept.len, stdout);
  kept.len = 0;
}

static uintptr_t next_data(recoup_handled answer) {
  if (++last_data >= MAX_DATA) give_up("too many registrations", "");
  answers[last_data] = answer;
  return last_data;
}

/* ---- the commands ---- */

static void open_engine(const char *how) {
  recoup_error *error = NULL;
  size_t len;
  int with_transport = !strcmp(how, "with_transport");
  char *json = file(with_transport ? "config-api" : "config", ".json", &len), path[4096];
  recoup_status status;
  snprintf(path, sizeof path, "%s/config.json", folder);
  if (!strcmp(how, "bad")) {
    status = recoup_engine_open("{\"no\": 1}", 9, folder, strlen(folder), &engine, &error);
  } else if (!strcmp(how, "json")) {
    status = recoup_engine_open(json, len, folder, strlen(folder), &engine, &error);
  } else if (!strcmp(how, "file")) {
    status = recoup_engine_open_file(path, strlen(path), &engine, &error);
  } else {
    recoup_options *options = recoup_options_new();
    status = strcmp(how, "with_file")
                 ? recoup_options_set_config_json(options, json, len, folder, strlen(folder), &error)
                 : recoup_options_set_config_file(options, path, strlen(path), &error);
    if (!status) status = recoup_options_set_clock(options, now, next_data(0), destroy, &error);
    if (!status && with_transport)
      status = recoup_options_set_transport(options, transport, next_data(0), destroy, &error);
    if (!status && with_transport) status = recoup_options_set_background(options, 0, &error);
    if (!status) status = recoup_engine_open_with(options, &engine, &error);
    recoup_options_free(options);
  }
  if (!failed(status, &error)) puts("ok");
}

/* Its grants have room for MAX_WORDS. */
static recoup_purchase purchase_of(char **words, int count, recoup_grant *grants) {
  recoup_purchase p = {0};
  p.struct_size = sizeof p;
  p.grants = grants;
  for (int i = 0; i < count; i++) {
    char *value = strchr(words[i], '=');
    *value++ = '\0';
    const char *name = words[i];
    if (!strcmp(name, "environment")) p.environment = (recoup_environment)atoi(value);
    else if (!strcmp(name, "product_type")) p.product_type = (recoup_product_type)atoi(value);
    else if (!strcmp(name, "quantity")) p.quantity = (uint32_t)atoi(value);
    else if (!strcmp(name, "price_micros")) p.price_micros = atoll(value);
    else if (!strcmp(name, "purchased_at_ms")) p.purchased_at_ms = atoll(value);
    else if (!strcmp(name, "store")) p.store = text(value);
    else if (!strcmp(name, "user")) p.user = text(value);
    else if (!strcmp(name, "app")) p.app = text(value);
    else if (!strcmp(name, "order_id")) p.order_id = text(value);
    else if (!strcmp(name, "purchase_token")) p.purchase_token = text(value);
    else if (!strcmp(name, "original_id")) p.original_id = text(value);
    else if (!strcmp(name, "account_tag")) p.account_tag = text(value);
    else if (!strcmp(name, "linked_token")) p.linked_token = text(value);
    else if (!strcmp(name, "web_order_line_item_id")) p.web_order_line_item_id = text(value);
    else if (!strcmp(name, "product")) p.product = text(value);
    else if (!strcmp(name, "price_currency")) p.price_currency = text(value);
    else if (!strcmp(name, "grant")) {
      char *quantity = strchr(value, ':');
      *quantity++ = '\0';
      grants[p.grant_count].item = text(value);
      grants[p.grant_count++].quantity = atoll(quantity);
    } else give_up("no such member", name);
  }
  return p;
}

static void purchase(char **words, int count) {
  recoup_error *error = NULL;
  recoup_grant grants[MAX_WORDS];
  recoup_purchase p = purchase_of(words, count, grants);
  recoup_purchase_outcome outcome;
  if (!failed(recoup_engine_record_purchase(engine, &p, &outcome, &error), &error)) printf("outcome %d\n", outcome);
}

static void signed_purchase(char **words, int count) {
  recoup_error *error = NULL;
  recoup_grant grants[MAX_WORDS];
  recoup_purchase more = purchase_of(words + 4, count - 4, grants);
  recoup_purchase_outcome outcome;
  if (!failed(recoup_engine_record_signed_purchase(engine, words[0], strlen(words[0]), words[1], strlen(words[1]),
                                                   words[2], strlen(words[2]), words[3], strlen(words[3]),
                                                   count > 4 ? &more : NULL, &outcome, &error), &error))
    printf("outcome %d\n", outcome);
}

/* Fills a request from its files. */
static recoup_request request_of(const char *store, const char *name, recoup_header *headers) {
  recoup_request r = {0};
  size_t len;
  r.struct_size = sizeof r;
  r.store = text(store);
  r.body = (const uint8_t *)file(name, ".body", &len);
  r.body_len = len;
  r.headers = headers;
  for (char *line = strtok(file(name, ".headers", &len), "\r\n"); line; line = strtok(NULL, "\r\n")) {
    char *colon = strstr(line, ": ");
    if (!colon || r.header_count == MAX_HEADERS) give_up("no header field", line);
    *colon = '\0';
    headers[r.header_count].name = text(line);
    headers[r.header_count++].value = text(colon + 2);
  }
  return r;
}

static void ingest(const char *store, const char *name) {
  recoup_error *error = NULL;
  recoup_text *details = NULL;
  recoup_header headers[MAX_HEADERS];
  recoup_request request = request_of(store, name, headers);
  recoup_outcome outcome = {0};
  outcome.struct_size = sizeof outcome;
  if (failed(recoup_engine_ingest(engine, &request, &outcome, &details, &error), &error)) return;
  print_outcome(&outcome);
  print_text(details);
}

static void submit(const char *store, const char *name, const char *tag) {
  recoup_error *error = NULL;
  recoup_header headers[MAX_HEADERS];
  recoup_request request = request_of(store, name, headers);
  if (!failed(recoup_engine_submit(engine, &request, strtoull(tag, NULL, 10), &error), &error)) puts("ok");
}

/* Each completion with its own details: one at a time. */
static void completions(int wanted) {
  for (int got = 0; got < wanted;) {
    recoup_error *error = NULL;
    recoup_text *details = NULL;
    recoup_completion done = {0};
    uint8_t ready;
    size_t count;
    char line[256];
    done.struct_size = sizeof done;
    if (failed(recoup_engine_wait(engine, 1000, &ready, &error), &error)) return;
    if (failed(recoup_engine_poll_completions(engine, &done, 1, &count, &details, &error), &error)) return;
    if (count) {
      write_completion(line, sizeof line, &done);
      puts(line);
      print_text(details);
    } else recoup_text_free(details);
    got += (int)count;
  }
}

static void message(const char *json, const char *body) {
  recoup_error *error = NULL;
  recoup_text *details = NULL;
  recoup_outcome outcome = {0};
  outcome.struct_size = sizeof outcome;
  if (failed(recoup_engine_record_message_json(engine, json, strlen(json), (const uint8_t *)body, strlen(body),
                                               &outcome, &details, &error), &error))
    return;
  print_outcome(&outcome);
  print_text(details);
}

static void poll_events(size_t capacity) {
  recoup_error *error = NULL;
  recoup_text *details = NULL;
  static recoup_event events[MAX_EVENTS];
  size_t count;
  char line[512];
  events[0].struct_size = sizeof events[0];
  if (failed(recoup_engine_poll(engine, events, capacity, &count, &details, &error), &error)) return;
  for (size_t i = 0; i < count; i++) {
    write_event(line, sizeof line, &events[i]);
    puts(line);
  }
  print_text(details);
}

static void set_callback(const char *kind, recoup_event_callback callback, uintptr_t data, recoup_destructor end) {
  static const struct {
    const char *kind;
    recoup_status (*set)(const recoup_engine *, recoup_event_callback, uintptr_t, recoup_destructor, recoup_error **);
  } setters[] = {
      {"block", recoup_engine_on_block},       {"unblock", recoup_engine_on_unblock},
      {"alert", recoup_engine_on_alert},       {"refund", recoup_engine_on_refund},
      {"reversal", recoup_engine_on_reversal}, {"review", recoup_engine_on_review},
      {"event", recoup_engine_on_event},       {"unattributed", recoup_engine_on_unattributed},
      {"recovery", recoup_engine_on_recovery}, {"notice", recoup_engine_on_notice},
      {"access", recoup_engine_on_access},
  };
  recoup_error *error = NULL;
  for (size_t i = 0; i < sizeof setters / sizeof *setters; i++)
    if (!strcmp(kind, setters[i].kind)) {
      if (!failed(setters[i].set(engine, callback, data, end, &error), &error)) puts("ok");
      return;
    }
  give_up("no such kind", kind);
}

static void on(const char *kind, const char *answer) {
  recoup_error *error = NULL;
  if (strcmp(kind, "completion")) {
    recoup_handled handled = !strcmp(answer, "later") ? RECOUP_HANDLED_LATER : RECOUP_HANDLED_DONE;
    set_callback(kind, on_event, next_data(handled), destroy);
  } else if (!failed(recoup_engine_on_completion(engine, on_completion, next_data(0), destroy, &error), &error)) {
    puts("ok");
  }
}

static void off(const char *kind) {
  recoup_error *error = NULL;
  if (strcmp(kind, "completion")) set_callback(kind, NULL, 0, NULL);
  else if (!failed(recoup_engine_on_completion(engine, NULL, 0, NULL, &error), &error)) puts("ok");
}

static void tick(const char *budget) {
  recoup_error *error = NULL;
  size_t handled;
  recoup_status status = recoup_engine_tick(engine, strtoull(budget, NULL, 10), &handled, &error);
  awaited += status ? 0 : (int)handled;
  print_kept();
  if (!failed(status, &error)) printf("handled %zu\n", handled);
}

static void await_calls(int count) {
  awaited += count;
  while (atomic_load(&kept.calls) < awaited) {}
  print_kept();
}

static void set_log(const char *level) {
  static const char *const levels[] = {"off", "error", "warn", "info", "debug", "trace"};
  recoup_error *error = NULL;
  recoup_log_level code = RECOUP_LOG_OFF;
  while (strcmp(levels[code], level)) code++;
  recoup_status status = code ? recoup_log_set(code, on_log, next_data(0), destroy, &error)
                              : recoup_log_set(code, NULL, 0, NULL, &error);
  if (!failed(status, &error)) puts("ok");
}

static void print_destroyed(void) {
  fputs("destroyed", stdout);
  for (int data = 0; data < MAX_DATA; data++)
    for (int times = atomic_exchange(&destroyed[data], 0); times; times--) printf(" %d", data);
  puts("");
}

/* A copy: words are parts of the line, which is read over. */
static void keep_answer(char **words) {
  if (answers_reported == sizeof answers_kept / sizeof *answers_kept) give_up("too many answers", "");
  int is_failure = !strcmp(words[1], "failure");
  size_t len = strlen(words[2]) + 1;
  char *body = malloc(len);
  if (!body || file_count == sizeof files / sizeof *files) give_up("no room", words[2]);
  files[file_count++] = memcpy(body, words[2], len);
  answers_kept[answers_reported].failure = is_failure ? (recoup_transport_failure)atoi(words[2]) : 0;
  answers_kept[answers_reported].status = is_failure ? 0 : (int32_t)atoi(words[1]);
  answers_kept[answers_reported++].body = body;
}

static void listen_on(const char *address, const char *options) {
  recoup_error *error = NULL;
  recoup_text *text = NULL;
  if (failed(recoup_listen(engine, address, strlen(address), options, strlen(options), &gateway, &error), &error)) return;
  if (failed(recoup_gateway_address(gateway, &text, &error), &error)) return;
  recoup_string at = recoup_text_view(text);
  int is_free = at.len > 2 && !strcmp(at.data + at.len - 2, ":0");
  if (!strncmp(at.data, "127.0.0.1:", 10) && !is_free) puts("listening");
  recoup_text_free(text);
}

static void doctor(const char *options) {
  recoup_error *error = NULL;
  recoup_text *json = NULL;
  if (failed(recoup_engine_doctor(engine, options, strlen(options), on_finding, 0, &json, &error), &error)) return;
  print_placed(recoup_text_view(json));
  recoup_text_free(json);
}

/* A tag is another one each time the scenario is played. */
static void account_tag(const char *store, const char *user) {
  static char tags[16][37];
  recoup_error *error = NULL;
  recoup_text *text = NULL;
  size_t n = 0;
  if (failed(recoup_engine_account_tag(engine, store, strlen(store), user, strlen(user), &text, &error), &error)) return;
  recoup_string tag = recoup_text_view(text);
  if (tag.len != sizeof tags[0] - 1 || tag.data[8] != '-') give_up("no UUID", tag.data);
  while (tags[n][0] && strcmp(tags[n], tag.data)) n++;
  if (n == sizeof tags / sizeof *tags) give_up("too many tags", tag.data);
  strcpy(tags[n], tag.data);
  recoup_text_free(text);
  printf("tag %zu\n", n + 1);
}

static void back_up(const char *name) {
  recoup_error *error = NULL;
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (!failed(recoup_engine_backup(engine, path, strlen(path), &error), &error)) puts("ok");
}

/* The books of refunds and the work on them; 0 if it is another command. */
static int work(char **words, recoup_text **json, recoup_error **error, recoup_status *status) {
  const char *what = words[0], *first = words[1];
  size_t len = strlen(first);
  int64_t id = atoll(first);
  if (!strcmp(what, "recovery")) *status = recoup_engine_query_recovery(engine, id, json, error);
  else if (!strcmp(what, "recovery_entries")) *status = recoup_engine_query_recovery_entries(engine, id, json, error);
  else if (!strcmp(what, "to_do")) *status = recoup_engine_query_to_do(engine, id, json, error);
  else if (!strcmp(what, "debts")) *status = recoup_engine_query_debts(engine, first, len, json, error);
  else if (!strcmp(what, "case")) *status = recoup_engine_query_case(engine, id, json, error);
  else if (!strcmp(what, "refund_of_order")) *status = recoup_engine_query_refund_of_order(engine, first, len, json, error);
  else if (!strcmp(what, "find")) *status = recoup_engine_find(engine, first, len, json, error);
  else if (!strcmp(what, "count_refunds")) *status = recoup_engine_count_refunds(engine, first, len, json, error);
  else if (!strcmp(what, "add_note")) *status = recoup_engine_add_note(engine, first, len, json, error);
  else if (!strcmp(what, "notes")) *status = recoup_engine_query_notes(engine, first, len, json, error);
  else if (!strcmp(what, "report_recovery"))
    *status = recoup_engine_report_recovery(engine, id, words[2], strlen(words[2]), json, error);
  else if (!strcmp(what, "settle")) *status = recoup_engine_settle(engine, id, words[2], strlen(words[2]), json, error);
  else if (!strcmp(what, "repay"))
    *status = recoup_engine_repay(engine, first, len, words[2], strlen(words[2]), json, error);
  else if (!strcmp(what, "forgive")) *status = recoup_engine_forgive(engine, id, words[2], strlen(words[2]), json, error);
  else if (!strcmp(what, "set_granted"))
    *status = recoup_engine_set_granted(engine, id, words[2], strlen(words[2]), json, error);
  else if (!strcmp(what, "correct"))
    *status = recoup_engine_correct(engine, id, words[2], strlen(words[2]), words[3], strlen(words[3]), json, error);
  else if (!strcmp(what, "reopen_refund"))
    *status = recoup_engine_reopen_refund(engine, id, words[2], strlen(words[2]), words[3], strlen(words[3]), json, error);
  else if (!strcmp(what, "close_refund"))
    *status = recoup_engine_close_refund(engine, id, words[2], strlen(words[2]), words[3], strlen(words[3]), words[4],
                                         strlen(words[4]), json, error);
  else if (!strcmp(what, "assign_refund"))
    *status = recoup_engine_assign_refund(engine, id, words[2], strlen(words[2]), words[3], strlen(words[3]), words[4],
                                          strlen(words[4]), json, error);
  else if (!strcmp(what, "set_refund_status"))
    *status = recoup_engine_set_refund_status(engine, id, words[2], strlen(words[2]), words[3], strlen(words[3]),
                                              words[4], strlen(words[4]), json, error);
  else if (!strcmp(what, "set_order_status"))
    *status = recoup_engine_set_order_status(engine, first, len, words[2], strlen(words[2]), words[3],
                                             strlen(words[3]), words[4], strlen(words[4]), json, error);
  else return 0;
  return 1;
}

static void print_lasting_text(recoup_text *json) {
  print_lasting(recoup_text_view(json).data);
  puts("");
  recoup_text_free(json);
}

static void export(int of_user, const char *what) {
  recoup_error *error = NULL;
  recoup_text *json = NULL;
  written.len = 0;
  written.text[0] = '\0';
  recoup_status status = of_user ? recoup_engine_export_user(engine, what, strlen(what), on_write, 0, &json, &error)
                                 : recoup_engine_export(engine, what, strlen(what), on_write, 0, &json, &error);
  if (failed(status, &error)) return;
  print_lasting(written.text);
  if (written.len && written.text[written.len - 1] != '\n') puts("");
  print_lasting_text(json);
}

/* Operators' decisions, and what leaves the ledger; 0 if it is another command. */
static int decide(char **words, int count) {
  recoup_error *error = NULL;
  recoup_text *json = NULL;
  recoup_status status;
  const char *what = words[0], *first = count > 1 ? words[1] : "", *second = count > 2 ? words[2] : "",
             *third = count > 3 ? words[3] : "";
  size_t len = strlen(first), second_len = strlen(second), third_len = strlen(third);
  int64_t id = atoll(first);
  uint64_t number = 0;
  uint8_t flag = 0;
  if (!strcmp(what, "has_access")) {
    if (!failed(recoup_engine_has_access(engine, first, len, second, second_len, &flag, &error), &error))
      printf("%d\n", flag);
  } else if (!strcmp(what, "export") || !strcmp(what, "export_user")) export(!strcmp(what, "export_user"), first);
  else if (!strcmp(what, "replay_webhooks")) {
    if (!failed(recoup_engine_replay_webhooks(engine, first, len, &number, &error), &error))
      printf("replayed %llu\n", (unsigned long long)number);
  } else if (!strcmp(what, "end_webhook")) {
    if (!failed(recoup_engine_end_webhook(engine, first, len, second, second_len, third, third_len, &error), &error))
      puts("ok");
  } else if (!strcmp(what, "send_webhooks")) {
    if (!failed(recoup_engine_send_webhooks(engine, &number, &error), &error))
      printf("sent %llu\n", (unsigned long long)number);
  } else {
    if (!strcmp(what, "exclude")) status = recoup_engine_exclude(engine, first, len, &json, &error);
    else if (!strcmp(what, "end_exclusion"))
      status = recoup_engine_end_exclusion(engine, id, second, second_len, third, third_len, &json, &error);
    else if (!strcmp(what, "exclusions"))
      status = recoup_engine_query_exclusions(engine, (uint8_t)id, atoll(second), (size_t)atoi(third), &json, &error);
    else if (!strcmp(what, "debtors"))
      status = recoup_engine_query_debtors(engine, first, len, (size_t)atoi(second), &json, &error);
    else if (!strcmp(what, "overrule"))
      status = recoup_engine_overrule(engine, id, second, second_len, &json, &error);
    else if (!strcmp(what, "try_policy"))
      status = recoup_engine_try_policy(engine, second, second_len, third, third_len, on_trial, (uintptr_t)id, &json,
                                        &error);
    else if (!strcmp(what, "notices"))
      status = recoup_engine_query_notices(engine, first, len, second, second_len, (size_t)atoi(third), &json, &error);
    else if (!strcmp(what, "mark_notice"))
      status = recoup_engine_mark_notice(engine, first, len, atoll(second), third, third_len, &json, &error);
    else if (!strcmp(what, "access"))
      status = recoup_engine_query_access(engine, first, len, second, second_len, &json, &error);
    else if (!strcmp(what, "set_access"))
      status = recoup_engine_set_access(engine, first, len, second, second_len, third, third_len, &json, &error);
    else if (!strcmp(what, "figures")) status = recoup_engine_query_figures(engine, first, len, &json, &error);
    else if (!strcmp(what, "work_counts")) status = recoup_engine_query_work_counts(engine, &json, &error);
    else if (!strcmp(what, "forget_user"))
      status = recoup_engine_forget_user(engine, first, len, second, second_len, &json, &error);
    else if (!strcmp(what, "prune")) status = recoup_engine_prune(engine, &json, &error);
    else if (!strcmp(what, "webhooks")) status = recoup_engine_query_webhooks(engine, &json, &error);
    else if (!strcmp(what, "webhook_messages"))
      status = recoup_engine_query_webhook_messages(engine, first, len, atoll(second), (size_t)atoi(third), &json,
                                                    &error);
    else if (!strcmp(what, "test_webhook")) status = recoup_engine_test_webhook(engine, first, len, &json, &error);
    else return 0;
    if (!failed(status, &error)) print_lasting_text(json);
  }
  return 1;
}

static void query(char **words, int count) {
  recoup_error *error = NULL;
  recoup_text *json = NULL;
  recoup_status status;
  const char *what = words[0], *first = count > 1 ? words[1] : "";
  if (!strcmp(what, "refund")) status = recoup_engine_query_refund(engine, atoll(first), &json, &error);
  else if (!strcmp(what, "event")) status = recoup_engine_query_event(engine, atoll(first), &json, &error);
  else if (!strcmp(what, "user")) status = recoup_engine_query_user(engine, first, strlen(first), &json, &error);
  else if (!strcmp(what, "order")) status = recoup_engine_query_order(engine, first, strlen(first), &json, &error);
  else if (!strcmp(what, "stats")) status = recoup_engine_query_stats(engine, &json, &error);
  else if (!strcmp(what, "refunds"))
    status = recoup_engine_query_refunds(engine, first, strlen(first), atoll(words[2]), (size_t)atoi(words[3]), &json,
                                         &error);
  else if (!strcmp(what, "blocks"))
    status = recoup_engine_query_blocks(engine, (uint8_t)atoi(first), atoll(words[2]), (size_t)atoi(words[3]), &json,
                                        &error);
  else if (!strcmp(what, "issue_refund")) status = recoup_engine_issue_refund(engine, first, strlen(first), &json, &error);
  else if (!strcmp(what, "revoke"))
    status = recoup_engine_revoke_subscription(engine, first, strlen(first), &json, &error);
  else if (!strcmp(what, "report"))
    status = recoup_engine_report_consumption(engine, first, strlen(first), words[2], strlen(words[2]), &json, &error);
  else if (!strcmp(what, "reconcile"))
    status = recoup_engine_reconcile(engine, first, strlen(first), on_progress, 0, &json, &error);
  else if (!strcmp(what, "transfer"))
    status = recoup_engine_transfer_purchase(engine, first, strlen(first), words[2], strlen(words[2]), words[3],
                                             strlen(words[3]), words[4], strlen(words[4]), words[5], strlen(words[5]),
                                             &json, &error);
  else if (!strcmp(what, "reconcile_order"))
    status = recoup_engine_reconcile_order(engine, first, strlen(first), words[2], strlen(words[2]), words[3],
                                           strlen(words[3]), &json, &error);
  else if (!strcmp(what, "work")) status = recoup_engine_work(engine, &json, &error);
  else if (!strcmp(what, "action")) status = recoup_engine_query_action(engine, atoll(first), &json, &error);
  else if (!strcmp(what, "actions"))
    status = recoup_engine_query_actions(engine, first, strlen(first), atoll(words[2]), (size_t)atoi(words[3]), &json,
                                         &error);
  else if (!strcmp(what, "reviews"))
    status = recoup_engine_query_reviews(engine, first, strlen(first), atoll(words[2]), (size_t)atoi(words[3]), &json,
                                         &error);
  else if (!strcmp(what, "review_figures"))
    status = recoup_engine_query_review_figures(engine, atoll(first), &json, &error);
  else if (!strcmp(what, "dead_letters"))
    status = recoup_engine_query_dead_letters(engine, atoll(first), (size_t)atoi(words[2]), &json, &error);
  else if (count < 2 || !work(words, &json, &error, &status)) { give_up("no such command", what); return; }
  if (!failed(status, &error)) print_text(json);
}

static void command(char **words, int count) {
  recoup_error *error = NULL;
  const char *what = words[0], *arg = count > 1 ? words[1] : "";
  size_t number = 0;
  int64_t id = 0;
  uint8_t flag = 0;
  if (!strcmp(what, "version")) {
    if (recoup_version_number() < RECOUP_VERSION_NUMBER) fprintf(stderr, "the library is older than its header\n"), exit(1);
    puts(recoup_version());
  }
  else if (!strcmp(what, "clock")) atomic_store(&clock_ms, atoll(arg));
  else if (!strcmp(what, "open")) open_engine(arg);
  else if (!strcmp(what, "close")) {
    if (!failed(recoup_engine_close(engine, &error), &error)) puts("ok");
  } else if (!strcmp(what, "free")) {
    int before = atomic_load(&destructors);
    recoup_engine_free(engine);
    engine = NULL;
    printf("freed, %d destructors\n", atomic_load(&destructors) - before);
  } else if (!strcmp(what, "purchase")) purchase(words + 1, count - 1);
  else if (!strcmp(what, "signed_purchase")) signed_purchase(words + 1, count - 1);
  else if (!strcmp(what, "purchases")) {
    if (!failed(recoup_engine_record_purchases_json(engine, arg, strlen(arg), &number, &error), &error))
      printf("new %zu\n", number);
  } else if (!strcmp(what, "ingest")) ingest(arg, words[2]);
  else if (!strcmp(what, "submit")) submit(arg, words[2], words[3]);
  else if (!strcmp(what, "completions")) completions(atoi(arg));
  else if (!strcmp(what, "message")) message(arg, words[2]);
  else if (!strcmp(what, "is_blocked")) {
    if (!failed(recoup_engine_is_blocked(engine, arg, strlen(arg), &flag, &error), &error)) printf("%d\n", flag);
  } else if (!strcmp(what, "block")) {
    int64_t lasting = strcmp(words[2], "-") ? atoll(words[2]) : 0;
    if (!failed(recoup_engine_block(engine, arg, strlen(arg), lasting, words[3], strlen(words[3]), words[4],
                                    strlen(words[4]), &id, &error), &error))
      printf("block %lld\n", (long long)id);
  } else if (!strcmp(what, "unblock")) {
    if (!failed(recoup_engine_unblock(engine, arg, strlen(arg), words[2], strlen(words[2]), words[3],
                                      strlen(words[3]), &number, &error), &error))
      printf("ended %zu\n", number);
  } else if (!strcmp(what, "expire")) {
    if (!failed(recoup_engine_expire_blocks(engine, &number, &error), &error)) puts("ok");
  } else if (!strcmp(what, "poll")) poll_events((size_t)atoi(arg));
  else if (!strcmp(what, "ack")) {
    if (!failed(recoup_engine_ack(engine, atoll(arg), &error), &error)) puts("ok");
  } else if (!strcmp(what, "on")) on(arg, count > 2 ? words[2] : "");
  else if (!strcmp(what, "off")) off(arg);
  else if (!strcmp(what, "tick")) tick(arg);
  else if (!strcmp(what, "dispatcher")) {
    if (!failed(!strcmp(arg, "start") ? recoup_engine_start_dispatcher(engine, &error)
                                      : recoup_engine_stop_dispatcher(engine, &error), &error))
      puts("ok");
  } else if (!strcmp(what, "await")) await_calls(atoi(arg));
  else if (!strcmp(what, "wait")) {
    if (!failed(recoup_engine_wait(engine, strtoull(arg, NULL, 10), &flag, &error), &error)) printf("ready %d\n", flag);
  } else if (!strcmp(what, "log")) set_log(arg);
  else if (!strcmp(what, "heard")) {
    fwrite(heard.text, 1, heard.len, stdout);
    heard.len = 0;
  } else if (!strcmp(what, "destroyed")) print_destroyed();
  else if (!strcmp(what, "answer")) keep_answer(words);
  else if (!strcmp(what, "asked")) {
    print_lasting(asked.text);
    asked.len = 0;
    asked.text[0] = '\0';
  } else if (!strcmp(what, "doctor")) doctor(arg);
  else if (!strcmp(what, "backup")) back_up(arg);
  else if (!strcmp(what, "account_tag")) account_tag(arg, words[2]);
  else if (!strcmp(what, "listen")) listen_on(arg, words[2]);
  else if (!strcmp(what, "unlisten")) {
    recoup_gateway_free(gateway);
    gateway = NULL;
    puts("ok");
  }
  else if (!decide(words, count)) query(words, count);
}

/* Splits a line in place; @file becomes what the file holds. */
static int split(char *line, char **words) {
  int count = 0;
  size_t len;
  while (*line && count < MAX_WORDS) {
    if (*line == '"') {
      words[count++] = ++line;
      line += strcspn(line, "\"");
    } else {
      words[count++] = line;
      line += strcspn(line, " ");
    }
    if (*line) *line++ = '\0';
    line += strspn(line, " ");
  }
  for (int i = 0; i < count; i++)
    if (words[i][0] == '@') {
      words[i] = file(words[i] + 1, "", &len);
      if (len && words[i][len - 1] == '\n') words[i][len - 1] = '\0';
    }
  return count;
}

#define SIZE(type) printf(#type " %zu\n", sizeof(type))
#define OFFSET(type, member) printf(#type "." #member " %zu\n", offsetof(type, member))

static int print_layout(void) {
#include "layout.inc"
  return 0;
}

int main(int argc, char **argv) {
  static char line[1 << 16];
  char *words[MAX_WORDS], path[4096];
  if (argc == 2 && !strcmp(argv[1], "--layout")) return print_layout();
  if (argc != 2) give_up("usage", "host FOLDER | host --layout");
  folder = argv[1];
  snprintf(path, sizeof path, "%s/scenario.txt", folder);
  FILE *scenario = fopen(path, "rb");
  if (!scenario) give_up("cannot read", path);
  while (fgets(line, sizeof line, scenario)) {
    line[strcspn(line, "\r\n")] = '\0';
    if (!*line || *line == '#') continue;
    printf("> %s\n", line);
    command(words, split(line, words));
  }
  fclose(scenario);
  recoup_gateway_free(gateway);
  recoup_engine_free(engine);
  while (file_count) free(files[--file_count]);
  return 0;
}
