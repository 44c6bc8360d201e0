package recoup_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"recoup.dev/go/recoup"
)

// Another developer's program, which needs this module.
const (
	program = `package main

import (
	"fmt"

	"recoup.dev/go/recoup"
)

func main() { fmt.Println("version", recoup.Version()) }
`
	module = `module example.com/host

go 1.19

require recoup.dev/go/recoup v0.0.0

replace recoup.dev/go/recoup => %s
`
)

// library is what these tests were linked with.
func library(t *testing.T) string {
	t.Helper()
	folders := []string{os.Getenv("RECOUP_LIBRARY_DIR"), "../../target/debug", "../../target/release"}
	for _, folder := range folders {
		path, err := filepath.Abs(filepath.Join(folder, "librecoup.so"))
		must(t, err)
		if _, err := os.Stat(path); err == nil && folder != "" {
			return path
		}
	}
	t.Fatalf("librecoup.so is in none of %q", folders)
	return ""
}

// host makes the program's folder beside a copy of this module.
func host(t *testing.T) (folder, copied string) {
	t.Helper()
	root := t.TempDir()
	folder, copied = filepath.Join(root, "host"), filepath.Join(root, "recoup")
	must(t, os.Mkdir(folder, 0o700))
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte(fmt.Sprintf(module, copied)), 0o600))
	run(t, "", "cp", "-r", ".", copied)
	return folder, copied
}

// elsewhere has none of the settings by which these tests find their library.
func elsewhere() []string {
	return []string{"CGO_LDFLAGS=", "LD_LIBRARY_PATH=", "GOFLAGS=", "GOPROXY=off", "GOWORK=off"}
}

func TestVendoringKeepsAllThatIsNeeded(t *testing.T) {
	folder, copied := host(t)
	platform := runtime.GOOS + "_" + runtime.GOARCH
	run(t, "", filepath.Join(copied, "lib/place"), library(t), platform)
	runWith(t, folder, elsewhere(), "go", "mod", "vendor")
	must(t, os.RemoveAll(copied))
	runWith(t, folder, elsewhere(), "go", "build", "-mod=vendor", "-o", "host", ".")
	vendored := filepath.Join(folder, "vendor/recoup.dev/go/recoup/lib", platform)
	found := append(elsewhere(), "LD_LIBRARY_PATH="+vendored)
	if out := runWith(t, folder, found, "./host"); !strings.HasPrefix(out, "version ") {
		t.Error(out)
	}
	// It names no folder of this machine, but finds the library beside itself.
	dynamic := runWith(t, folder, elsewhere(), "readelf", "-dW", "./host")
	for _, line := range strings.Split(dynamic, "\n") {
		if strings.Contains(line, "PATH)") && !strings.HasSuffix(line, "[$ORIGIN]") {
			t.Errorf("the program looks into other folders than its own: %s", line)
		}
	}
	if !strings.Contains(dynamic, "[$ORIGIN]") {
		t.Errorf("the program does not look beside itself:\n%s", dynamic)
	}
	libraries, err := filepath.Glob(filepath.Join(vendored, "librecoup.so.*"))
	must(t, err)
	if len(libraries) != 1 {
		t.Fatal(libraries)
	}
	must(t, os.Rename(libraries[0], filepath.Join(folder, filepath.Base(libraries[0]))))
	if out := runWith(t, folder, elsewhere(), "./host"); !strings.HasPrefix(out, "version ") {
		t.Error(out)
	}
}

// The README's program is the first that a reader tries.
func TestTheReadmesProgramCompiles(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	must(t, err)
	_, after, _ := strings.Cut(string(readme), "```go\n")
	shown, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("README.md has no program")
	}
	folder, _ := host(t)
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(shown), 0o600))
	run(t, folder, "go", "vet", ".")
}

// pkg-config itself need not be there: a script prints its output.
func TestAnInstalledLibraryIsFoundByPkgConfig(t *testing.T) {
	folder, copied := host(t)
	installed := filepath.Join(folder, "installed")
	must(t, os.Mkdir(installed, 0o700))
	must(t, os.Symlink(library(t), filepath.Join(installed, "librecoup.so")))
	run(t, "", "tests/soname", installed)
	script := filepath.Join(folder, "pkg-config")
	content := fmt.Sprintf(`#!/bin/sh
case "$*" in
  *--cflags*recoup) echo "-I%[1]s" ;;
  *--libs*recoup) echo "-L%[1]s -Wl,-rpath,%[1]s -lrecoup" ;;
  *) echo "not understood: $*" >&2; exit 1 ;;
esac
`, installed)
	must(t, os.WriteFile(script, []byte(content), 0o700))
	must(t, os.RemoveAll(filepath.Join(copied, "lib")))
	environment := append(elsewhere(), "PKG_CONFIG="+script)
	runWith(t, folder, environment, "go", "build", "-tags", "recoup_pkgconfig", "-o", "host", ".")
	if found := runWith(t, folder, environment, "ldd", "./host"); !strings.Contains(found, installed) {
		t.Errorf("it does not run with the installed library:\n%s", found)
	}
}

// A program that tries all functions that check the version, and panics if they call anything else of the library.
const opener = `package main

import (
	"errors"
	"fmt"

	"recoup.dev/go/recoup"
)

func main() {
	_, opened := recoup.Open("{}", "")
	_, file := recoup.OpenFile("recoup.json")
	_, with := recoup.OpenWith(recoup.Options{ConfigJSON: "{}"})
	log := recoup.SetLog(recoup.LogInfo, recoup.LoggerFunc(func(recoup.LogLevel, string, string) {}))
	for _, err := range []error{opened, file, with, log} {
		var own *recoup.VersionError
		fmt.Println(errors.As(err, &own), err)
	}
}
`

// Another library is found first, such as the system's: it has the same name, and is older.
func TestAnOlderLibraryIsNamedAndNotUsed(t *testing.T) {
	exports, err := os.ReadFile("../../include/recoup.exports")
	must(t, err)
	source := "#include <stdlib.h>\nconst char *recoup_version(void) { return \"0.0.9\"; }\n"
	for _, export := range strings.Fields(string(exports)) {
		if export != "recoup_version" {
			source += "void " + export + "(void) { abort(); }\n"
		}
	}
	folder, copied := host(t)
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(opener), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "older"), []byte(source), 0o600))
	run(t, "", filepath.Join(copied, "lib/place"), library(t), runtime.GOOS+"_"+runtime.GOARCH)
	runWith(t, folder, elsewhere(), "go", "build", "-o", "host", ".")
	placed, err := filepath.Glob(filepath.Join(copied, "lib", runtime.GOOS+"_"+runtime.GOARCH, "librecoup.so.*"))
	must(t, err)
	must(t, os.Mkdir(filepath.Join(folder, "system"), 0o700))
	older := filepath.Join(folder, "system", filepath.Base(placed[0]))
	run(t, folder, "cc", "-shared", "-fPIC", "-x", "c", "-o", older, "older")
	out := runWith(t, folder, append(elsewhere(), "LD_LIBRARY_PATH="+filepath.Dir(older)), "./host")
	message := "true recoup: the library that was loaded is version 0.0.9, and this package needs " + recoup.HeaderVersion + " or a later"
	if strings.Count(out, message) != 4 {
		t.Error(out)
	}
}
