//! Every change that an operator can make: one row of the audit each, in the same transaction.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::store_calls::{FakeStores, stripe};
use super::*;
use crate::ledger::contents;
use crate::model::{
    Action, BulkAction, ClosedAs, Consumption, Delivery, ExclusionAction, ExclusionKind, Forget, Grant,
    NewExclusion, NoteOn, NoticeMark, RecoveryReport, RefundStatus, Repayment, RevocationRefund,
    RevokeSubscription, WebhookReplay,
};

const WHO: &str = "console:ann";
const WHY: &str = "asked for";
const DAY: Span = Span::from_days(1);

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

/// Kim's refunded packs 1 and 2, a part of unknown size of order 3, and an endpoint.
fn shop() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let config = json!({
        "database": "ledger.db",
        "policy": [{"name": "all", "action": {"block": "1d"}}],
        "webhooks": [{
            "name": "crm", "url": "https://crm.example.com/hook",
            "secrets": ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
        }],
    });
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let stores = FakeStores::answering([]);
    let options = EngineOptions::new().clock(Arc::clone(&clock)).calls(stores).background(false);
    let engine = options.open(config).unwrap();
    let fixture = Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) };
    for id in ["1", "2"] {
        fixture.engine.record_purchase(Purchase { grants: gems(500), ..purchase("kim", id) }).unwrap();
        fixture.ingest_order(refunded(order(id), 0));
    }
    fixture.ingest_order(part(order("3"), 0, Some("a"), Extent::Part));
    fixture.add("ann", Role::Admin);
    fixture
}

/// A call by its name, and how it is made: with the engine, to set it up, and with the view that acts.
type Call = (&'static str, fn(&Engine, &Engine) -> Result<(), Error>);

fn exclusion() -> NewExclusion {
    NewExclusion {
        kind: ExclusionKind::Order,
        value: "9".to_owned(),
        store: None,
        action: ExclusionAction::Spare,
        until: None,
        who: WHO.to_owned(),
        why: WHY.to_owned(),
    }
}

fn took(key: &str, quantity: i64) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), taken: gems(quantity), ..RecoveryReport::default() }
}

