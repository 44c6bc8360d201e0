//! JSON Schemas of the documents that the C ABI takes and returns, made from the types that are read and written.
//!
//! The repository's folder `schemas` has them as files; `docs/documents.md` says what they promise. What the library
//! returns is open: members and values of a later version are none of a schema's business. What it takes is as strict as
//! the library is.

mod forms;
mod shape;
#[cfg(test)]
mod tests;

use schemars::generate::{Contract, SchemaSettings};
use schemars::transform::Transform as _;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::config::Config;
use crate::engine::{
    Outcome, Progress, ReconcileOptions, ReconcileOrderResult, ReconcileResult, TransferResult, WorkResult,
};
use crate::ffi::{
    AccessArguments, ActionArguments, CompletionDetails, DoctorArguments, ForgetArguments, ForgiveArguments,
    GrantedArguments, ListenOptions, NoteArguments, OverruleArguments, ReplayArguments,
};
use crate::model::{
    Access, Block, CaseFile, Consumption, CustomMessage, DeadLetter, DebtorPage, Debts, DoctorReport, Event,
    Exclusion, ExclusionMade, Export, Exported, Figures, Finding, Forgotten, Found, JournalEntry,
    NewExclusion, Note, NoteOn, Notice, OrderHistory, Page, PolicyTrial, Pruned, Purchase, Question,
    Recovery, RecoveryEntry, RecoveryReport, Refund, RefundCount, RefundFilter, RefundOrder, Repayment,
    RepaymentOutcome, ReportOutcome, ReviewCase, ReviewFigures, ReviewFilter, RevokeSubscription, Rule,
    Stats, StoreAction, StoreActionFilter, ToDo, Tried, TryOptions, UserExport, UserHistory, WebhookEndpoint,
    WebhookEvent, WebhookMessage, WebhookMessageFilter, WebhookTest, WorkCount,
};

/// A document and its schema.
#[derive(Clone, Debug)]
pub struct Document {
    /// The name of its schema: `refund` of `schemas/refund.schema.json`.
    pub name: &'static str,
    /// Where the C ABI takes or returns it: a function or callback, and its parameter. Empty where it only is a part of
    /// other documents.
    pub places: &'static [(&'static str, &'static str)],
    /// The schema, JSON Schema draft 2020-12.
    pub schema: Value,
}

/// Every document, by name.
#[must_use]
pub fn documents() -> Vec<Document> {
    let mut all = returned();
    all.extend(operators_work());
    all.extend(operators_decisions());
    all.extend(figures_and_exports());
    all.extend(taken());
    all.sort_unstable_by_key(|document| document.name);
    all
}

