package recoup_test

import (
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

func healthOf(t *testing.T, address string) int {
	t.Helper()
	answer, err := http.Get("http://" + address + "/healthz")
	must(t, err)
	must(t, answer.Body.Close())
	return answer.StatusCode
}

func TestAGatewayListensUntilItIsClosed(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	e := open(t)
	gateway, err := e.Listen("127.0.0.1:0", recoup.ListenOptions{PathSecret: "a-secret-of-the-path",
		Connections: 8, Ingests: 2, Grace: recoup.Span(1500 * time.Millisecond)})
	must(t, err)
	address := gateway.Addr()
	if !strings.HasPrefix(address, "127.0.0.1:") || strings.HasSuffix(address, ":0") {
		t.Error(address)
	}
	if status := healthOf(t, address); status != 200 {
		t.Error(status)
	}
	for path, status := range map[string]int{"/v1/app-store": 404, "/v1/a-secret-of-the-path/app-store": 400} {
		answer, err := http.Post("http://"+address+path, "application/json", strings.NewReader("{"))
		must(t, err)
		must(t, answer.Body.Close())
		if (answer.StatusCode == 404) != (status == 404) || answer.StatusCode < 400 {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
	_, err = e.Listen(address, recoup.ListenOptions{})
	expect(t, err, recoup.ErrListen)
	http.DefaultClient.CloseIdleConnections()
	var both sync.WaitGroup
	for range []int{1, 2} {
		both.Add(1)
		go func() {
			defer both.Done()
			if err := gateway.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	both.Wait()
	again, err := e.Listen(address, recoup.ListenOptions{})
	must(t, err)
	must(t, again.Close())
}

func TestAGatewayRefusesInvalidOptions(t *testing.T) {
	e := open(t)
	for address, options := range map[string]string{"nowhere": "", "0.0.0.0:0": "", "127.0.0.1:0": `{"no":1}`} {
		_, err := e.Listen(address, recoup.ListenOptions{JSON: json.RawMessage(options)})
		expect(t, err, recoup.ErrInvalidArgument)
	}
	must(t, e.Close())
	ended(t, e)
	_, err := e.Listen("127.0.0.1:0", recoup.ListenOptions{})
	expect(t, err, recoup.ErrClosed)
}

func TestAGatewayOutlivesItsEngineAndBeingForgotten(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	address := func() string {
		forgotten, err := recoup.Open(config(), t.TempDir())
		must(t, err)
		gateway, err := forgotten.Listen("127.0.0.1:0", recoup.ListenOptions{})
		must(t, err)
		t.Cleanup(func() { must(t, gateway.Close()) })
		return gateway.Addr()
	}()
	runtime.GC()
	runtime.GC()
	if status := healthOf(t, address); status != 200 {
		t.Error(status)
	}
	e := open(t)
	gateway, err := e.Listen("127.0.0.1:0", recoup.ListenOptions{})
	must(t, err)
	must(t, e.Close())
	ended(t, e)
	if status := healthOf(t, gateway.Addr()); status != 503 {
		t.Error(status)
	}
	http.DefaultClient.CloseIdleConnections()
	must(t, gateway.Close())
}
