package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recoup.dev/go/recoup/internal/throwaway"
)

type scene struct {
	t      *testing.T
	folder string
	config string
	google *throwaway.GooglePlay
	now    time.Time
}

func newScene(t *testing.T) *scene {
	t.Helper()
	google, err := throwaway.NewGooglePlay()
	must(t, err)
	folder := t.TempDir()
	config, err := google.Configure(folder)
	must(t, err)
	return &scene{t, folder, config, google, time.Now()}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request writes a refund's files, and gives the arguments that name them.
func (s *scene) request(signer *throwaway.GooglePlay, order, message string) []string {
	s.t.Helper()
	authorization, body, err := signer.Refund(order, message, s.now)
	must(s.t, err)
	bodyFile, headerFile := filepath.Join(s.folder, message+".body"), filepath.Join(s.folder, message+".headers")
	must(s.t, os.WriteFile(bodyFile, body, 0o600))
	must(s.t, os.WriteFile(headerFile, []byte("Authorization: "+authorization+"\r\n"), 0o600))
	return []string{"request", throwaway.Store, bodyFile, headerFile}
}

func (s *scene) play(happenings ...string) []string {
	s.t.Helper()
	var out strings.Builder
	must(s.t, play(context.Background(), append([]string{s.config}, happenings...), strings.NewReader(""), &out))
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestTheMainJobAndARestart(t *testing.T) {
	s := newScene(t)
	forger, err := throwaway.NewForger()
	must(t, err)
	happenings := strings.Fields("buy google-play ann GPA.1 login ann")
	happenings = append(happenings, s.request(s.google, "GPA.1", "m1")...)
	happenings = append(happenings, "login", "ann")
	happenings = append(happenings, s.request(s.google, "GPA.1", "m2")...)
	happenings = append(happenings, s.request(forger, "GPA.9", "m3")...)
	happenings = append(happenings, s.request(s.google, "GPA.2", "m4")...)
	happenings = append(happenings, strings.Fields("login bob buy google-play bob GPA.2 login bob")...)
	expected := []string{
		"buy GPA.1: recorded",
		"login ann: welcome",
		`request from google-play: answer 200, new: {"outcome":"accepted"`,
		"event 1: refund ann",
		"event 2: alert ann",
		"event 3: block ann",
		"login ann: refused",
		`request from google-play: answer 200, nothing new: {"outcome":"accepted"`,
		`request from google-play: answer 401, nothing new: {"outcome":"rejected"`,
		`request from google-play: answer 200, new: {"outcome":"accepted"`,
		"event 4: unattributed (player unknown)",
		"login bob: welcome",
		"buy GPA.2: recorded",
		"event 5: refund bob",
		"event 6: alert bob",
		"event 7: block bob",
		"login bob: refused",
	}
	expectLines(t, s.play(happenings...), expected)
	// After a restart the blocks are active, and no acknowledged event comes again.
	expectLines(t, s.play(strings.Fields("login ann login bob login eve")...),
		[]string{"login ann: refused", "login bob: refused", "login eve: welcome"})
}

func expectLines(t *testing.T, lines, beginnings []string) {
	t.Helper()
	if len(lines) != len(beginnings) {
		t.Fatalf("%d lines instead of %d:\n%s", len(lines), len(beginnings), strings.Join(lines, "\n"))
	}
	for i, beginning := range beginnings {
		if !strings.HasPrefix(lines[i], beginning) {
			t.Errorf("%q does not begin with %q", lines[i], beginning)
		}
	}
}

func TestItServesStoresUntilInterrupted(t *testing.T) {
	s := newScene(t)
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		arguments := strings.Fields("buy google-play ann GPA.1 serve 127.0.0.1:0 login ann")
		err := play(ctx, append([]string{s.config}, arguments...), strings.NewReader(""), writer)
		writer.Close()
		done <- err
	}()
	lines := bufio.NewScanner(reader)
	next := func() string { lines.Scan(); return lines.Text() }
	expectLines(t, []string{next()}, []string{"buy GPA.1: recorded"})
	address := strings.TrimPrefix(next(), "serving on ")
	if status := s.post("http://"+address+"/stores/google-play", "m1"); status != http.StatusOK {
		t.Errorf("the webhook answered %d", status)
	}
	expectLines(t, []string{next(), next(), next()},
		[]string{"event 1: refund ann", "event 2: alert ann", "event 3: block ann"})
	interrupt()
	expectLines(t, []string{next()}, []string{"login ann: refused"})
	must(t, <-done)
}

func (s *scene) post(address, message string) int {
	s.t.Helper()
	authorization, body, err := s.google.Refund("GPA.1", message, s.now)
	must(s.t, err)
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(string(body)))
	must(s.t, err)
	request.Header.Set("Authorization", authorization)
	answer, err := http.DefaultClient.Do(request)
	must(s.t, err)
	answer.Body.Close()
	return answer.StatusCode
}

func TestAFailedStartReportsTheReason(t *testing.T) {
	err := play(context.Background(), []string{"/there/is/no.json"}, nil, io.Discard)
	if err == nil || !strings.HasPrefix(err.Error(), "open: recoup: /there/is/no.json cannot be read") {
		t.Error(err)
	}
}