/// In this order, on one ledger.
const CALLS: &[Call] = &[
    ("record_purchase", |_, ann| ann.record_purchase(purchase("bob", "B1")).map(drop)),
    ("transfer_purchase", |_, ann| ann.transfer_purchase(None, "B1", "carl", WHO, WHY).map(drop)),
    ("account_tag", |_, ann| ann.account_tag(&Store::AppStore, "zoe").map(drop)),
    ("block", |_, ann| ann.block("bob", None, WHO, WHY).map(drop)),
    ("unblock", |_, ann| ann.unblock("bob", WHO, WHY).map(drop)),
    ("expire_blocks", |_, ann| ann.expire_blocks().map(drop)),
    ("report_recovery", |_, ann| ann.report_recovery(1, &took("k1", 100)).map(drop)),
    ("correct", |engine, ann| {
        let entries = engine.recovery_entries(1)?;
        let taken = entries.iter().find(|entry| entry.quantity == 100).unwrap().id;
        ann.correct(taken, WHO, WHY).map(drop)
    }),
    ("repay", |_, ann| {
        let repayment = Repayment { key: "r1".to_owned(), items: gems(1), ..Repayment::default() };
        ann.repay("kim", &repayment).map(drop)
    }),
    ("forgive", |_, ann| ann.forgive(1, &[], false, "k2", WHO, WHY).map(drop)),
    ("set_granted", |_, ann| ann.set_granted(3, &gems(10), WHO, WHY).map(drop)),
    ("close_refund", |_, ann| ann.close_refund(3, ClosedAs::WrittenOff, WHO, WHY).map(drop)),
    ("reopen_refund", |_, ann| ann.reopen_refund(3, WHO, WHY).map(drop)),
    ("assign_refund", |_, ann| ann.assign_refund(1, Some("ann"), WHO, WHY).map(drop)),
    ("add_note", |_, ann| ann.add_note(&NoteOn::Refund(1), WHY, WHO).map(drop)),
    ("overrule", |_, ann| ann.overrule(1, Some(Action::Record), WHO, WHY).map(drop)),
    ("set_refund_status", |_, ann| ann.set_refund_status(2, RefundStatus::Recovered, WHO, WHY).map(drop)),
    ("bulk", |_, ann| {
        let assign = BulkAction::Assign { to: Some("bob".to_owned()) };
        ann.bulk(&assign, &[1, 2, 99], WHO, WHY, "b1").map(drop)
    }),
    ("grant_access", |_, ann| ann.grant_access("kim", "pack", None, WHO, WHY).map(drop)),
    ("revoke_access", |_, ann| ann.revoke_access("kim", "pack", None, WHO, WHY).map(drop)),
    ("mark_notice", |engine, ann| {
        let notices = engine.pending_notices("kim", "en", 10)?;
        ann.mark_notice("kim", notices[0].id, NoticeMark::Acknowledged).map(drop)
    }),
    ("exclude", |_, ann| ann.exclude(&exclusion()).map(drop)),
    ("end_exclusion", |_, ann| ann.end_exclusion(1, WHO, WHY).map(drop)),
    ("report_consumption", |_, ann| {
        let consumption = Consumption {
            delivery: Delivery::Delivered,
            consumed: None,
            sample_given: false,
            usage: Vec::new(),
            consent: true,
        };
        ann.report_consumption(ConsumptionOf::Order("1"), consumption).map(drop)
    }),
    ("issue_refund", |_, ann| ann.issue_refund(stripe(), WHO, WHY, Some("t1")).map(drop)),
    ("issue_refund again", |_, ann| ann.issue_refund(stripe(), WHO, WHY, Some("t1")).map(drop)),
    ("revoke_subscription", |_, ann| {
        let revoke = RevokeSubscription {
            app: "com.example".to_owned(),
            purchase_token: "token".to_owned(),
            refund: RevocationRefund::Full,
        };
        ann.revoke_subscription(revoke, WHO, WHY, None).map(drop)
    }),
    ("replay_webhooks", |_, ann| {
        ann.replay_webhooks(&WebhookReplay::Dead { endpoint: "crm".to_owned() }, WHO, WHY).map(drop)
    }),
    ("end_webhook", |_, ann| ann.end_webhook("crm", WHO, WHY)),
    ("recount_figures", |_, ann| ann.recount_figures().map(drop)),
    ("prune", |_, ann| ann.prune().map(drop)),
    ("add_operator", |_, ann| ann.add_operator("eve", Role::Support).map(drop)),
    ("invite_operator", |_, ann| ann.invite_operator("eve").map(drop)),
    ("accept_invitation", |engine, ann| {
        let invitation = engine.invite_operator("eve")?;
        ann.accept_invitation(&invitation.token, PHC).map(drop)
    }),
    ("set_operator_role", |_, ann| ann.set_operator_role("eve", Role::Operator).map(drop)),
    ("set_password", |_, ann| ann.set_password("eve", OTHER_PHC)),
    ("begin_session", |_, ann| ann.begin_session("eve", LIMITS, None).map(drop)),
    ("prove_session", |engine, ann| {
        let (token, session) = engine.begin_session("eve", LIMITS, None)?;
        ann.prove_session(&token, session.until).map(drop)
    }),
    ("end_session", |engine, ann| {
        let (token, _) = engine.begin_session("eve", LIMITS, None)?;
        ann.end_session(&token).map(|ended| assert!(ended))
    }),
    ("end_session_by_id", |engine, ann| {
        let (_, session) = engine.begin_session("eve", LIMITS, None)?;
        ann.end_session_by_id("eve", &session.id).map(|ended| assert!(ended))
    }),
    ("make_token", |_, ann| ann.make_token("eve", "ci", Role::Viewer, DAY).map(drop)),
    ("sign_out", |_, ann| ann.sign_out("eve").map(drop)),
    ("set_operator_settings", |_, ann| ann.set_operator_settings("eve", &json!({"locale": "ja"}))),
    ("save_view", |_, ann| ann.save_view("eve", "refunds", "mine", "assignee=eve", true).map(drop)),
    ("delete_view", |_, ann| ann.delete_view("eve", 1).map(|deleted| assert!(deleted))),
    ("end_operator", |_, ann| ann.end_operator("eve").map(drop)),
    ("forget_user", |_, ann| ann.forget_user("kim", &Forget { even_so: true }, WHO, WHY).map(drop)),
];

