//go:build !recoup_pkgconfig

package recoup

// The folders below are asked in this order: what was put into lib, then what cargo built in this repository. The
// program looks for the library beside itself first.

/*
#cgo linux LDFLAGS: -Wl,-rpath,$ORIGIN
#cgo linux,amd64 LDFLAGS: -L${SRCDIR}/lib/linux_amd64 -Wl,-rpath,${SRCDIR}/lib/linux_amd64
#cgo linux,arm64 LDFLAGS: -L${SRCDIR}/lib/linux_arm64 -Wl,-rpath,${SRCDIR}/lib/linux_arm64
#cgo linux LDFLAGS: -L${SRCDIR}/../../target/debug -Wl,-rpath,${SRCDIR}/../../target/debug
#cgo linux LDFLAGS: -L${SRCDIR}/../../target/release -Wl,-rpath,${SRCDIR}/../../target/release
#cgo windows,amd64 LDFLAGS: -L${SRCDIR}/lib/windows_amd64
#cgo LDFLAGS: -lrecoup
*/
import "C"

// "go mod vendor" keeps folders that are imported, and no others.
import (
	_ "recoup.dev/go/recoup/lib/linux_amd64"
	_ "recoup.dev/go/recoup/lib/linux_arm64"
	_ "recoup.dev/go/recoup/lib/windows_amd64"
)
