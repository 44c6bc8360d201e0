//! A console over a game's ledger, in this process, so that a test sees what a click did to the engine.

use std::sync::Arc;

use recoup::{Config, CustomMessage, Engine, EngineOptions, Purchase, Role, Span};
use recoup_console::{Console, ConsoleOptions};
use serde_json::json;

use crate::browser::Browser;

/// A password that is strong enough.
pub(crate) const PASSWORD: &str = "plum jacket orbit 71";

pub(crate) struct Game {
    pub(crate) console: Console,
    pub(crate) engine: Arc<Engine>,
    _folder: tempfile::TempDir,
}

impl Game {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "database": "ledger.db",
            "policy": [{"name": "packs block until repaid", "match": {"product": "gems*"}, "action": {"block": "repaid"}}],
        });
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        let engine = Arc::new(EngineOptions::new().background(false).open(config).unwrap());
        let options = ConsoleOptions::new("127.0.0.1:0".parse().unwrap()).game("Gem Quest");
        let console = Console::bind(Arc::clone(&engine), options).unwrap();
        Self { console, engine, _folder: folder }
    }

    /// A player buys a product that grants 100 gems, and the store refunds it. Returns the refund's id.
    pub(crate) fn refund(&self, user: &str, order: &str, product: &str) -> i64 {
        let now = self.engine.now();
        let purchase: Purchase = serde_json::from_value(json!({
            "store": "custom:shop", "user": user, "order_id": order, "product": product, "environment": "production",
            "purchased_at": now.plus(Span::from_days(-1)), "price": {"micros": 4_990_000, "currency": "USD"},
            "grants": [{"item": "gem", "quantity": 100}],
        }))
        .unwrap();
        self.engine.record_purchase(purchase).unwrap();
        let message: CustomMessage = serde_json::from_value(json!({
            "store": "custom:shop", "app": "com.example.game", "environment": "production",
            "notification_id": format!("n-{order}"), "name": "ITEM_REFUNDED", "at": now,
            "fact": {
                "at": now, "what": "refunded", "extent": "full", "trust": "signed",
                "about": {"order_id": order, "product": product},
            },
        }))
        .unwrap();
        let outcome = self.engine.record_message(message, order.as_bytes()).unwrap();
        outcome.refund.unwrap_or_else(|| panic!("no refund of {order}"))
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.console.url())
    }

    /// Signs a new operator in, from the invitation, as a person does; the browser reads English.
    pub(crate) fn sign_in(&self, browser: &Browser, name: &str, role: Role) {
        let invitation = self.engine.add_operator(name, role).unwrap();
        browser.go(&self.address(&format!("/invite#{}", invitation.token)));
        browser.fill("Choose a password", PASSWORD);
        browser.fill("Password again", PASSWORD);
        browser.click("Set password and sign in");
        browser.see("Inbox");
    }
}