fn returned() -> Vec<Document> {
    const ISSUE: &str = "recoup_engine_issue_refund";
    const REVOKE: &str = "recoup_engine_revoke_subscription";
    const CONSUMPTION: &str = "recoup_engine_report_consumption";
    vec![
        made::<Refund>(
            Returned,
            "refund",
            "Refund",
            &[
                ("recoup_engine_query_refund", "refund_json"),
                ("recoup_engine_query_refund_of_order", "refund_json"),
                ("recoup_engine_close_refund", "refund_json"),
                ("recoup_engine_reopen_refund", "refund_json"),
                ("recoup_engine_assign_refund", "refund_json"),
                ("recoup_engine_set_refund_status", "refund_json"),
                ("recoup_engine_set_order_status", "refund_json"),
                ("recoup_engine_overrule", "refund_json"),
            ],
        ),
        made::<Page<Refund>>(
            Returned,
            "refund-page",
            "Page of refunds",
            &[("recoup_engine_query_refunds", "page_json")],
        ),
        made::<UserHistory>(
            Returned,
            "user",
            "All that is known of a user",
            &[("recoup_engine_query_user", "user_json")],
        ),
        made::<OrderHistory>(
            Returned,
            "order",
            "All that is known of an order",
            &[("recoup_engine_query_order", "order_json")],
        ),
        made::<Event>(Returned, "event", "Event", &[("recoup_engine_query_event", "event_json")]),
        made::<Vec<Event>>(Returned, "event-list", "Polled events", &[("recoup_engine_poll", "details")]),
        made::<Block>(Returned, "block", "Block", &[]),
        made::<Page<Block>>(
            Returned,
            "block-page",
            "Page of blocks",
            &[("recoup_engine_query_blocks", "page_json")],
        ),
        made::<JournalEntry>(Returned, "journal-entry", "Journal entry", &[]),
        made::<DeadLetter>(Returned, "dead-letter", "Dead letter", &[]),
        made::<Page<DeadLetter>>(
            Returned,
            "dead-letter-page",
            "Page of dead letters",
            &[("recoup_engine_query_dead_letters", "page_json")],
        ),
        made::<Stats>(
            Returned,
            "stats",
            "Figures for a dashboard",
            &[("recoup_engine_query_stats", "stats_json")],
        ),
        made::<StoreAction>(
            Returned,
            "action",
            "Store action",
            &[(ISSUE, "action_json"), (REVOKE, "action_json"), ("recoup_engine_query_action", "action_json")],
        ),
        made::<Page<StoreAction>>(
            Returned,
            "action-page",
            "Page of store actions",
            &[("recoup_engine_query_actions", "page_json")],
        ),
        made::<Option<ReviewCase>>(
            Returned,
            "review",
            "Refund review, or null",
            &[(CONSUMPTION, "review_json")],
        ),
        made::<Page<ReviewCase>>(
            Returned,
            "review-page",
            "Page of refund reviews",
            &[("recoup_engine_query_reviews", "page_json")],
        ),
        made::<ReviewFigures>(
            Returned,
            "review-figures",
            "Figures of refund reviews",
            &[("recoup_engine_query_review_figures", "figures_json")],
        ),
        made::<ReconcileResult>(
            Returned,
            "reconcile-result",
            "Result of reconciling",
            &[("recoup_engine_reconcile", "result_json")],
        ),
        made::<Progress>(
            Returned,
            "sweep",
            "Sweep, as far as it has come",
            &[("recoup_engine_reconcile", "progress")],
        ),
        made::<ReconcileOrderResult>(
            Returned,
            "reconcile-order-result",
            "Result of reconciling one order",
            &[("recoup_engine_reconcile_order", "result_json")],
        ),
        made::<WorkResult>(
            Returned,
            "work-result",
            "Result of a round of work",
            &[("recoup_engine_work", "worked_json")],
        ),
        made::<DoctorReport>(
            Returned,
            "doctor-report",
            "Doctor's report",
            &[("recoup_engine_doctor", "report_json")],
        ),
        made::<Finding>(Returned, "finding", "Doctor's finding", &[("recoup_engine_doctor", "progress")]),
        made::<TransferResult>(
            Returned,
            "transfer-result",
            "Result of a transfer",
            &[("recoup_engine_transfer_purchase", "transferred_json")],
        ),
        made::<Outcome>(
            Returned,
            "outcome",
            "Outcome of a store's request",
            &[("recoup_engine_ingest", "details"), ("recoup_engine_record_message_json", "details")],
        ),
        made::<CompletionDetails<'_>>(
            Returned,
            "completion",
            "Outcome of a submitted request",
            &[("recoup_completion_callback", "details")],
        ),
        made::<Vec<CompletionDetails<'_>>>(
            Returned,
            "completion-list",
            "Outcomes of submitted requests",
            &[("recoup_engine_poll_completions", "details")],
        ),
    ]
}

/// The books of refunds, and operators' work on them.
fn operators_work() -> Vec<Document> {
    const REPORT: &str = "recoup_engine_report_recovery";
    const SETTLE: &str = "recoup_engine_settle";
    const REPAY: &str = "recoup_engine_repay";
    const FORGIVE: &str = "recoup_engine_forgive";
    const GRANTED: &str = "recoup_engine_set_granted";
    const ADD_NOTE: &str = "recoup_engine_add_note";
    const NOTES: &str = "recoup_engine_query_notes";
    vec![
        made::<Recovery>(
            Returned,
            "recovery",
            "Books of a refund",
            &[
                ("recoup_engine_query_recovery", "recovery_json"),
                (FORGIVE, "recovery_json"),
                ("recoup_engine_correct", "recovery_json"),
                (GRANTED, "recovery_json"),
            ],
        ),
        made::<Vec<RecoveryEntry>>(
            Returned,
            "recovery-entry-list",
            "Entries of a refund's books",
            &[("recoup_engine_query_recovery_entries", "entries_json")],
        ),
        made::<ToDo>(
            Returned,
            "to-do",
            "What to take or to give",
            &[("recoup_engine_query_to_do", "to_do_json")],
        ),
        made::<ReportOutcome>(
            Returned,
            "report-outcome",
            "Outcome of a report",
            &[(REPORT, "outcome_json"), (SETTLE, "outcome_json")],
        ),
        made::<RepaymentOutcome>(
            Returned,
            "repayment-outcome",
            "Outcome of a repayment",
            &[(REPAY, "outcome_json")],
        ),
        made::<Debts>(Returned, "debts", "What a user owes", &[("recoup_engine_query_debts", "debts_json")]),
        made::<DebtorPage>(
            Returned,
            "debtor-page",
            "Page of users who owe something",
            &[("recoup_engine_query_debtors", "page_json")],
        ),
        made::<CaseFile>(
            Returned,
            "case-file",
            "All that is known of a refund",
            &[("recoup_engine_query_case", "case_json")],
        ),
        made::<Note>(Returned, "note", "Note", &[(ADD_NOTE, "note_json")]),
        made::<Vec<Note>>(Returned, "note-list", "Notes", &[(NOTES, "notes_json")]),
        made::<Found>(Returned, "found", "What an id belongs to", &[("recoup_engine_find", "found_json")]),
        made::<RefundCount>(
            Returned,
            "refund-count",
            "Number of refunds",
            &[("recoup_engine_count_refunds", "count_json")],
        ),
        made::<RecoveryReport>(
            Taken,
            "recovery-report",
            "Report of what was taken or given",
            &[(REPORT, "report_json"), (SETTLE, "report_json")],
        ),
        made::<Repayment>(Taken, "repayment", "Repayment", &[(REPAY, "repayment_json")]),
        made::<ForgiveArguments>(
            Taken,
            "forgive",
            "Request to forgive what is owed",
            &[(FORGIVE, "forgive_json")],
        ),
        made::<GrantedArguments>(Taken, "granted", "What a purchase granted", &[(GRANTED, "granted_json")]),
        made::<NoteArguments>(Taken, "new-note", "Note to write", &[(ADD_NOTE, "new_note_json")]),
        made::<NoteOn>(Taken, "note-on", "What a note is on", &[(NOTES, "on_json")]),
    ]
}

