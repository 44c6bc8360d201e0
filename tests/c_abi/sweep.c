/* Calls every function with NULL, zero and huge lengths, bad UTF-8, wrong sizes and odd numbers: one thing wrong at a
   time, then many. Nothing may crash, and where a call fails nothing may be written. What follows the frame is made from
   the header. */
#include "recoup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 16, ROOM = 1024, RANDOM_TRIES = 400 };

typedef struct span {
  const void *data;
  size_t len;
} span;

static recoup_engine *engine;
static recoup_options *options;
static recoup_gateway *gateway;
static recoup_http_answer *answer;
static void (*inside)(void);
static char config[8192], folder[4096];
static unsigned long calls, refused, registrations;
static int faults;

/* The function that is swept, and how many values each of its parts has. */
static const char *name;
static const unsigned *ways;
static unsigned parts, pick[MAX_PARTS], part, way, randoms;
static int in_random, with_error;

/* What is handed in for each part: room for any struct, with a pattern that must survive a failure. */
static _Alignas(16) unsigned char room[MAX_PARTS][ROOM], before[MAX_PARTS][ROOM];

static void fault(const char *what) {
  fprintf(stderr, "%s: %s; picks:", name, what);
  for (unsigned i = 0; i < parts; i++) fprintf(stderr, " %u", pick[i]);
  fprintf(stderr, "\n");
  faults++;
}

static unsigned random_below(unsigned limit) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(state >> 33) % limit;
}

static void begin(const char *function, const unsigned *counts, unsigned count) {
  name = function;
  ways = counts;
  parts = count;
  part = way = randoms = 0;
  in_random = 0;
  with_error = 1;
}

/* The next combination: all good, then each value of each part alone, then random ones. */
static int next_try(void) {
  memset(pick, 0, sizeof pick);
  memset(room, 0xA5, sizeof room);
  memset(before, 0xA5, sizeof before);
  with_error = !with_error;
  calls++;
  if (!in_random) {
    while (part < parts && way >= ways[part]) {
      part++;
      way = 1;
    }
    if (part < parts) {
      pick[part] = way++;
      return 1;
    }
    in_random = 1;
  }
  if (randoms++ >= RANDOM_TRIES) return 0;
  for (unsigned i = 0; i < parts; i++) pick[i] = random_below(3) ? 0 : random_below(ways[i]);
  return 1;
}

static recoup_error **pick_error(recoup_error **error) { return with_error ? error : NULL; }

static int ends_with(const char *text, const char *end) {
  size_t len = strlen(text), of_end = strlen(end);
  return len >= of_end && !strcmp(text + len - of_end, end);
}

/* Of the good values at least one is taken, so that what comes behind the checks is reached too. */
static span pick_span(unsigned n, const char *argument) {
  static const char not_utf8[] = {(char)0xFF, (char)0xFE, 'x'}, with_nul[] = {'a', 0, 'b'};
  static const char good[] = "text";
  switch (pick[n]) {
    case 1: return (span){NULL, 0};
    case 2: return (span){NULL, 4};
    case 3: return (span){good, 0};
    case 4: return (span){good, SIZE_MAX};
    case 5: return (span){good, SIZE_MAX / 2 + 1};
    case 6: return (span){not_utf8, sizeof not_utf8};
    case 7: return (span){with_nul, sizeof with_nul};
    default:
      if (ends_with(argument, "_json")) return (span){"{}", 2};
      if (!strcmp(argument, "address")) return (span){"127.0.0.1:0", 11};
      return (span){good, 4};
  }
}

static span pick_headers(unsigned n) {
  static const recoup_header good[2] = {{{"Date", 4}, {"\xff", 1}}, {{NULL, 0}, {NULL, 0}}};
  static const recoup_header bad = {{"Date", 4}, {NULL, 1}};
  switch (pick[n]) {
    case 1: return (span){NULL, 0};
    case 2: return (span){NULL, 1};
    case 3: return (span){good, SIZE_MAX};
    case 4: return (span){(const char *)good + 1, 1};
    case 5: return (span){&bad, 1};
    default: return (span){good, 2};
  }
}

