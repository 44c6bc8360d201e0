//! Refund requests that a store asks about.

mod answers;
mod consent;
mod deadlines;
mod outcomes;

use super::super::act::StoreRequest;
use super::store_calls::*;
use super::*;
use crate::model::{Consumption, Delivery, MilliPercent, ReviewAnswer, ReviewCase};

const TWELVE_HOURS: Span = Span::from_hours(12);

struct Desk {
    shop: Shop,
    engine: Engine,
    store: Store,
    told: std::cell::Cell<u32>,
}

impl Desk {
    fn new(store: Store, rules: &str) -> Self {
        let mut shop = Shop::new(Default::default());
        shop.rules = rules.to_owned();
        let engine = shop.open();
        Self { shop, engine, store, told: Default::default() }
    }

    fn tell(&self, what: What) {
        self.tell_of(self.engine.now(), what);
    }

    fn tell_of(&self, at: Timestamp, what: What) {
        self.told.set(self.told.get() + 1);
        let about = OrderDetails { app_transaction_id: Some("A1".to_owned()), ..order("1") };
        let fact = Fact { at, what, trust: Trust::Signed, about };
        let mut signal = signal(&format!("n{}", self.told.get()), CaseKey::Order("1".to_owned()), fact);
        signal.place.store = self.store.clone();
        self.engine.take(signal, b"{}").unwrap();
    }

    fn ask(&self) {
        let deadline = Some(self.engine.now().plus(TWELVE_HOURS));
        self.tell(What::Requested { deadline, reason: None, token: Some("pending".to_owned()) });
    }

    fn rescind(&self, download: &str) {
        self.told.set(self.told.get() + 1);
        let about = OrderDetails { app_transaction_id: Some(download.to_owned()), ..Default::default() };
        let signal = Signal {
            place: place(),
            notification_id: format!("n{}", self.told.get()),
            name: "RESCIND_CONSENT".to_owned(),
            at: self.engine.now(),
            meaning: Meaning::ConsentRescinded { about },
        };
        self.engine.take(signal, b"{}").unwrap();
    }

    fn report(&self, consent: bool) {
        self.engine.report_consumption(ConsumptionOf::Order("1"), report(consent)).unwrap();
    }

    fn work(&self) {
        self.engine.work_on_reviews().unwrap();
        self.engine.work_on_actions().unwrap();
    }

    fn review(&self) -> ReviewCase {
        self.engine.reviews(&Default::default(), None, 10).unwrap().items.remove(0)
    }

    fn answers(&self) -> Vec<ReviewAnswer> {
        self.shop
            .stores
            .sent()
            .into_iter()
            .map(|(request, _)| match request {
                StoreRequest::AnswerReview(_, answer) => *answer,
                other => panic!("{other:?}"),
            })
            .collect()
    }
}

fn report(consent: bool) -> Consumption {
    Consumption {
        delivery: Delivery::Delivered,
        consumed: MilliPercent::new(40_000),
        sample_given: true,
        usage: vec![crate::model::Usage { at: NOON, what: Some("gems".to_owned()), ip_address: None }],
        consent,
    }
}

fn rule(answer: &str) -> String {
    format!(r#"[{{"name":"mine","answer":"{answer}"}}]"#)
}
