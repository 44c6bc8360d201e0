//! Amazon's Receipt Verification Service as its documents describe it:
//! <https://developer.amazon.com/docs/in-app-purchasing/iap-rvs-for-android-apps.html>.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use crate::emulator::{Answering, Emulator};
use crate::http_server::{Received, Reply, answer};
use crate::wire::{self, ParsedRequest, decoded};

pub type RvsEmulator = Emulator<State>;

pub struct State {
    secret: String,
    /// By receipt id: the user and the receipt.
    pub receipts: BTreeMap<String, (String, Value)>,
    /// What is answered instead.
    pub faults: VecDeque<Reply>,
}

impl Emulator<State> {
    pub fn start(secret: &str) -> Self {
        Self::run(State { secret: secret.to_owned(), receipts: BTreeMap::new(), faults: VecDeque::new() })
    }

    pub fn add(&self, user: &str, receipt: &Value) {
        let id = receipt["receiptId"].as_str().unwrap().to_owned();
        self.with(|state| state.receipts.insert(id, (user.to_owned(), receipt.clone())));
    }
}

impl Answering for State {
    fn reply(&mut self, request: &Received) -> Reply {
        if let Some(fault) = self.faults.pop_front() {
            return fault;
        }
        let parsed = ParsedRequest::of(request);
        let path = parsed.path();
        // The sandbox is beside production, and takes any secret.
        let (path, is_sandbox) = match path.as_slice() {
            ["sandbox", rest @ ..] => (rest, true),
            whole => (whole, false),
        };
        let ["version", "1.0", "verifyReceiptId", "developer", secret, "user", user, "receiptId", receipt] =
            path
        else {
            return answer(404, "");
        };
        if parsed.method != "GET" || !parsed.query.is_empty() {
            return answer(405, "");
        }
        if !is_sandbox && decoded(secret) != self.secret {
            return answer(496, "");
        }
        match self.receipts.get(&decoded(receipt)) {
            None => answer(400, ""),
            Some((owner, _)) if *owner != decoded(user) => answer(497, ""),
            Some((_, receipt)) => wire::json(200, receipt),
        }
    }
}

/// A receipt as RVS writes one that is not cancelled.
pub fn receipt(id: &str, product_type: &str, purchased: i64) -> Value {
    json!({
        "autoRenewing": false,
        "betaProduct": false,
        "cancelDate": null,
        "cancelReason": null,
        "countryCode": "US",
        "deferredDate": null,
        "deferredSku": null,
        "freeTrialEndDate": null,
        "fulfillmentDate": purchased + 1,
        "fulfillmentResult": "FULFILLED",
        "gracePeriodEndDate": null,
        "parentProductId": null,
        "productId": "gems_100",
        "productType": product_type,
        "promotions": null,
        "purchaseDate": purchased,
        "quantity": 1,
        "receiptId": id,
        "renewalDate": null,
        "term": null,
        "termSku": null,
        "testTransaction": false,
    })
}

pub fn canceled(mut receipt: Value, at: i64, reason: Value) -> Value {
    receipt["cancelDate"] = json!(at);
    receipt["cancelReason"] = reason;
    receipt
}