/* Good, NULL, misaligned, then every size from 0 on. */
static void *pick_struct(unsigned n, size_t size, void (*good)(void *)) {
  uint32_t stated = (uint32_t)size;
  if (good) {
    memset(room[n], 0, ROOM);
    good(room[n]);
  }
  if (pick[n] >= 3) stated = pick[n] - 3;
  memcpy(room[n], &stated, sizeof stated);
  memcpy(before[n], room[n], ROOM);
  return pick[n] == 1 ? NULL : pick[n] == 2 ? room[n] + 1 : room[n];
}

static void *pick_place(unsigned n) { return pick[n] ? NULL : (void *)room[n]; }

static uint64_t pick_number(unsigned n, const char *argument) {
  if (!strcmp(argument, "timeout_ms")) return pick[n];
  if (!strcmp(argument, "status") && !pick[n]) return 200;
  if (!strcmp(argument, "capacity")) return 1 - pick[n];
  switch (pick[n]) {
    case 1: return 0;
    case 2: return UINT64_MAX;
    case 3: return (uint64_t)INT64_MAX;
    case 4: return (uint64_t)INT64_MIN;
    default: return 1;
  }
}

/* Whether something was written to a place, which is right on success only. */
static int check_place(unsigned n, recoup_status status) {
  int written = memcmp(room[n], before[n], 16) != 0;
  if (status != RECOUP_STATUS_OK && written) fault("a place was written beside a failure");
  return status == RECOUP_STATUS_OK && written;
}

static void check_struct(unsigned n, recoup_status status, size_t size) {
  size_t stated = size;
  if (pick[n] >= 3) stated = pick[n] - 3;
  if (status != RECOUP_STATUS_OK && memcmp(room[n], before[n], ROOM)) fault("a struct was written beside a failure");
  if (memcmp(room[n] + stated, before[n] + stated, ROOM - stated)) fault("more was written than the struct's size");
}

static unsigned long destroyed;

static void settle(recoup_status status, recoup_error *error) {
  if (status == RECOUP_STATUS_PANIC || status == RECOUP_STATUS_POISONED || status == RECOUP_STATUS_INTERNAL)
    fault("a fault inside the library");
  if ((status != RECOUP_STATUS_OK && with_error) != (error != NULL)) fault("an error object where none belongs");
  if (status != RECOUP_STATUS_OK) refused++;
  if (error && (recoup_error_status(error) != status || !recoup_error_code(error).len ||
                !recoup_error_message(error).len))
    fault("a poor error object");
  recoup_error_free(error);
  if (destroyed > registrations) fault("a destructor ran twice");
  /* What was started is stopped, so that the next try meets the same engine. */
  if (strcmp(name, "recoup_engine_start_dispatcher") == 0 &&
      recoup_engine_stop_dispatcher(engine, NULL) != RECOUP_STATUS_OK)
    fault("the dispatcher does not stop");
}

static recoup_handled on_event(uintptr_t data, const recoup_event *event) {
  (void)data;
  (void)event;
  return RECOUP_HANDLED_DONE;
}

static void on_completion(uintptr_t data, const recoup_completion *completion, recoup_string details) {
  (void)data;
  (void)completion;
  (void)details;
}

static void on_log(uintptr_t data, recoup_log_level level, recoup_string target, recoup_string message) {
  (void)data;
  (void)level;
  (void)target;
  (void)message;
}

static void on_progress(uintptr_t data, recoup_string progress) {
  (void)data;
  (void)progress;
}

static uint8_t on_trial(uintptr_t data, recoup_string progress) {
  (void)data;
  (void)progress;
  return 0;
}

static uint8_t on_write(uintptr_t data, const uint8_t *bytes, size_t len) {
  (void)data;
  (void)bytes;
  (void)len;
  return 0;
}

