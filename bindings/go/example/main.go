// A game server's side of refunds, in Go. The arguments are what happens to the server, in order:
//
//	example CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER | serve ADDRESS]...
//
// BODY is a file with a store's raw request body, "-" for standard input; HEADERS one with its header fields, "Name:
// value" a line, or "-" for none. After serve it answers HTTP until it is interrupted: stores POST to /stores/STORE.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path"
	"strings"
	"time"

	"recoup.dev/go/recoup"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := play(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type server struct {
	engine *recoup.Engine
	in     io.Reader
	out    io.Writer
}

// play opens the engine, lets everything happen, and closes it.
func play(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	if len(args) == 0 {
		return errors.New("which configuration file?")
	}
	engine, err := recoup.OpenFile(args[0])
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() {
		if closing := engine.Close(); err == nil {
			err = closing
		}
	}()
	s := server{engine, in, out}
	// Something may be left from before a restart.
	if err := s.pump(); err != nil {
		return err
	}
	for args = args[1:]; len(args) > 0; {
		used, err := s.happen(ctx, args)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		args = args[used:]
	}
	return nil
}

// happen does the first of the remaining arguments, and returns how many it used.
func (s *server) happen(ctx context.Context, args []string) (int, error) {
	var err error
	var used int
	switch is := func(what string, count int) bool { used = count; return args[0] == what && len(args) >= count }; {
	case is("buy", 4):
		err = s.buy(ctx, recoup.Store(args[1]), args[2], args[3])
	case is("request", 4):
		err = s.request(ctx, recoup.Store(args[1]), args[2], args[3])
	case is("login", 2):
		err = s.login(args[1])
	case is("serve", 2):
		return used, s.serve(ctx, args[1])
	default:
		return 0, errors.New("not understood")
	}
	if err != nil {
		return used, err
	}
	return used, s.pump()
}

// buy: the shop has delivered something.
func (s *server) buy(ctx context.Context, store recoup.Store, user, order string) error {
	outcome, err := s.engine.RecordPurchase(ctx, recoup.Purchase{Store: store, User: user, OrderID: order})
	if err != nil {
		return err
	}
	how := "known"
	if outcome == recoup.PurchaseRecorded {
		how = "recorded"
	}
	fmt.Fprintf(s.out, "buy %s: %s\n", order, how)
	return nil
}

// request: a store has called the webhook, and its request is in files. serve has the webhook itself.
func (s *server) request(ctx context.Context, store recoup.Store, bodyFile, headerFile string) error {
	body, err := s.read(bodyFile)
	if err != nil {
		return err
	}
	request := recoup.Request{Store: store, Body: body}
	if headerFile != "-" {
		lines, err := os.ReadFile(headerFile)
		if err != nil {
			return err
		}
		request.Headers = headers(lines)
	}
	outcome, err := s.engine.Ingest(ctx, request)
	s.answered(store, outcome, err)
	return err
}

// answered prints the answer to the store, which would send the same again after a failure.
func (s *server) answered(store recoup.Store, outcome recoup.Outcome, err error) {
	if err != nil {
		fmt.Fprintf(s.out, "request from %s: answer %d\n", store, recoup.HTTPStatus(err))
		return
	}
	news := "nothing new"
	if outcome.New {
		news = "new"
	}
	fmt.Fprintf(s.out, "request from %s: answer %d, %s: %s\n", store, outcome.HTTPStatus, news, outcome.Details)
}

// login: a player logs in. A blocked player is refused.
func (s *server) login(user string) error {
	blocked, err := s.engine.IsBlocked(user)
	if err != nil {
		return err
	}
	answer := "welcome"
	if blocked {
		answer = "refused"
	}
	fmt.Fprintf(s.out, "login %s: %s\n", user, answer)
	return nil
}

// pump is one turn of a game loop.
func (s *server) pump() error {
	for {
		events, err := s.engine.Poll(32)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, event := range events {
			s.act(event)
			if err := s.engine.Ack(event.ID); err != nil {
				return err
			}
		}
	}
}

// act: an event may come twice. Act on its id once, then settle it.
func (s *server) act(event recoup.Event) {
	user := event.User
	if user == "" {
		user = "(player unknown)"
	}
	fmt.Fprintf(s.out, "event %d: %s %s\n", event.ID, event.Kind, user)
}

// serve answers stores over HTTP, and acts on events as they come, until ctx is done.
func (s *server) serve(ctx context.Context, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "serving on %s\n", listener.Addr())
	web := http.Server{Handler: s.webhooks(), ReadTimeout: 10 * time.Second}
	go web.Serve(listener)
	err = s.engine.Run(ctx, func(_ context.Context, event recoup.Event) recoup.Handled {
		s.act(event)
		return recoup.Done
	})
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	if closing := web.Shutdown(context.Background()); err == nil {
		err = closing
	}
	return err
}

func (s *server) webhooks() http.Handler {
	mux := http.NewServeMux()
	for _, store := range []recoup.Store{recoup.AppStore, recoup.GooglePlay, recoup.OneStore, recoup.Stripe, recoup.Amazon} {
		mux.Handle(path.Join("/stores", string(store)), &recoup.Handler{Engine: s.engine, Store: store})
	}
	return mux
}

func (s *server) read(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(io.LimitReader(s.in, recoup.MaxBody+1))
	}
	return os.ReadFile(file)
}

func headers(lines []byte) []recoup.Header {
	var headers []recoup.Header
	for _, line := range bytes.Split(lines, []byte("\n")) {
		name, value, found := strings.Cut(strings.TrimRight(string(line), "\r"), ":")
		if found {
			headers = append(headers, recoup.Header{Name: name, Value: strings.TrimLeft(value, " \t")})
		}
	}
	return headers
}
