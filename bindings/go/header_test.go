package recoup_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The module carries the header along; "go generate" copies it again.
func TestTheHeaderIsTheRepositorys(t *testing.T) {
	own, err := os.ReadFile("recoup.h")
	must(t, err)
	original, err := os.ReadFile("../../include/recoup.h")
	must(t, err)
	if !bytes.Equal(own, original) {
		t.Error("recoup.h is not include/recoup.h: run go generate")
	}
}

var (
	structure = regexp.MustCompile(`(?s)typedef struct (\w+) \{(.*?)\n\} `)
	comment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	member    = regexp.MustCompile(`(\w+)(\[\d+\])?;`)
)

// The layout that the host prints has every struct and every member of the header, in its order.
func TestTheLayoutIsComplete(t *testing.T) {
	header, err := os.ReadFile("recoup.h")
	must(t, err)
	var expected []string
	for _, found := range structure.FindAllStringSubmatch(string(header), -1) {
		expected = append(expected, found[1])
		for _, name := range member.FindAllStringSubmatch(comment.ReplaceAllString(found[2], ""), -1) {
			expected = append(expected, found[1]+"."+name[1])
		}
	}
	var printed []string
	for _, line := range strings.Split(strings.TrimSpace(run(t, "", "go", "run", "./internal/scenario", "--layout")), "\n") {
		name, _, _ := strings.Cut(line, " ")
		printed = append(printed, name)
	}
	if got, want := strings.Join(printed, "\n"), strings.Join(expected, "\n"); got != want || len(expected) < 50 {
		t.Errorf("printed:\n%s\nin the header:\n%s", got, want)
	}
}

// Every function of the header is called from Go.
func TestEveryExportIsUsed(t *testing.T) {
	exports, err := os.ReadFile("../../include/recoup.exports")
	must(t, err)
	files, err := filepath.Glob("*.go")
	must(t, err)
	var source strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		must(t, err)
		source.Write(text)
	}
	for _, export := range strings.Fields(string(exports)) {
		if !strings.Contains(source.String(), export+"(") {
			t.Errorf("nothing calls %s", export)
		}
	}
}

// run runs a program in a folder; it must succeed.
func run(t *testing.T, folder, program string, arguments ...string) string {
	t.Helper()
	return runWith(t, folder, nil, program, arguments...)
}

func runWith(t *testing.T, folder string, environment []string, program string, arguments ...string) string {
	t.Helper()
	command := exec.Command(program, arguments...)
	// The forced collections and checks of these tests would slow down the compilers that they call.
	command.Env = append(append(os.Environ(), "GOGC=", "GOEXPERIMENT="), environment...)
	command.Dir = folder
	var errors bytes.Buffer
	command.Stderr = &errors
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", program, arguments, err, out, errors.Bytes())
	}
	return string(out)
}
