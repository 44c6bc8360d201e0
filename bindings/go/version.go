package recoup

// #include "recoup.h"
import "C"

import (
	"strconv"
	"strings"
	"sync"
)

// Version is the version of the loaded library, such as "0.1.0", also if this package cannot use it.
func Version() string {
	return C.GoString(C.recoup_version())
}

// VersionNumber is the same as one number that grows: 1002003 is 1.2.3.
func VersionNumber() uint32 {
	return uint32(C.recoup_version_number())
}

// HeaderVersion is that of the header this package was compiled with. The library must be of this version or newer, and
// of the same series: 0.1 or 0.2 before 1.0, 1 or 2 from then on.
const HeaderVersion = C.RECOUP_VERSION

// VersionError is a loaded library that is older than this package needs, or of another series.
type VersionError struct {
	// Library is the library's version.
	Library string
	// Needed is the oldest one that this package can use.
	Needed string
}

// Error names both versions and the remedy.
func (e *VersionError) Error() string {
	return "recoup: the library that was loaded is version " + e.Library + ", and this package needs " + e.Needed +
		" or a later " + series(numbersOf(e.Needed)) + ": deploy the library that came with the package, and see that no " +
		"other one is found before it (beside the program, on LD_LIBRARY_PATH, where the system looks)"
}

var loaded struct {
	once sync.Once
	err  error
}

// checkLibrary compares the library's version with the one that this package needs, before any other call.
func checkLibrary() error {
	loaded.once.Do(func() { loaded.err = compare(Version(), HeaderVersion) })
	return loaded.err
}

func compare(library, needed string) error {
	have, need := numbersOf(library), numbersOf(needed)
	if have == nil || series(have) != series(need) || have[1] < need[1] || have[1] == need[1] && have[2] < need[2] {
		return &VersionError{Library: library, Needed: needed}
	}
	return nil
}

// series is the part of a version that must match: when it changes, programs must change.
func series(numbers []int) string {
	if numbers[0] == 0 {
		return "0." + strconv.Itoa(numbers[1])
	}
	return strconv.Itoa(numbers[0])
}

// numbersOf are major, minor and patch; nil for what is no version.
func numbersOf(version string) []int {
	version, _, _ = strings.Cut(version, "-")
	var numbers []int
	for _, part := range strings.Split(version, ".") {
		number, err := strconv.Atoi(part)
		if err != nil || number < 0 {
			return nil
		}
		numbers = append(numbers, number)
	}
	if len(numbers) != 3 {
		return nil
	}
	return numbers
}
