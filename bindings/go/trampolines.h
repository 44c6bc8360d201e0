/*
 * What the library calls, in its own types. Go exports functions without const and cannot name a function that takes
 * it, so each is one step away from its Go function. SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef RECOUP_GO_TRAMPOLINES_H
#define RECOUP_GO_TRAMPOLINES_H

#include "recoup.h"

recoup_handled recoup_go_event(uintptr_t user_data, const recoup_event *event);
void recoup_go_completion(uintptr_t user_data, const recoup_completion *completion, recoup_string details);
void recoup_go_log(uintptr_t user_data, recoup_log_level level, recoup_string target, recoup_string message);
int64_t recoup_go_clock(uintptr_t user_data);
void recoup_go_send(uintptr_t user_data, const recoup_http_request *request, recoup_http_answer *answer);
void recoup_go_progress(uintptr_t user_data, recoup_string progress_json);
uint8_t recoup_go_trial(uintptr_t user_data, recoup_string progress_json);
uint8_t recoup_go_write(uintptr_t user_data, const uint8_t *data, size_t len);
void recoup_go_destroy(uintptr_t user_data);

/* Whether this thread is inside of a log function or a transport, where the library frees nothing. */
int recoup_go_is_inside(void);

#endif
