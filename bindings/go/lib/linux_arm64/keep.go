// Package linux_arm64 holds the shared library for its platform, where one was put there. It has no code: it is imported so
// that "go mod vendor" keeps this folder.
package linux_arm64
