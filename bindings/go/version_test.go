package recoup

import (
	"errors"
	"strings"
	"testing"
)

func TestTheLibraryMustBeAsOldAsTheHeaderOrNewer(t *testing.T) {
	for _, pair := range [][2]string{{"0.1.0", "0.1.0"}, {"0.1.7", "0.1.0"}, {"1.2.0", "1.1.9"}, {"1.1.10", "1.1.9"},
		{"0.1.1-rc.1", "0.1.0"}} {
		if err := compare(pair[0], pair[1]); err != nil {
			t.Error(err)
		}
	}
	for _, pair := range [][2]string{{"0.0.9", "0.1.0"}, {"0.1.1", "0.1.2"}, {"0.2.0", "0.1.0"}, {"1.0.0", "0.1.0"},
		{"1.1.0", "1.2.0"}, {"2.0.0", "1.2.0"}, {"", "0.1.0"}, {"0.1", "0.1.0"}, {"0.1.x", "0.1.0"}} {
		err := compare(pair[0], pair[1])
		var own *VersionError
		if !errors.As(err, &own) || own.Library != pair[0] || own.Needed != pair[1] ||
			!strings.Contains(err.Error(), "version "+pair[0]+", and this package needs "+pair[1]) {
			t.Errorf("%q with %q: %v", pair[0], pair[1], err)
		}
	}
}
