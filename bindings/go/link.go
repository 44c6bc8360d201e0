//go:build !recoup_pkgconfig

package recoup

// The linker looks into these folders in this order: what was put into lib, then beside this module in a release archive,
// then cargo's folders in this repository. A built program looks for the library beside itself, then in the system's
// folders: never in a folder of the machine that built it, where another person could put another library.

/*
#cgo linux LDFLAGS: -Wl,-rpath,$ORIGIN
#cgo linux,amd64 LDFLAGS: -L${SRCDIR}/lib/linux_amd64
#cgo linux,arm64 LDFLAGS: -L${SRCDIR}/lib/linux_arm64
#cgo linux LDFLAGS: -L${SRCDIR}/../../lib
#cgo linux LDFLAGS: -L${SRCDIR}/../../target/debug
#cgo linux LDFLAGS: -L${SRCDIR}/../../target/release
#cgo windows,amd64 LDFLAGS: -L${SRCDIR}/lib/windows_amd64 -L${SRCDIR}/../../lib
#cgo LDFLAGS: -lrecoup
*/
import "C"

// "go mod vendor" keeps folders that are imported, and no others.
import (
	_ "recoup.dev/go/recoup/lib/linux_amd64"
	_ "recoup.dev/go/recoup/lib/linux_arm64"
	_ "recoup.dev/go/recoup/lib/windows_amd64"
)
