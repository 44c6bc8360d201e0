package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
)

// DoctorOptions are additional checks of Doctor.
type DoctorOptions struct {
	// AppStoreTestNotification: request a test notification from Apple to the URLs in App Store Connect, and wait for its
	// arrival.
	AppStoreTestNotification bool `json:"app_store_test_notification,omitempty"`
	// JSON, unless nil, replaces all options above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Doctor checks the configuration that the engine was opened with, and the files it names; whether each store can be
// reached, takes the credentials, and has the same time; when its last message came, and whether it is swept; what waits
// for a person; and the ledger's file. It is what recoup doctor prints. A problem that it finds is no failure of this call.
//
// progress, unless nil, gets each finding as it is made; otherwise it is as that of Reconcile.
//
// Changes nothing: the test write to the ledger is rolled back, and each store gets one or two harmless requests, once.
// Blocks on the disk and on the stores, at most 15 seconds for a request, and a minute for a test notification. ctx is
// checked before that begins. Works after Shutdown, too, and then reports that no store could be queried. Fails with
// ErrReentrant as Reconcile does.
func (e *Engine) Doctor(ctx context.Context, options DoctorOptions, progress func(Finding)) (*DoctorReport, error) {
	request, err := givenIn(ctx, options.JSON, options)
	if err != nil {
		return nil, err
	}
	callback, data, end := telling(progress)
	defer end()
	return read[DoctorReport](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_doctor(handle, jsonAt(request), C.size_t(len(request)), callback, data, text, object)
	}))
}

// DoctorReport is what Doctor found.
type DoctorReport struct {
	// When the run started.
	At Timestamp `json:"at"`
	// The worst result.
	Health Health `json:"health"`
	// The findings: store by store and app by app in the order of the configuration, then the ledger.
	Findings []Finding `json:"findings"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *DoctorReport) UnmarshalJSON(text []byte) error {
	type plain DoctorReport
	return decode(text, (*plain)(d), &d.JSON)
}

// Finding is one check and its result.
type Finding struct {
	// The result.
	Health Health `json:"health"`
	// What was checked.
	Area DoctorArea `json:"area"`
	// A stable name for programs, in snake case, such as credentials_refused.
	Code string `json:"code"`
	// The store; empty if it concerns no single store.
	Store Store `json:"store"`
	// The app or account, as the configuration names it.
	App string `json:"app"`
	// What was found, for an operator. Contains no secrets.
	Facts string `json:"facts"`
	// What to do about it; empty: nothing.
	Advice string `json:"advice"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Finding) UnmarshalJSON(text []byte) error {
	type plain Finding
	return decode(text, (*plain)(d), &d.JSON)
}

// Health is how healthy a checked thing is, from best to worst.
type Health string

const (
	// HealthOK: as it should be.
	HealthOK Health = "ok"
	// HealthWarning: it works, but something is lost or will be: look at it during working hours.
	HealthWarning Health = "warning"
	// HealthBroken: it does not work.
	HealthBroken Health = "broken"
)

// DoctorArea is what was checked.
type DoctorArea string

const (
	// AreaConfiguration: whether the configuration and the files it names can be used.
	AreaConfiguration DoctorArea = "configuration"
	// AreaReachability: whether the store's server answers.
	AreaReachability DoctorArea = "reachability"
	// AreaClock: whether this machine's clock and the store's agree.
	AreaClock DoctorArea = "clock"
	// AreaCredentials: whether the store accepts the credentials, and what they allow.
	AreaCredentials DoctorArea = "credentials"
	// AreaWebhooks: whether the store's messages arrive.
	AreaWebhooks DoctorArea = "webhooks"
	// AreaSweeps: whether sweeps find what the store's messages missed.
	AreaSweeps DoctorArea = "sweeps"
	// AreaTestNotification: the store's own test message.
	AreaTestNotification DoctorArea = "test_notification"
	// AreaLedger: whether the ledger's file is intact.
	AreaLedger DoctorArea = "ledger"
	// AreaOpenWork: what waits for an operator.
	AreaOpenWork DoctorArea = "open_work"
)
