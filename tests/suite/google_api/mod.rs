//! Google Play's server API against a server that behaves as its documents say.

mod explain;
mod failures;
mod requests;
mod sweeps;
mod tokens;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use recoup::google_play::{
    GooglePlayApi, GooglePlayApp, GooglePlaySection, GooglePlayVerifier, OrderRefundReason, OrderState,
    PushAuthentication, RefundType, Revocation, VoidedProductType,
};
use recoup::testing::GooglePlay;
use recoup::transport::{
    HttpClient, HttpClientOptions, RateLimited, RetryPolicy, Retrying, Transport, TransportError,
};
use recoup::{
    AnswersReviews as _, ApiError, CachedKeys, CaseKey, CaseState, ConfigError, Currency, Delivery, Fact,
    Initiator, Jwks, Meaning, MilliPercent, Money, Reason, RefundAnswer, RefundPreference, ReviewAnswer,
    Signal, Span, StoreState, SweepPage, Sweeps as _, Timestamp, Trust, Usage,
};
use recoup_tests::google_api::{CLIENT_EMAIL, GoogleApi, Key, PACKAGE, error};
use recoup_tests::http_server;
use recoup_tests::http_server::{Reply, answer};
use recoup_tests::pacing::ManualPacing;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const DAY: Span = Span::from_days(1);

struct Bench {
    google: GoogleApi,
    folder: tempfile::TempDir,
    api: GooglePlayApi,
}

impl Bench {
    fn new() -> Self {
        Self::over(|client| Arc::new(client))
    }

    /// With something around the client.
    fn over(around: impl FnOnce(HttpClient) -> Arc<dyn Transport>) -> Self {
        let google = GoogleApi::start(NOW);
        let folder = tempfile::tempdir().unwrap();
        let bench = (google, folder);
        Key::number(0).write_file(&key_file(&bench.1), &token_uri(&bench.0));
        let transport = around(HttpClientOptions::new().build().unwrap());
        let api = GooglePlayApi::new(&[section(&bench.0, &bench.1)], transport).unwrap().unwrap();
        Self { google: bench.0, folder: bench.1, api }
    }

    fn now(&self) -> Timestamp {
        self.google.state.lock().unwrap().now.unwrap()
    }

    /// What was sent to the API itself, without the requests for tokens.
    fn calls(&self) -> Vec<http_server::Received> {
        let all = self.google.server.received();
        all.into_iter().filter(|request| !request.line.contains("/token ")).collect()
    }

    fn assertions(&self) -> usize {
        self.google.state.lock().unwrap().assertions
    }

    fn order(&self, id: &str, order: Value) {
        self.google.state.lock().unwrap().orders.insert(id.to_owned(), order);
    }

    fn void(&self, recorded: Timestamp, row: Value) {
        self.google.state.lock().unwrap().voided.push((recorded, row));
    }

    fn sweep(&self, since: Timestamp) -> Vec<(Signal, Vec<u8>)> {
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let page: SweepPage =
                self.api.page(PACKAGE, (since, self.now()), next.as_deref(), self.now()).unwrap();
            found.extend(page.found);
            match page.next {
                Some(token) => next = Some(token),
                None => return found,
            }
        }
    }
}

fn key_file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("service-account.json")
}

fn token_uri(google: &GoogleApi) -> String {
    google.server.url().segment("token").expose()
}

fn section(google: &GoogleApi, folder: &tempfile::TempDir) -> GooglePlaySection {
    serde_json::from_value(json!({
        "package_name": PACKAGE,
        "push": {"audience": "a", "service_account_email": "e"},
        "service_account": key_file(folder),
        "api_url": google.server.url().expose(),
    }))
    .unwrap()
}

fn transport() -> Arc<dyn Transport> {
    Arc::new(HttpClientOptions::new().build().unwrap())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn usd(micros: i64) -> Money {
    Money { micros, currency: Currency::new("USD").unwrap() }
}

fn fact(signal: &Signal) -> (&CaseKey, &Fact) {
    match &signal.meaning {
        Meaning::Case { key, fact } => (key, fact),
        other => panic!("{other:?}"),
    }
}

fn review() -> ReviewAnswer {
    ReviewAnswer {
        refund: 1,
        app: PACKAGE.to_owned(),
        sandbox: false,
        order_id: "GPA.9".to_owned(),
        token: Some("p".to_owned()),
        delivery: Delivery::Delivered,
        consumed: MilliPercent::new(45_200),
        sample_given: true,
        preference: RefundPreference::Decline,
        usage: vec![
            Usage { at: NOW, what: Some("10 gems".to_owned()), ip_address: Some("192.0.2.1".to_owned()) },
            Usage { at: NOW.plus(DAY), what: None, ip_address: None },
        ],
    }
}
