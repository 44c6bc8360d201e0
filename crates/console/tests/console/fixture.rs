//! A console over a ledger with a few refunds, and an operator of each role.

use std::sync::Arc;

use recoup::{Config, CustomMessage, Engine, EngineOptions, ManualClock, Purchase, Role, Span, Timestamp};
use recoup_console::{Console, ConsoleOptions};
use serde_json::{Value, json};

use crate::client::{Answer, Client};

/// The time of each test.
pub(crate) const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A password that is strong enough, of every operator.
pub(crate) const PASSWORD: &str = "plum jacket orbit 71";

pub(crate) struct Desk {
    pub(crate) console: Console,
    pub(crate) engine: Arc<Engine>,
    pub(crate) clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(|options| options)
    }

    pub(crate) fn with(change: impl FnOnce(ConsoleOptions) -> ConsoleOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "database": "ledger.db",
            "policy": [{"name": "block cheats", "match": {"product": "gems.*"}, "action": {"block": "repaid"}}],
            "catalogue": [{"store": "custom:shop", "product": "gems.100", "grants": [{"item": "gem", "quantity": 100}]}],
        });
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        let config = Config::from_file(folder.path().join("recoup.json")).unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let engine = EngineOptions::new().background(false).clock(Arc::clone(&clock)).open(config).unwrap();
        let engine = Arc::new(engine);
        let options = change(ConsoleOptions::new("127.0.0.1:0".parse().unwrap()).game("Gem Quest"));
        let console = Console::bind(Arc::clone(&engine), options).unwrap();
        Self { console, engine, clock, _folder: folder }
    }

    /// A page of the console without a signed-in operator.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.console.local_addr())
    }

    /// An operator of a role who is signed in.
    pub(crate) fn operator(&self, name: &str, role: Role) -> Client {
        let invitation = self.engine.add_operator(name, role).unwrap();
        let path = format!("/invitations/{}", invitation.token);
        let answer = self.client().post(&path, &json!({"password": PASSWORD}));
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.signed_in(&answer)
    }

    /// The page after an answer that signed somebody in.
    pub(crate) fn signed_in(&self, answer: &Answer) -> Client {
        let cookie = answer.field("set-cookie").unwrap().split(';').next().unwrap();
        let csrf = answer.json()["csrf"].as_str().unwrap().to_owned();
        self.client().with("Cookie", cookie).with("X-CSRF-Token", &csrf)
    }

    /// A player buys something, and the store refunds it; returns the refund's id.
    pub(crate) fn refund(&self, user: &str, order: &str, product: &str) -> i64 {
        let purchase: Purchase = serde_json::from_value(json!({
            "store": "custom:shop", "user": user, "order_id": order, "product": product, "environment": "production",
            "purchased_at": NOON.plus(Span::from_days(-1)), "price": {"micros": 4_990_000, "currency": "USD"},
        }))
        .unwrap();
        self.engine.record_purchase(purchase).unwrap();
        self.refund_of(order, product)
    }

    /// The store refunds an order.
    pub(crate) fn refund_of(&self, order: &str, product: &str) -> i64 {
        let message: CustomMessage = serde_json::from_value(json!({
            "store": "custom:shop", "app": "com.example.game", "environment": "production",
            "notification_id": format!("n-{order}"), "name": "ITEM_REFUNDED", "at": NOON,
            "fact": {
                "at": NOON, "what": "refunded", "extent": "full", "trust": "signed",
                "about": {"order_id": order, "product": product},
            },
        }))
        .unwrap();
        let outcome =
            self.engine.record_message(message, format!("{{\"order\":{order:?}}}").as_bytes()).unwrap();
        outcome.refund.unwrap_or_else(|| panic!("no refund of {order}"))
    }

    /// The audit's entries, oldest first: what, target, outcome.
    pub(crate) fn audit(&self) -> Vec<(String, Option<String>, String)> {
        let page = self.engine.audit(&recoup::AuditFilter::default(), None, 1000).unwrap();
        let entries = page.items.into_iter().rev();
        entries.map(|entry| (entry.what, entry.target, entry.outcome)).collect()
    }
}

/// What a change of each route needs, with a refund 1 of kim's.
pub(crate) fn body_of(path: &str) -> Value {
    match path {
        "/session" => json!({"name": "nobody", "password": "x"}),
        "/session/prove" => json!({"password": PASSWORD}),
        "/session/password" => json!({"password": PASSWORD, "new_password": "violin harbor 93 maple"}),
        "/refunds/{id}/assign" => json!({"to": null}),
        "/refunds/{id}/notes" => json!({"text": "seen"}),
        "/refunds/bulk" => json!({"action": {"what": "assign", "to": null}, "refunds": [1], "why": "w"}),
        "/player/unblock" => json!({"user": "kim", "why": "w"}),
        "/player/notes" => json!({"user": "kim", "text": "seen"}),
        "/views" => json!({"page": "refunds", "name": "n", "query": "a=1"}),
        "/exclusions" => json!({"kind": "order", "value": "o-9", "why": "w"}),
        _ => json!({"why": "w"}),
    }
}
