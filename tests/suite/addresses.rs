//! Where requests to each store go if the configuration names no address, and how often.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use recoup::stripe::{StripePayment, StripeRefund};
use recoup::testing::OneStore;
use recoup::transport::http::{HeaderMap, StatusCode};
use recoup::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use recoup::{Apis, Config, Timestamp};
use recoup_tests::app_store_api::token::IssuedKey;
use recoup_tests::pacing::ManualPacing;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// Answers each request for a token, and 404 to every other.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Transport for Recorder {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = request.url().expose();
        self.0.lock().unwrap().push(format!("{} {url}", request.method()));
        let token = json!({"access_token": "t", "expires_in": 3600}).to_string();
        let is_of_token = url.ends_with("/token");
        let status = if is_of_token { StatusCode::OK } else { StatusCode::NOT_FOUND };
        // One token is as good as another.
        assert!(!is_of_token || request.is_repeatable());
        Ok(HttpResponse::new(status, HeaderMap::new(), token.into_bytes()))
    }
}

struct Bench {
    apis: Apis,
    pacing: Arc<ManualPacing>,
    recorder: Arc<Recorder>,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::of(&sections())
    }

    fn of(sections: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        let account = json!({
            "type": "service_account",
            "private_key_id": "1",
            "private_key": key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
            "client_email": "refunds@example.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        });
        std::fs::write(folder.path().join("google.json"), account.to_string()).unwrap();
        std::fs::write(folder.path().join("apple.p8"), IssuedKey::new().p8()).unwrap();
        let config = Config::from_json(sections.to_string().as_bytes(), folder.path()).unwrap();
        let (pacing, recorder) = (ManualPacing::at(NOW), Arc::new(Recorder::default()));
        let apis = Apis::new(&config, recorder.clone(), pacing.clone()).unwrap();
        Self { apis, pacing, recorder, _folder: folder }
    }

    fn requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.recorder.0.lock().unwrap())
    }

    /// How long so many requests take altogether, one after the other.
    fn takes(&self, requests: usize, ask: impl Fn()) -> Duration {
        let begun = self.pacing.passed();
        (0..requests).for_each(|_| ask());
        self.pacing.passed() - begun
    }
}

fn sections() -> Value {
    let license_key = OneStore::new().unwrap().license_key().unwrap();
    let topic = "arn:aws:sns:us-east-1:1:t";
    json!({
        "app_store": [{"bundle_id": "a", "app_apple_id": 1,
                       "api": {"issuer_id": "i", "key_id": "k", "private_key": "apple.p8"}}],
        "google_play": [{"package_name": "g", "push": {"audience": "a", "service_account_email": "e"},
                         "service_account": "google.json"}],
        "one_store": [
            {"client_id": "o", "license_key": license_key, "client_secret": "s"},
            {"client_id": "os", "license_key": license_key, "client_secret": "s", "sandbox": true},
        ],
        "stripe": [{"name": "s", "webhook_secrets": ["whsec_1"], "api_key": "rk_live_1"}],
        "amazon": [
            {"package_name": "z", "topic_arn": topic, "shared_secret": "s"},
            {"package_name": "zs", "topic_arn": topic, "shared_secret": "s", "sandbox": true},
        ],
    })
}

fn refund() -> StripeRefund {
    let payment = StripePayment::Charge("ch_1".to_owned());
    StripeRefund { payment, amount: None, reason: None, metadata: Default::default() }
}

#[test]
fn each_stores_requests_go_to_its_own_host() {
    let bench = Bench::new();
    let (apple, google) = (bench.apis.app_store().unwrap(), bench.apis.google_play().unwrap());
    apple.transaction("a", false, "1", NOW).unwrap_err();
    apple.transaction("a", true, "1", NOW).unwrap_err();
    google.order("g", "GPA.1", NOW).unwrap_err();
    let (one_store, amazon) = (bench.apis.one_store().unwrap(), bench.apis.amazon().unwrap());
    one_store.purchase_details("o", "p", "t", NOW).unwrap_err();
    one_store.purchase_details("os", "p", "t", NOW).unwrap_err();
    bench.apis.stripe().unwrap().refund("s", &refund(), "k").unwrap_err();
    amazon.receipt("z", "u", "r").unwrap_err();
    amazon.receipt("zs", "u", "r").unwrap_err();
    let expected = [
        "GET https://api.storekit.apple.com/inApps/v1/transactions/1",
        "GET https://api.storekit-sandbox.apple.com/inApps/v1/transactions/1",
        "POST https://oauth2.googleapis.com/token",
        "GET https://androidpublisher.googleapis.com/androidpublisher/v3/applications/g/orders/GPA.1",
        "POST https://iap-apis.onestore.net/v7/oauth/token",
        "GET https://iap-apis.onestore.net/v7/apps/o/purchases/inapp/products/p/t",
        "POST https://sbpp.onestore.net/v7/oauth/token",
        "GET https://sbpp.onestore.net/v7/apps/os/purchases/inapp/products/p/t",
        "POST https://api.stripe.com/v1/refunds",
        "GET https://appstore-sdk.amazon.com/version/1.0/verifyReceiptId/developer/s/user/u/receiptId/r",
        "GET https://appstore-sdk.amazon.com/sandbox/version/1.0/verifyReceiptId/developer/s/user/u/receiptId/r",
    ];
    assert_eq!(bench.requests(), expected);
}

