// Package plain has calls to C that do nothing: benchmarks compare the library's calls with them.
package plain

/*
#include <stdint.h>

void plain_call(void);

void plain_there_and_back(uintptr_t data);
*/
import "C"

// Call goes to C and returns.
func Call() {
	C.plain_call()
}

// ThereAndBack goes to C, which calls a Go function, which returns through both.
func ThereAndBack() {
	C.plain_there_and_back(1)
}

//export plainBack
func plainBack(C.uintptr_t) {}
