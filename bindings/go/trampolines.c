#include "trampolines.h"
#include "_cgo_export.h"

static _Thread_local int inside;

int recoup_go_is_inside(void) { return inside > 0; }

recoup_handled recoup_go_event(uintptr_t user_data, const recoup_event *event) {
  return recoupGoEvent(user_data, (recoup_event *)event);
}

void recoup_go_completion(uintptr_t user_data, const recoup_completion *completion, recoup_string details) {
  recoupGoCompletion(user_data, (recoup_completion *)completion, details);
}

void recoup_go_log(uintptr_t user_data, recoup_log_level level, recoup_string target, recoup_string message) {
  inside++;
  recoupGoLog(user_data, level, target, message);
  inside--;
}

void recoup_go_send(uintptr_t user_data, const recoup_http_request *request, recoup_http_answer *answer) {
  inside++;
  recoupGoSend(user_data, (recoup_http_request *)request, answer);
  inside--;
}

void recoup_go_progress(uintptr_t user_data, recoup_string progress_json) {
  recoupGoProgress(user_data, progress_json);
}

uint8_t recoup_go_trial(uintptr_t user_data, recoup_string progress_json) {
  return recoupGoTrial(user_data, progress_json);
}

uint8_t recoup_go_write(uintptr_t user_data, const uint8_t *data, size_t len) {
  return recoupGoWrite(user_data, (uint8_t *)data, len);
}

int64_t recoup_go_clock(uintptr_t user_data) { return recoupGoClock(user_data); }

void recoup_go_destroy(uintptr_t user_data) { recoupGoDestroy(user_data); }