/// Those that set something up before they act change it also where the row cannot be written.
const SET_UP: [&str; 4] = ["accept_invitation", "prove_session", "end_session", "end_session_by_id"];

fn highest_entry(fixture: &Fixture) -> i64 {
    let file = fixture.folder.path().join("ledger.db");
    let rows = another_program::rows(&file, "SELECT coalesce(max(id), 0) FROM journal");
    rows[0][0].parse().unwrap()
}

fn rows(fixture: &Fixture) -> BTreeMap<String, Vec<String>> {
    contents(&fixture.folder.path().join("ledger.db"))
}

#[test]
fn every_change_of_an_operator_leaves_one_row_in_its_transaction() {
    let fixture = shop();
    let file = fixture.folder.path().join("ledger.db");
    for (what, call) in CALLS {
        let view = fixture.engine.acting(acting(what, None));
        // Where its row cannot be written, the call changes nothing.
        let before = rows(&fixture);
        another_program::run(
            &file,
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END",
        );
        let failed = call(&fixture.engine, &view);
        another_program::run(&file, "DROP TRIGGER full");
        assert!(failed.is_err(), "{what}: it is done without its row");
        if !SET_UP.contains(what) {
            assert!(rows(&fixture) == before, "{what}: it changed something without its row");
        }

        let (written, entry) = (fixture.audit().len(), highest_entry(&fixture));
        call(&fixture.engine, &view).unwrap_or_else(|error| panic!("{what}: {error}"));
        let audit = fixture.audit();
        assert_eq!(audit.len(), written + 1, "{what}");
        assert_eq!((audit[0].what.as_str(), audit[0].outcome.as_str()), (*what, "done"));
        // A bulk change's journal begins with the first of its refunds, in the next commit.
        let is_in_journal = highest_entry(&fixture) > entry && *what != "bulk";
        assert_eq!(audit[0].journal_id, is_in_journal.then_some(entry + 1), "{what}");
    }
}

#[test]
fn a_call_that_fails_leaves_no_row() {
    let fixture = shop();
    let calls: &[Call] = &[
        ("forgive", |_, ann| ann.forgive(99, &[], false, "k", WHO, WHY).map(drop)),
        ("block", |_, ann| ann.block("", None, WHO, WHY).map(drop)),
        ("issue_refund", |engine, ann| {
            engine.issue_refund(stripe(), WHO, WHY, Some("k"))?;
            let other = RevokeSubscription {
                app: "com.example".to_owned(),
                purchase_token: "token".to_owned(),
                refund: RevocationRefund::Full,
            };
            ann.revoke_subscription(other, WHO, WHY, Some("k")).map(drop)
        }),
        ("bulk", |engine, ann| {
            let (assign, reopen) = (BulkAction::Assign { to: None }, BulkAction::Reopen);
            engine.bulk(&assign, &[1], WHO, WHY, "b")?;
            ann.bulk(&reopen, &[1], WHO, WHY, "b").map(drop)
        }),
        ("forget_user", |_, ann| ann.forget_user("kim", &Forget { even_so: false }, WHO, WHY).map(drop)),
        ("add_operator", |_, ann| ann.add_operator("ann", Role::Viewer).map(drop)),
        ("accept_invitation", |_, ann| ann.accept_invitation("i_", PHC).map(drop)),
        ("make_token", |_, ann| ann.make_token("bob", "ci", Role::Viewer, DAY).map(drop)),
        ("end_webhook", |_, ann| ann.end_webhook("cmr", WHO, WHY)),
    ];
    for (what, call) in calls {
        let view = fixture.engine.acting(acting(what, None));
        assert!(call(&fixture.engine, &view).is_err(), "{what}");
        assert_eq!(fixture.audit(), [], "{what}");
    }
}
