#include "_cgo_export.h"

void plain_call(void) {}

void plain_there_and_back(uintptr_t data) { plainBack(data); }