/// What operators decide above the rules, and what players are shown of it.
fn operators_decisions() -> Vec<Document> {
    const EXCLUDE: &str = "recoup_engine_exclude";
    const SET_ACCESS: &str = "recoup_engine_set_access";
    const TRY: &str = "recoup_engine_try_policy";
    const OVERRULE: &str = "recoup_engine_overrule";
    vec![
        made::<ExclusionMade>(
            Returned,
            "exclusion-made",
            "Exclusion that was made",
            &[(EXCLUDE, "made_json")],
        ),
        made::<Exclusion>(
            Returned,
            "exclusion",
            "Exclusion",
            &[("recoup_engine_end_exclusion", "exclusion_json")],
        ),
        made::<Page<Exclusion>>(
            Returned,
            "exclusion-page",
            "Page of exclusions",
            &[("recoup_engine_query_exclusions", "page_json")],
        ),
        made::<Notice>(Returned, "notice", "Notice", &[("recoup_engine_mark_notice", "notice_json")]),
        made::<Vec<Notice>>(
            Returned,
            "notice-list",
            "Notices",
            &[("recoup_engine_query_notices", "notices_json")],
        ),
        made::<Access>(
            Returned,
            "access",
            "Access to a product",
            &[("recoup_engine_query_access", "access_json"), (SET_ACCESS, "access_json")],
        ),
        made::<PolicyTrial>(Returned, "policy-trial", "Trial of rules", &[(TRY, "trial_json")]),
        made::<Tried>(Returned, "tried", "Trial of rules, as far as it has come", &[(TRY, "progress")]),
        made::<NewExclusion>(Taken, "new-exclusion", "Exclusion to make", &[(EXCLUDE, "exclusion_json")]),
        made::<OverruleArguments>(
            Taken,
            "overrule",
            "Decision on one refund",
            &[(OVERRULE, "overrule_json")],
        ),
        made::<AccessArguments>(
            Taken,
            "access-decision",
            "Decision on a user's access",
            &[(SET_ACCESS, "decision_json")],
        ),
        made::<Vec<Rule>>(Taken, "policy", "Rules", &[(TRY, "policy_json")]),
        made::<TryOptions>(Taken, "try-options", "Options of a trial of rules", &[(TRY, "options_json")]),
    ]
}

