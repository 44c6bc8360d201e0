//go:build recoup_pkgconfig

package recoup

// #cgo pkg-config: recoup
import "C"
