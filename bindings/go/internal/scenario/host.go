package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"recoup.dev/go/recoup"
)

// host plays a scenario.
type host struct {
	folder string
	tags   []string
	out    io.Writer
	engine *recoup.Engine
	stores stores
	// gateway is the one that listens, or nil.
	gateway *recoup.Gateway
	millis  atomic.Int64

	lock sync.Mutex
	// called reports that calls has grown.
	called *sync.Cond
	// kept is the output of callbacks until tick or await prints it; heard, the log.
	kept, heard    bytes.Buffer
	calls, awaited int
	registrations  int
	destroyed      []int
	destructors    int
}

func newHost(folder string, out io.Writer) *host {
	h := &host{folder: folder, out: out}
	h.called = sync.NewCond(&h.lock)
	return h
}

func (h *host) printf(format string, values ...interface{}) {
	fmt.Fprintf(h.out, format, values...)
}

func (h *host) file(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(h.folder, name))
}

// free frees the engine, and prints how many destructors that ran.
func (h *host) free() int {
	before := h.countDestructors()
	if h.engine != nil {
		// If it fails, leases expire by themselves.
		_ = h.engine.Close()
		<-h.engine.Done()
		h.engine = nil
	}
	return h.countDestructors() - before
}

func (h *host) countDestructors() int {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.destructors
}

// registration is every value that is registered: each has a number, and notes its release.
type registration struct {
	host   *host
	number int
	answer recoup.Handled
}

func (h *host) register(answer recoup.Handled) *registration {
	h.registrations++
	return &registration{h, h.registrations, answer}
}

// Now is the host's clock.
func (r *registration) Now() time.Time {
	return time.UnixMilli(r.host.millis.Load())
}

// HandleEvent keeps the event.
func (r *registration) HandleEvent(event recoup.Event) recoup.Handled {
	r.keep(eventLine(event))
	return r.answer
}

// HandleCompletion keeps the completion.
func (r *registration) HandleCompletion(completion recoup.Completion) {
	r.keep(fmt.Sprintf("%s %s", completionLine(completion), completion.Outcome.Details))
}

func (r *registration) keep(line string) {
	r.host.lock.Lock()
	defer r.host.lock.Unlock()
	fmt.Fprintf(&r.host.kept, "callback %d %s\n", r.number, line)
	r.host.calls++
	r.host.called.Broadcast()
}

// Log keeps a message.
func (r *registration) Log(level recoup.LogLevel, target, message string) {
	r.host.lock.Lock()
	defer r.host.lock.Unlock()
	fmt.Fprintf(&r.host.heard, "log %d %s %s\n", level, target, message)
}

// Released is the destructor.
func (r *registration) Released() {
	r.host.lock.Lock()
	defer r.host.lock.Unlock()
	r.host.destroyed = append(r.host.destroyed, r.number)
	r.host.destructors++
}

// await waits for callbacks and prints what they kept.
func (h *host) await(count int) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.awaited += count
	for h.calls < h.awaited {
		h.called.Wait()
	}
	h.printKept()
}

func (h *host) printKept() {
	h.printf("%s", h.kept.Bytes())
	h.kept.Reset()
}

func (h *host) printHeard() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.printf("%s", h.heard.Bytes())
	h.heard.Reset()
}

func (h *host) printDestroyed() {
	h.lock.Lock()
	defer h.lock.Unlock()
	sort.Ints(h.destroyed)
	h.printf("destroyed")
	for _, number := range h.destroyed {
		h.printf(" %d", number)
	}
	h.printf("\n")
	h.destroyed = nil
}

func eventLine(e recoup.Event) string {
	return fmt.Sprintf("event %d %d %d %d %d %d %s %s %d %s %s %d", e.ID, numberOf(kindNumbers, e.Kind), e.RefundID, e.At.UnixMilli(), e.Attempt,
		e.BlockID, timeOrDash(e.Until), timeOrDash(e.Deadline), e.AmountMicros, orDash(e.Currency), orDash(e.User),
		numberOf(evidence, e.AttributedBy))
}

func completionLine(c recoup.Completion) string {
	return fmt.Sprintf("completion %d %d %d %d %d %d %d", c.Status, c.Tag, c.Outcome.RefundID, c.Outcome.Kind,
		numberOf(meanings, c.Outcome.Meaning), c.Outcome.HTTPStatus, bit(c.Outcome.New))
}

func timeOrDash(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return strconv.FormatInt(at.UnixMilli(), 10)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func bit(set bool) int {
	if set {
		return 1
	}
	return 0
}

// What the scenario prints by the header's numbers, from 0.
var (
	kindNumbers = []recoup.EventKind{"", recoup.EventBlock, recoup.EventUnblock, recoup.EventAlert, recoup.EventRefund,
		recoup.EventReversal, recoup.EventReview, recoup.EventUnattributed, recoup.EventSweepGap, recoup.EventRecovery,
		recoup.EventNotice, recoup.EventAccess}
	evidence = []recoup.AttributedBy{"", recoup.ByOrder, recoup.ByFamily, recoup.ByIssuedTag, recoup.ByRecordedTag,
		recoup.ByBareTag}
	meanings     = []recoup.Meaning{"", recoup.MeaningRefund, recoup.MeaningReversal, recoup.MeaningRefundDeclined, recoup.MeaningRefundRequest, recoup.MeaningPurchase, recoup.MeaningConsentRescinded, recoup.MeaningTest, recoup.MeaningNothing, recoup.MeaningConfirmation}
	environments = []recoup.Environment{"", recoup.Production, recoup.Sandbox}
	productTypes = []recoup.ProductType{"", recoup.Consumable, recoup.NonConsumable, recoup.OneTime, recoup.Subscription,
		recoup.NonRenewingSubscription}
)

func numberOf[T comparable](numbers []T, value T) int {
	for number, known := range numbers {
		if known == value {
			return number
		}
	}
	return -1
}