/// What leaves the ledger: figures, exports, webhooks.
fn figures_and_exports() -> Vec<Document> {
    const EXPORT: &str = "recoup_engine_export";
    const EXPORT_USER: &str = "recoup_engine_export_user";
    const FIGURES: &str = "recoup_engine_query_figures";
    const FORGET: &str = "recoup_engine_forget_user";
    const MESSAGES: &str = "recoup_engine_query_webhook_messages";
    vec![
        made::<Figures>(Returned, "figures", "Figures", &[(FIGURES, "figures_json")]),
        made::<Vec<WorkCount>>(
            Returned,
            "work-count-list",
            "Numbers of refunds by work status",
            &[("recoup_engine_query_work_counts", "counts_json")],
        ),
        made::<Exported>(
            Returned,
            "exported",
            "Size of an export",
            &[(EXPORT, "exported_json"), (EXPORT_USER, "exported_json")],
        ),
        made::<UserExport>(Returned, "user-export", "All that is kept of a user", &[(EXPORT_USER, "write")]),
        made::<Forgotten>(
            Returned,
            "forgotten",
            "What forgetting a user changed",
            &[(FORGET, "forgotten_json")],
        ),
        made::<Pruned>(
            Returned,
            "pruned",
            "What was removed by its age",
            &[("recoup_engine_prune", "pruned_json")],
        ),
        made::<Vec<WebhookEndpoint>>(
            Returned,
            "webhook-endpoint-list",
            "Webhook endpoints",
            &[("recoup_engine_query_webhooks", "endpoints_json")],
        ),
        made::<Page<WebhookMessage>>(
            Returned,
            "webhook-message-page",
            "Page of messages to webhook endpoints",
            &[(MESSAGES, "page_json")],
        ),
        made::<WebhookTest>(
            Returned,
            "webhook-test",
            "Answer to a test message",
            &[("recoup_engine_test_webhook", "test_json")],
        ),
        made::<WebhookEvent>(Returned, "webhook-event", "Body of a webhook message", &[]),
        made::<Question>(
            Taken,
            "figures-question",
            "Which figures are wanted",
            &[(FIGURES, "question_json")],
        ),
        made::<Export>(Taken, "export", "Request for an export", &[(EXPORT, "export_json")]),
        made::<ForgetArguments>(Taken, "forget", "Request to forget a user", &[(FORGET, "forget_json")]),
        made::<WebhookMessageFilter>(
            Taken,
            "webhook-message-filter",
            "Filter of messages to webhook endpoints",
            &[(MESSAGES, "filter_json")],
        ),
        made::<ReplayArguments>(
            Taken,
            "webhook-replay",
            "Messages to send again",
            &[("recoup_engine_replay_webhooks", "replay_json")],
        ),
    ]
}

fn taken() -> Vec<Document> {
    vec![
        made::<Config>(
            Taken,
            "configuration",
            "Configuration",
            &[("recoup_engine_open", "config_json"), ("recoup_options_set_config_json", "config_json")],
        ),
        made::<Purchase>(Taken, "purchase", "Purchase", &[]),
        made::<Purchases>(
            Taken,
            "purchases",
            "A purchase, or several",
            &[("recoup_engine_record_purchases_json", "purchases_json")],
        ),
        made::<CustomMessage>(
            Taken,
            "message",
            "Message of a store of your own",
            &[("recoup_engine_record_message_json", "message_json")],
        ),
        made::<RefundFilter>(
            Taken,
            "refund-filter",
            "Filter of refunds",
            &[("recoup_engine_query_refunds", "filter_json"), ("recoup_engine_count_refunds", "filter_json")],
        ),
        made::<StoreActionFilter>(
            Taken,
            "action-filter",
            "Filter of store actions",
            &[("recoup_engine_query_actions", "filter_json")],
        ),
        made::<ReviewFilter>(
            Taken,
            "review-filter",
            "Filter of refund reviews",
            &[("recoup_engine_query_reviews", "filter_json")],
        ),
        made::<ActionArguments<RefundOrder>>(
            Taken,
            "issue-refund",
            "Request to give money back",
            &[("recoup_engine_issue_refund", "refund_json")],
        ),
        made::<ActionArguments<RevokeSubscription>>(
            Taken,
            "revoke-subscription",
            "Request to end a subscription",
            &[("recoup_engine_revoke_subscription", "revoke_json")],
        ),
        made::<Consumption>(
            Taken,
            "consumption",
            "How far an order was used",
            &[("recoup_engine_report_consumption", "report_json")],
        ),
        made::<ReconcileOptions>(
            Taken,
            "reconcile-options",
            "Options of reconciling",
            &[("recoup_engine_reconcile", "options_json")],
        ),
        made::<DoctorArguments>(
            Taken,
            "doctor-options",
            "Options of doctor",
            &[("recoup_engine_doctor", "options_json")],
        ),
        made::<ListenOptions>(
            Taken,
            "listen-options",
            "Options of the webhook server",
            &[("recoup_listen", "options_json")],
        ),
    ]
}

use Contract::{Deserialize as Taken, Serialize as Returned};

fn made<T: JsonSchema>(
    contract: Contract,
    name: &'static str,
    title: &str,
    places: &'static [(&'static str, &'static str)],
) -> Document {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.contract = contract.clone());
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    match contract {
        Returned => shape::Open.transform(&mut schema),
        _ => shape::Strict.transform(&mut schema),
    }
    shape::Absent.transform(&mut schema);
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    schema.insert("$id".to_owned(), format!("urn:recoup:schema:{name}:{major}.{minor}").into());
    schema.insert("title".to_owned(), title.into());
    Document { name, places, schema: schema.to_value() }
}

/// What `recoup_engine_record_purchases_json` takes: one or a list of them.
struct Purchases;

impl JsonSchema for Purchases {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Purchases".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (one, several) =
            (generator.subschema_for::<Purchase>(), generator.subschema_for::<Vec<Purchase>>());
        json_schema!({ "anyOf": [one, several] })
    }
}
