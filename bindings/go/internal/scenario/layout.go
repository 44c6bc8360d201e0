package main

// #include "../../recoup.h"
import "C"

import (
	"fmt"
	"io"
	"reflect"
)

// structs are in the header's order.
var structs = []struct {
	name  string
	value interface{}
}{
	{"recoup_string", C.recoup_string{}},
	{"recoup_header", C.recoup_header{}},
	{"recoup_http_request", C.recoup_http_request{}},
	{"recoup_request", C.recoup_request{}},
	{"recoup_outcome", C.recoup_outcome{}},
	{"recoup_grant", C.recoup_grant{}},
	{"recoup_purchase", C.recoup_purchase{}},
	{"recoup_event", C.recoup_event{}},
	{"recoup_completion", C.recoup_completion{}},
}

// printLayout prints Go's layout of the structs: unsafe.Sizeof and unsafe.Offsetof of each member.
func printLayout(out io.Writer) {
	for _, listed := range structs {
		layout := reflect.TypeOf(listed.value)
		fmt.Fprintf(out, "%s %d\n", listed.name, layout.Size())
		for i := 0; i < layout.NumField(); i++ {
			// What cgo adds to fill a gap is called _.
			if field := layout.Field(i); field.Name != "_" {
				fmt.Fprintf(out, "%s.%s %d\n", listed.name, field.Name, field.Offset)
			}
		}
	}
}
