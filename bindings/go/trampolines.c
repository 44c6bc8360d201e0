#include "trampolines.h"
#include "_cgo_export.h"

recoup_handled recoup_go_event(uintptr_t user_data, const recoup_event *event) {
  return recoupGoEvent(user_data, (recoup_event *)event);
}

void recoup_go_completion(uintptr_t user_data, const recoup_completion *completion, recoup_string details) {
  recoupGoCompletion(user_data, (recoup_completion *)completion, details);
}

void recoup_go_log(uintptr_t user_data, recoup_log_level level, recoup_string target, recoup_string message) {
  recoupGoLog(user_data, level, target, message);
}

int64_t recoup_go_clock(uintptr_t user_data) { return recoupGoClock(user_data); }

void recoup_go_destroy(uintptr_t user_data) { recoupGoDestroy(user_data); }
