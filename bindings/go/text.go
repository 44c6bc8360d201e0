package recoup

/*
#include <stdlib.h>
#include "recoup.h"
*/
import "C"

import (
	"encoding/json"
	"unsafe"
)

func goText(text C.recoup_string) string {
	return C.GoStringN(text.data, C.int(text.len))
}

// goJSON copies a document of the library's, and frees it.
func goJSON(text *C.recoup_text) json.RawMessage {
	defer C.recoup_text_free(text)
	view := C.recoup_text_view(text)
	return C.GoBytes(unsafe.Pointer(view.data), C.int(view.len))
}

// chars is the address of a string's bytes. The library reads them before it returns, and keeps nothing.
func chars(text string) *C.char {
	if text == "" {
		return nil
	}
	return *(**C.char)(unsafe.Pointer(&text))
}

// bytesAt is the address of a slice's bytes.
func bytesAt(bytes []byte) *C.uint8_t {
	if len(bytes) == 0 {
		return nil
	}
	return (*C.uint8_t)(unsafe.Pointer(&bytes[0]))
}

// jsonAt is the address of a document's bytes.
func jsonAt(document json.RawMessage) *C.char {
	return (*C.char)(unsafe.Pointer(bytesAt(document)))
}

func length(text string) C.size_t {
	return C.size_t(len(text))
}

// arena is a piece of C memory for one call: structs that hold pointers may not lie in Go's. It begins as zeros, which
// Go's garbage collector needs where pointers are written.
type arena struct {
	start      unsafe.Pointer
	used, size uintptr
}

func newArena(size uintptr) *arena {
	return &arena{start: C.calloc(1, C.size_t(size)), size: size}
}

func (a *arena) free() {
	C.free(a.start)
}

// take returns the next bytes. Structs that need alignment are taken first, in multiples of eight.
func (a *arena) take(size uintptr) unsafe.Pointer {
	if a.used+size > a.size {
		panic("recoup: an arena was measured too small")
	}
	place := unsafe.Add(a.start, a.used)
	a.used += size
	return place
}

func (a *arena) text(text string) C.recoup_string {
	if text == "" {
		return C.recoup_string{}
	}
	place := a.take(uintptr(len(text)))
	copy(unsafe.Slice((*byte)(place), len(text)), text)
	return C.recoup_string{data: (*C.char)(place), len: length(text)}
}
