package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
)

// DoctorOptions say what Doctor checks beside the rest.
type DoctorOptions struct {
	// AppStoreTestNotification: Apple is requested to send a test notification to the URLs in App Store Connect, and its
	// arrival is waited for.
	AppStoreTestNotification bool `json:"app_store_test_notification,omitempty"`
	// JSON, unless nil, are the options in place of all above: for what only a later version knows.
	JSON json.RawMessage `json:"-"`
}

// Doctor checks the configuration that the engine was opened with, and the files it names; whether each store can be
// reached, takes the credentials, and has the same time; when it last spoke, and whether it is swept; what waits for
// somebody; and the ledger's file. It is what recoup doctor prints. What is broken is no failure of this call.
//
// progress, unless nil, hears each finding as it is made; otherwise it is as that of Reconcile.
//
// Changes nothing: what is written to the ledger, to see that it can be, is taken back, and each store is asked a
// harmless question or two, once. Blocks on the disk and on the stores, at most 15 seconds for a question, and a minute
// for a test notification. ctx is looked at before that begins. Works after Shutdown, too, and says there that no store
// could be asked. Fails with ErrReentrant inside of what Reconcile or Doctor call.
func (e *Engine) Doctor(ctx context.Context, options DoctorOptions, progress func(Finding)) (*DoctorReport, error) {
	asked, err := givenIn(ctx, options.JSON, options)
	if err != nil {
		return nil, err
	}
	callback, data, end := telling(progress)
	defer end()
	return read[DoctorReport](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_doctor(handle, jsonAt(asked), C.size_t(len(asked)), callback, data, text, object)
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
