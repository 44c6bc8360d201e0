package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
)

// TryOptions are which refunds TryPolicy tries rules on. The zero value is all of them.
type TryOptions struct {
	// Since: refunded at this time or later, by the store's clock; nil: from the first on.
	Since *Timestamp `json:"since,omitempty"`
	// Until: refunded before this time; nil: up to the last.
	Until *Timestamp `json:"until,omitempty"`
	// Examples is the most examples of each change, at most 10000; nil: 100.
	Examples *uint64 `json:"examples,omitempty"`
	// JSON, unless nil, replaces all options above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// TryPolicy compares what other rules would have decided about the refunds of a time with what was decided. Nothing is
// written, and no decision changes. policy is the whole list of rules, as the configuration's "policy"; the default rules
// come after them.
//
// progress, unless nil, gets how far the trial has come after each user, and returns whether to continue: after false the
// result is of the users so far, and Stopped. Otherwise it is as that of Reconcile; after a panic in it the trial continues.
// The trial also stops after the user at which ctx ends, and then returns ctx's error.
//
// Reads the disk for as long as it takes, and never waits for a writer. Fails with ErrInvalidArgument (bad_json, bad_policy,
// which names the place), and with ErrReentrant as Reconcile does.
func (e *Engine) TryPolicy(ctx context.Context, policy json.RawMessage, options TryOptions,
	progress func(Tried) bool) (*PolicyTrial, error) {
	request, err := givenIn(ctx, options.JSON, options)
	if err != nil {
		return nil, err
	}
	var canceled error
	var callback C.recoup_trial_callback
	var data C.uintptr_t
	if progress != nil || ctx.Done() != nil {
		callback, data = C.recoup_trial_callback(C.recoup_go_trial), hold(func(text json.RawMessage) bool {
			if canceled = ctx.Err(); canceled != nil {
				return false
			}
			if progress == nil {
				return true
			}
			var tried Tried
			// The JSON has the parts that cannot be read.
			_ = json.Unmarshal(text, &tried)
			return progress(tried)
		})
		defer release(data)
	}
	trial, err := read[PolicyTrial](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_try_policy(handle, jsonAt(policy), C.size_t(len(policy)), jsonAt(request),
			C.size_t(len(request)), callback, data, text, object)
	}))
	if err == nil && canceled != nil {
		return nil, canceled
	}
	return trial, err
}

// Tried is how far a trial of rules has come.
type Tried struct {
	// How many refunds were decided.
	Refunds uint64 `json:"refunds"`
	// How many users they are of.
	Users uint64 `json:"users"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Tried) UnmarshalJSON(text []byte) error {
	type plain Tried
	return decode(text, (*plain)(d), &d.JSON)
}

// PolicyTrial is what rules would have decided about the refunds of a time, beside what was decided.
// Refunds without a decision are not counted: those whose player is unknown, and those of which nothing is refunded.
type PolicyTrial struct {
	// The version of the policy in force. Some of the refunds may have been decided by earlier versions.
	PolicyVersion int64 `json:"policy_version"`
	// How many refunds were decided.
	Refunds uint64 `json:"refunds"`
	// How many users they are of.
	Users uint64 `json:"users"`
	// From when on, by the store's clock; nil: from the first.
	Since *Timestamp `json:"since"`
	// Before when; nil: up to the last.
	Until *Timestamp `json:"until"`
	// The rules of the tried policy in their order, then others that decided any of the refunds.
	Rules []RuleTrial `json:"rules"`
	// The refunds whose action would be another, by both actions, most refunds first.
	Changes []TrialChange `json:"changes"`
	// How many users are blocked, and would be.
	Blocked BlockedUsers `json:"blocked"`
	// Some of the users whom that would change.
	BlockedExamples BlockedExamples `json:"blocked_examples"`
	// The operator's rules that match none of the refunds.
	NeverFits []string `json:"never_fits"`
	// The operator's rules that match some of the refunds, all of which an earlier rule decides.
	Shadowed []ShadowedRule `json:"shadowed"`
	// Whether it was stopped, and so covers only some of the users.
	Stopped bool `json:"stopped"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *PolicyTrial) UnmarshalJSON(text []byte) error {
	type plain PolicyTrial
	return decode(text, (*plain)(d), &d.JSON)
}

// RuleTrial is how many refunds a rule decides.
type RuleTrial struct {
	// The rule.
	Name string `json:"name"`
	// How many refunds it decided.
	Now uint64 `json:"now"`
	// How many it would decide under the tried policy.
	Then uint64 `json:"then"`
	// How many users the latter are of.
	Users uint64 `json:"users"`
}

// TrialChange is refunds whose action would be another.
type TrialChange struct {
	// The action in force, such as "alert".
	From string `json:"from"`
	// The action under the tried policy, such as "block 7d".
	To string `json:"to"`
	// How many refunds.
	Refunds uint64 `json:"refunds"`
	// How many users they are of.
	Users uint64 `json:"users"`
	// Some of the refunds, by user.
	Examples []TrialExample `json:"examples"`
}

// TrialExample is a refund whose action would be another.
type TrialExample struct {
	// The refund.
	Refund int64 `json:"refund"`
	// The player.
	User string `json:"user"`
	// When it was refunded, by the store's clock.
	At Timestamp `json:"at"`
}

// BlockedUsers is how many users are blocked in all, and would be if the tried policy had decided the refunds.
type BlockedUsers struct {
	// Blocked.
	Now uint64 `json:"now"`
	// Would be blocked.
	Then uint64 `json:"then"`
	// Would be blocked, and are not.
	Newly uint64 `json:"newly"`
	// Are blocked, and would not be.
	Freed uint64 `json:"freed"`
}

// BlockedExamples are users whom the tried policy would block or free: at most as many of each as a change has examples.
type BlockedExamples struct {
	// Would be blocked, and are not.
	Newly []string `json:"newly"`
	// Are blocked, and would not be.
	Freed []string `json:"freed"`
}

// ShadowedRule is a rule that never decides.
type ShadowedRule struct {
	// The rule.
	Rule string `json:"rule"`
	// The earlier rule that decides most of the refunds that it matches.
	By string `json:"by"`
}