#[test]
fn requests_to_each_host_keep_its_rate_limit() {
    let bench = Bench::new();
    let (stripe, amazon) = (bench.apis.stripe().unwrap(), bench.apis.amazon().unwrap());
    let one_store = bench.apis.one_store().unwrap();
    let second = Duration::from_secs(1);
    let ask = || drop(stripe.refund("s", &refund(), "k"));
    assert_eq!((bench.takes(25, ask), bench.takes(1, ask)), (Duration::ZERO, second));
    for app in ["z", "zs"] {
        let ask = || drop(amazon.receipt(app, "u", "r"));
        assert_eq!((bench.takes(10, ask), bench.takes(1, ask)), (Duration::ZERO, second), "{app}");
    }
    for app in ["o", "os"] {
        // The first needs a token besides.
        let ask = || drop(one_store.purchase_details(app, "p", "t", NOW));
        assert_eq!((bench.takes(9, ask), bench.takes(1, ask)), (Duration::ZERO, second), "{app}");
    }
    let google = bench.apis.google_play().unwrap();
    let ask = || drop(google.order("g", "GPA.1", NOW));
    assert_eq!((bench.takes(3000, ask), bench.takes(1, ask)), (Duration::ZERO, 60 * second));
    let apple = bench.apis.app_store().unwrap();
    for (sandbox, wait) in [(false, second), (true, 10 * second)] {
        let ask = || drop(apple.transaction("a", sandbox, "1", NOW));
        assert_eq!((bench.takes(50, ask), bench.takes(1, ask)), (Duration::ZERO, wait), "{sandbox}");
        let ask = || drop(apple.refund_lookup("a", sandbox, "1", None, NOW));
        assert_eq!((bench.takes(10, ask), bench.takes(1, ask)), (Duration::ZERO, wait), "{sandbox}");
    }
}

#[test]
fn stores_at_one_host_do_not_wait_for_each_other() {
    let mut sections = sections();
    let base = "http://localhost:8080/base";
    sections["stripe"][0]["api_url"] = json!(base);
    sections["google_play"][0]["api_url"] = json!(base);
    sections["amazon"][0]["rvs_url"] = json!(base);
    sections["one_store"][0]["api_url"] = json!(base);
    sections["app_store"][0]["api"]["production_url"] = json!(base);
    let bench = Bench::of(&sections);
    let second = Duration::from_secs(1);
    let (amazon, stripe) = (bench.apis.amazon().unwrap(), bench.apis.stripe().unwrap());
    let ask = || drop(amazon.receipt("z", "u", "r"));
    assert_eq!((bench.takes(10, ask), bench.takes(1, ask)), (Duration::ZERO, second));
    bench.takes(9, ask);
    let one_store = bench.apis.one_store().unwrap();
    let (apple, google) = (bench.apis.app_store().unwrap(), bench.apis.google_play().unwrap());
    assert_eq!(bench.takes(25, || drop(stripe.refund("s", &refund(), "k"))), Duration::ZERO);
    assert_eq!(bench.takes(9, || drop(one_store.purchase_details("o", "p", "t", NOW))), Duration::ZERO);
    assert_eq!(bench.takes(50, || drop(apple.transaction("a", false, "1", NOW))), Duration::ZERO);
    assert_eq!(bench.takes(100, || drop(google.order("g", "GPA.1", NOW))), Duration::ZERO);
    let first = bench.requests().remove(0);
    assert_eq!(
        first,
        "GET http://localhost:8080/base/version/1.0/verifyReceiptId/developer/s/user/u/receiptId/r"
    );
}
