//! Refund reviews.

mod answers;
mod consent;
mod deadlines;
mod outcomes;
mod retries;

use super::super::change::Change;
use super::super::store_actions::StoreRequest;
use super::store_calls::*;
use super::*;
use crate::model::{Consumption, Delivery, MilliPercent, ReviewAnswer, ReviewCase};

const TWELVE_HOURS: Span = Span::from_hours(12);

const fn minutes(minutes: i64) -> Span {
    Span::from_millis(minutes * 60_000)
}

struct ReviewSetup {
    shop: Shop,
    engine: Engine,
    store: Store,
    reported: std::cell::Cell<u32>,
}

impl ReviewSetup {
    fn new(store: Store, rules: &str) -> Self {
        let mut shop = Shop::new(Default::default());
        shop.rules = rules.to_owned();
        let engine = shop.open();
        Self { shop, engine, store, reported: Default::default() }
    }

    fn queue(&self, what: FactKind) {
        self.ingest_fact(self.engine.now(), what);
    }

    fn ingest_fact(&self, at: Timestamp, what: FactKind) {
        let signal = self.signal(at, what, Trust::Signed);
        self.engine.ingest_signal(signal, b"{}").unwrap();
    }

    /// As the store lists it.
    fn sweep(&self, at: Timestamp, what: FactKind) {
        let (signal, now) = (self.signal(at, what, Trust::Confirmed), self.engine.now());
        self.engine
            .change(move |change| Ok(Change::ingest_swept(change.tx, change.rules, now, &signal, b"{}")?))
            .unwrap();
    }

    fn signal(&self, at: Timestamp, what: FactKind, trust: Trust) -> Signal {
        self.reported.set(self.reported.get() + 1);
        let about = OrderDetails { app_transaction_id: Some("A1".to_owned()), ..order("1") };
        let fact = Fact { at, what, trust, about };
        let mut signal = signal(&format!("n{}", self.reported.get()), CaseKey::Order("1".to_owned()), fact);
        signal.place.store = self.store.clone();
        signal
    }

    fn request_review(&self) {
        self.request_review_with("pending");
    }

    fn request_review_with(&self, token: &str) {
        let deadline = Some(self.engine.now().plus(TWELVE_HOURS));
        self.queue(FactKind::Requested { deadline, reason: None, token: Some(token.to_owned()) });
    }

    /// From now on it is unknown whether the store receives what is sent.
    fn is_down(&self) {
        self.shop.stores.answers.lock().unwrap().extend((0..1000).map(|_| Err(timeout())));
    }

    fn is_back(&self) {
        self.shop.stores.answers.lock().unwrap().clear();
    }

    fn rescind(&self, download: &str) {
        self.reported.set(self.reported.get() + 1);
        let about = OrderDetails { app_transaction_id: Some(download.to_owned()), ..Default::default() };
        let signal = Signal {
            place: place(),
            notification_id: format!("n{}", self.reported.get()),
            name: "RESCIND_CONSENT".to_owned(),
            at: self.engine.now(),
            meaning: Meaning::ConsentRescinded { about },
        };
        self.engine.ingest_signal(signal, b"{}").unwrap();
    }

    fn report(&self, consent: bool) {
        self.engine.report_consumption(ConsumptionOf::Order("1"), report(consent)).unwrap();
    }

    fn work(&self) {
        self.engine.work_on_reviews().unwrap();
        self.engine.work_on_actions().unwrap();
    }

    /// As the background does.
    fn work_for(&self, span: Span) {
        let until = self.engine.now().plus(span);
        while self.engine.now() < until {
            self.shop.after(Span::from_millis(60_000));
            self.work();
        }
    }

    /// Ends the process, and starts another.
    fn dies(&mut self) {
        // Only one at a time: the next is the only process on the ledger.
        self.engine = Fixture::new("[]").engine;
        self.engine = self.shop.open();
    }

    /// The doctor's finding with this code.
    fn noted(&self, code: &str) -> Option<String> {
        let report = self.engine.doctor(&DoctorOptions::new(), |_| ());
        report.findings.into_iter().find(|finding| finding.code == code).map(|finding| finding.facts)
    }

    fn reviews(&self) -> Vec<ReviewCase> {
        self.engine.reviews(&Default::default(), None, 10).unwrap().items
    }

    fn review(&self) -> ReviewCase {
        self.reviews().remove(0)
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