/* Answers nothing but what is swept inside of it. */
static void on_request(uintptr_t data, const recoup_http_request *request, recoup_http_answer *its) {
  (void)data;
  if (request->struct_size != sizeof *request) fault("a request of another size");
  if (!inside) return;
  answer = its;
  inside();
  inside = NULL;
  answer = NULL;
  if (recoup_http_answer_fail(its, RECOUP_TRANSPORT_UNSENDABLE, NULL, 0, NULL)) fault("an answer is not taken");
}

static int64_t now(uintptr_t data) {
  (void)data;
  return 1790000000000;
}

static void destroy(uintptr_t data) {
  if (data != 7) fault("a destructor with other data");
  destroyed++;
}

static recoup_string text(const char *nul_terminated) {
  recoup_string view = {nul_terminated, strlen(nul_terminated)};
  return view;
}

static void good_recoup_request(void *at) {
  recoup_request *request = at;
  request->store = text("app-store");
  request->body = (const uint8_t *)"{}";
  request->body_len = 2;
}

static void good_recoup_purchase(void *at) {
  recoup_purchase *purchase = at;
  purchase->store = text("app-store");
  purchase->user = text("ann");
  purchase->order_id = text("1");
}

/* Sweeps a function from inside a request of another engine. */
static void in_transport(void (*sweep)(void)) {
  static const char with_stripe[] =
      "{\"database\": \"stripe.db\", \"stripe\": [{\"name\": \"shop\", \"webhook_secrets\":"
      " [\"whsec_0123456789abcdef0123456789abcdef\"], \"api_key\": \"rk_test_1\"}]}";
  static const char refund[] =
      "{\"order\": {\"store\": \"stripe\", \"app\": \"shop\", \"payment\": \"ch_1\"}, \"who\": \"w\", \"why\": \"w\"}";
  recoup_error *error = NULL;
  recoup_engine *requesting = NULL;
  recoup_text *action = NULL;
  recoup_options *with = recoup_options_new();
  registrations++;
  if (recoup_options_set_config_json(with, with_stripe, strlen(with_stripe), folder, strlen(folder), &error) ||
      recoup_options_set_background(with, 0, &error) ||
      recoup_options_set_transport(with, on_request, 7, destroy, &error) ||
      recoup_engine_open_with(with, &requesting, &error)) {
    fprintf(stderr, "%s\n", recoup_error_message(error).data);
    exit(2);
  }
  inside = sweep;
  if (recoup_engine_issue_refund(requesting, refund, strlen(refund), &action, &error)) fault("the refund is not requested");
  if (inside) fault("the transport was not called");
  recoup_text_free(action);
  recoup_error_free(error);
  recoup_options_free(with);
  recoup_engine_free(requesting);
}

static void set_up(int argc, char **argv) {
  recoup_error *error = NULL;
  name = "set up";
  if (argc != 2) exit(2);
  snprintf(folder, sizeof folder, "%s", argv[1]);
  snprintf(config, sizeof config, "{\"database\": \"ledger.db\"}");
  options = recoup_options_new();
  if (recoup_options_set_config_json(options, config, strlen(config), folder, strlen(folder), &error) ||
      recoup_engine_open_with(options, &engine, &error) ||
      recoup_listen(engine, "127.0.0.1:0", 11, NULL, 0, &gateway, &error)) {
    fprintf(stderr, "%s\n", recoup_error_message(error).data);
    exit(2);
  }
}

static int tear_down(void) {
  name = "tear down";
  recoup_options_free(options);
  recoup_gateway_free(gateway);
  recoup_engine_free(engine);
  if (recoup_log_set(RECOUP_LOG_OFF, NULL, 0, NULL, NULL) != RECOUP_STATUS_OK) fault("the log is not given back");
  if (destroyed != registrations) {
    fprintf(stderr, "%lu registrations, %lu destructors\n", registrations, destroyed);
    faults++;
  }
  printf("%lu calls, %lu refused, %d faults\n", calls, refused, faults);
  return faults != 0;
}
