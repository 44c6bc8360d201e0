//! The engine's rules, tested on signals without any store's wire format.

mod access;
mod account_tags;
mod acting;
mod acting_crashes;
mod acting_set_back;
mod acting_unreadable;
mod any_order;
mod any_order_by_token;
mod attribution;
mod attribution_in_any_order;
mod backups;
mod blocks;
mod books;
mod books_invariants;
mod books_late;
mod bulk;
mod changed_decisions;
mod claims;
mod closing;
mod default_rules;
mod delivery;
mod environments;
mod exclusions;
mod exports;
mod families;
mod faults;
mod figures;
mod forgetting;
mod inquiries;
mod inquiries_after_stop;
mod inquiry_answers;
mod late_knowledge;
mod lists;
mod merged_books;
mod notices;
mod one_purchase;
#[cfg(feature = "operators")]
mod operators;
mod orders;
mod overruling;
mod processes;
mod receipt_sweeps;
mod retention;
mod reviews;
mod revisions;
mod statements;
mod store_calls;
mod sweeps;
mod sweeps_interrupted;
mod tokens;
mod transfers;
mod trial_is_truth;
#[cfg(feature = "gateway")]
mod trials;
mod try_policy;
mod until_repaid;
mod user_exports;
mod user_ids;
mod webhooks;
mod work;

use std::sync::Arc;

use super::*;
use crate::ledger::another_program;
use crate::model::{
    AttributedBy, CaseKey, Environment, EventKind, Extent, Fact, FactKind, Meaning, OrderDetails, Place,
    ProductType, Reason, Refund, RefundFilter, Signal, Store, StoreState, Trust,
};

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

/// An engine over its own ledger, with a manual clock.
struct Fixture {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    engine: Engine,
    notifications: std::cell::Cell<u32>,
}

impl Fixture {
    fn new(policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let engine = open(folder.path(), &clock, policy);
        Self { folder, clock, engine, notifications: std::cell::Cell::new(0) }
    }

    /// With a setting of `account_tags`.
    fn with_tags(account_tags: &str, policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let engine = open_with_tags(folder.path(), &clock, account_tags, policy);
        Self { folder, clock, engine, notifications: std::cell::Cell::new(0) }
    }

    /// As [`ingest_order`](Self::ingest_order), of another store.
    fn ingest_order_of(&self, store: Store, fact: Fact) -> Outcome {
        let key = CaseKey::Order(fact.about.order_id.clone().unwrap());
        self.ingest_of(store, key, fact)
    }

    fn ingest_of(&self, store: Store, key: CaseKey, fact: Fact) -> Outcome {
        self.notifications.set(self.notifications.get() + 1);
        let mut signal = signal(&format!("n{}", self.notifications.get()), key, fact);
        signal.place.store = store;
        self.engine.ingest_signal(signal, b"{}").unwrap()
    }

    /// Ingests a store's report on an order when it was placed.
    fn ingest_purchase_of(&self, store: Store, about: OrderDetails) {
        self.notifications.set(self.notifications.get() + 1);
        let signal = Signal {
            place: Place { store, ..place() },
            notification_id: format!("n{}", self.notifications.get()),
            name: "BOUGHT".to_owned(),
            at: NOON,
            meaning: Meaning::Purchase(about),
        };
        self.engine.ingest_signal(signal, b"{}").unwrap();
    }

    /// The one refund that counts.
    fn refund(&self) -> Refund {
        let mut refunds = self.refunds();
        refunds.retain(|refund| refund.merged_into.is_none());
        assert_eq!(refunds.len(), 1, "{refunds:?}");
        refunds.remove(0)
    }

    /// The player, and the evidence.
    fn found(&self) -> Option<(String, AttributedBy)> {
        let refund = self.refund();
        refund.user.zip(refund.attributed_by)
    }

    fn ingest(&self, key: CaseKey, fact: Fact) -> Outcome {
        self.notifications.set(self.notifications.get() + 1);
        let id = format!("n{}", self.notifications.get());
        self.engine.ingest_signal(signal(&id, key, fact), b"{}").unwrap()
    }

    fn ingest_order(&self, fact: Fact) -> Outcome {
        let key = CaseKey::Order(fact.about.order_id.clone().unwrap());
        self.ingest(key, fact)
    }

    fn refunds(&self) -> Vec<Refund> {
        self.engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items
    }

    /// All events queued so far; acknowledges them.
    fn events(&self) -> Vec<Event> {
        let events = self.engine.poll(1000).unwrap();
        for event in &events {
            assert!(self.engine.ack(event.id).unwrap());
        }
        events
    }

    fn kinds(&self) -> Vec<EventKind> {
        self.events().iter().map(|event| event.kind).collect()
    }
}

/// A rule that blocks by any evidence.
const BLOCKS_ALL: &str = r#"[{"name":"all","action":{"block":"permanently"},"match":{"attributed_by":
    ["order","family","issued_tag","recorded_tag","bare_tag"]}}]"#;

fn open(folder: &std::path::Path, clock: &Arc<ManualClock>, policy: &str) -> Engine {
    open_with_tags(folder, clock, "issued", policy)
}

fn open_with_tags(
    folder: &std::path::Path,
    clock: &Arc<ManualClock>,
    account_tags: &str,
    policy: &str,
) -> Engine {
    let text = format!(r#"{{"database":"ledger.db","account_tags":"{account_tags}","policy":{policy}}}"#);
    let config = Config::from_json(text.as_bytes(), folder).unwrap();
    EngineOptions::new().clock(Arc::clone(clock)).open(config).unwrap()
}

fn place() -> Place {
    Place {
        store: Store::AppStore,
        app: "com.example.game".to_owned(),
        environment: Some(Environment::Production),
    }
}

fn signal(id: &str, key: CaseKey, fact: Fact) -> Signal {
    Signal {
        place: place(),
        notification_id: id.to_owned(),
        name: "REPORTED".to_owned(),
        at: fact.at,
        meaning: Meaning::Case { key, fact },
    }
}

fn order(id: &str) -> OrderDetails {
    OrderDetails { order_id: Some(id.to_owned()), ..OrderDetails::default() }
}

fn fact(about: OrderDetails, at: i64, what: FactKind) -> Fact {
    Fact { at: NOON.plus(Span::from_millis(at)), what, trust: Trust::Signed, about }
}

fn refunded(about: OrderDetails, at: i64) -> Fact {
    part(about, at, None, Extent::Full)
}

fn part(about: OrderDetails, at: i64, step: Option<&str>, extent: Extent) -> Fact {
    let step = step.map(str::to_owned);
    let what = FactKind::Refunded { step, extent, reason: None, initiator: None, subscription_live: None };
    fact(about, at, what)
}

fn reversed(about: OrderDetails, at: i64) -> Fact {
    fact(about, at, FactKind::Reversed { step: None, extent: None, failure: None })
}

fn purchase(user: &str, order: &str) -> Purchase {
    Purchase::new(Store::AppStore, user, order)
}

/// Sets the reason of a refund fact.
fn because(mut fact: Fact, why: Reason) -> Fact {
    if let FactKind::Refunded { reason, .. } = &mut fact.what {
        *reason = Some(why);
    }
    fact
}
