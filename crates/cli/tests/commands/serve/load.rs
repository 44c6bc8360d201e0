//! All stores at once, over many connections, while the process is killed again and again.
#![allow(clippy::print_stdout, reason = "shown where the test fails: the seed repeats it")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use recoup::amazon::NotificationType;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::one_store::PurchaseState;
use recoup::testing::{Amazon, AppStore, GooglePlay, OneStore, StoreRequest, Stripe};
use recoup::{Clock as _, Config, Engine, Happening, Purchase, Store, SystemClock, Timestamp};
use serde_json::{Value, json};

use super::served::{self, Served};
use crate::support::ledger_file::AnotherProgram;
use crate::support::raw_http::{Connection, post};

/// Connections at once, each kept for as long as the process lives.
const CALLERS: usize = 64;

/// Refunds of each store. Where each is signed by an RSA key, which is slow without optimisation, there are fewer.
const REFUNDS: [(Store, usize); 5] = [
    (Store::AppStore, 800),
    (Store::GooglePlay, 1000),
    (Store::Stripe, 1000),
    (Store::OneStore, 200),
    (Store::Amazon, 100),
];

/// How many answers come between two kills, at least and at most.
const BETWEEN_KILLS: (u64, u64) = (1, 700);

/// One in so many requests repeats one that was answered before: stores send again even what has arrived.
const AGAIN: u64 = 10;

/// `splitmix64`: what it gives is all in the seed.
struct Chance(AtomicU64);

impl Chance {
    /// Seeded by the environment, or by the time; printed where a test fails.
    fn new() -> Self {
        let seed = std::env::var("RECOUP_LOAD_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| SystemClock.now().millis().unsigned_abs());
        println!("RECOUP_LOAD_SEED={seed}");
        Self(AtomicU64::new(seed))
    }

    fn below(&self, end: u64) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn index(&self, end: usize) -> usize {
        usize::try_from(self.below(end.try_into().unwrap())).unwrap()
    }
}

/// A refund as its store reports it, and what has to come of it.
struct Refund {
    store: Store,
    notification: String,
    order: String,
    request: Vec<u8>,
}

impl Refund {
    fn user(&self) -> String {
        format!("{} of {}", self.order, self.store)
    }
}

/// A game that sells in all stores, and everything they are going to tell it.
struct Market {
    folder: tempfile::TempDir,
    refunds: Vec<Refund>,
}

impl Market {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (apple, google) = (AppStore::new().unwrap(), GooglePlay::new().unwrap());
        let (one_store, stripe, amazon) =
            (OneStore::new().unwrap(), Stripe::new().unwrap(), Amazon::new().unwrap());
        let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
        write("root.der", apple.root_der());
        write("keys.json", google.jwks().as_bytes());
        write("amazon.pem", amazon.certificate().unwrap().as_bytes());
        let config = json!({
            "database": "ledger.db",
            "app_store": [{"bundle_id": apple.bundle_id, "app_apple_id": apple.app_apple_id,
                "extra_roots": ["root.der"], "only_extra_roots": true}],
            "google_play": [{"package_name": google.package_name, "push": {"audience": google.audience,
                "service_account_email": google.service_account_email, "jwks": "keys.json"}}],
            "one_store": [{"client_id": one_store.client_id, "license_key": one_store.license_key().unwrap()}],
            // The default rules block for not every refund.
            "policy": [{"name": "every refund blocks", "action": {"block": "permanently"}}],
            "stripe": [{"name": "web shop", "webhook_secrets": [stripe.webhook_secret]}],
            "amazon": [{"package_name": amazon.package_name, "topic_arn": amazon.topic_arn,
                "certificate": "amazon.pem"}],
        });
        write("recoup.json", config.to_string().as_bytes());
        let now = SystemClock.now();
        let mut refunds = Vec::new();
        refunds.extend(made(Store::AppStore, |n| apples(&apple, n, now)));
        // Google signs a token for an hour, and not each message.
        let test = google.push(&google.test(now), "test", now).unwrap();
        refunds.extend(made(Store::GooglePlay, |n| googles(&google, &test, n, now)));
        refunds.extend(made(Store::Stripe, |n| stripes(&stripe, n, now)));
        refunds.extend(made(Store::OneStore, |n| one_stores(&one_store, n, now)));
        refunds.extend(made(Store::Amazon, |n| amazons(&amazon, n, now)));
        let market = Self { folder, refunds };
        let bought = |refund: &Refund| Purchase {
            purchased_at: Some(Timestamp::from_secs(0)),
            ..Purchase::new(refund.store.clone(), refund.user(), &*refund.order)
        };
        let engine = market.engine();
        engine.record_purchases(market.refunds.iter().map(bought).collect()).unwrap();
        engine.close().unwrap();
        market
    }

    fn engine(&self) -> Engine {
        Engine::open(Config::from_file(self.folder.path().join("recoup.json")).unwrap()).unwrap()
    }

    fn serve(&self) -> Served {
        // Its output is long, and is not read here.
        let mut command = served::command(self.folder.path(), &["--listen", "127.0.0.1:0"]);
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        Served::start(command.stderr(log))
    }
}

fn made(store: Store, notify: impl Fn(usize) -> (String, String, StoreRequest)) -> Vec<Refund> {
    let count = REFUNDS.iter().find(|(counted, _)| *counted == store).unwrap().1;
    let made = (0..count).map(|n| {
        let (notification, order, request) = notify(n);
        let request = post(&format!("/v1/{store}"), &request);
        Refund { store: store.clone(), notification, order, request }
    });
    made.collect()
}

fn apples(apple: &AppStore, n: usize, now: Timestamp) -> (String, String, StoreRequest) {
    let (id, order) = (format!("notification-{n}"), format!("2000000{n:09}"));
    let gone = AppStore::refunded(apple.transaction(&order, "gems_500", now), now);
    let body = apple.notification("REFUND", now).id(&id).transaction(gone).body().unwrap();
    (id, order, StoreRequest { headers: Vec::new(), body })
}

fn googles(
    google: &GooglePlay,
    signed: &StoreRequest,
    n: usize,
    now: Timestamp,
) -> (String, String, StoreRequest) {
    use base64::Engine as _;
    let (id, order) = (format!("message-{n}"), format!("GPA.{n}"));
    let void = google.voided_purchase(&order, &order, VoidedProductType::OneTime, RefundType::Full, now);
    let mut body: Value = serde_json::from_slice(&signed.body).unwrap();
    body["message"]["data"] = json!(base64::engine::general_purpose::STANDARD.encode(void.to_string()));
    body["message"]["messageId"] = json!(id);
    body["message"]["message_id"] = json!(id);
    let request = StoreRequest { headers: signed.headers.clone(), body: body.to_string().into_bytes() };
    (id, order, request)
}

fn stripes(stripe: &Stripe, n: usize, now: Timestamp) -> (String, String, StoreRequest) {
    let (id, charge) = (format!("evt_{n}"), format!("ch_{n}"));
    let refunded = stripe.charge(&charge, 500, 500, now);
    let request = stripe.send(&stripe.event(&id, "charge.refunded", refunded, now), now);
    (id, charge, request)
}

fn one_stores(one_store: &OneStore, n: usize, now: Timestamp) -> (String, String, StoreRequest) {
    let order = format!("SANDBOX{n:09}");
    let request = one_store.payment(&order, PurchaseState::Canceled, now).request().unwrap();
    (format!("{order}:CANCELED"), order, request)
}

fn amazons(amazon: &Amazon, n: usize, now: Timestamp) -> (String, String, StoreRequest) {
    let (id, receipt) = (format!("amazon-{n}"), format!("receipt-{n}"));
    let gone = amazon.real_time_notification(NotificationType::ConsumableCancelled, &receipt, now);
    (id.clone(), receipt, amazon.notification(&gone, &id, now).unwrap())
}

/// What the callers share.
struct Load<'a> {
    market: &'a Market,
    chance: &'a Chance,
    unreported: Mutex<Vec<usize>>,
    answered: Mutex<Vec<usize>>,
}

impl Load<'_> {
    /// Reports one refund after the other until there is no answer, or nothing is left. The thread that gets the answer
    /// at which the process is to be killed kills it.
    fn call(&self, address: SocketAddr, kill_at: usize, kill: &(impl Fn() + Sync)) {
        let Some(mut connection) = Connection::try_to(address) else { return };
        loop {
            self.report_again(&mut connection);
            let Some(n) = self.unreported.lock().unwrap().pop() else { return };
            let refund = &self.market.refunds[n];
            let Some(answer) = connection.try_ask(&refund.request) else {
                self.unreported.lock().unwrap().push(n);
                return;
            };
            assert_eq!(answer.status, 200, "{}: {answer:?}", refund.notification);
            let answered = {
                let mut answered = self.answered.lock().unwrap();
                answered.push(n);
                answered.len()
            };
            if answered == kill_at {
                kill();
            }
        }
    }

    /// Now and then reports what has arrived already.
    fn report_again(&self, connection: &mut Connection) {
        if self.chance.below(AGAIN) > 0 {
            return;
        }
        let reported = {
            let answered = self.answered.lock().unwrap();
            (!answered.is_empty()).then(|| answered[self.chance.index(answered.len())])
        };
        let Some(refund) = reported.map(|n| &self.market.refunds[n]) else { return };
        if let Some(answer) = connection.try_ask(&refund.request) {
            assert_eq!(
                (answer.status, &answer.json()["outcome"]),
                (200, &"repeated".into()),
                "{}",
                refund.notification
            );
        }
    }
}

#[test]
fn killed_under_the_load_of_all_stores_it_keeps_every_answered_message_once() {
    let (market, chance) = (Market::new(), Chance::new());
    let mut unreported: Vec<usize> = (0..market.refunds.len()).collect();
    for n in (1..unreported.len()).rev() {
        unreported.swap(n, chance.index(n + 1));
    }
    let load = Load {
        market: &market,
        chance: &chance,
        unreported: Mutex::new(unreported),
        answered: Mutex::default(),
    };
    let mut kills = 0;
    while !load.unreported.lock().unwrap().is_empty() {
        let Served { child, address, .. } = &mut market.serve();
        let (least, most) = BETWEEN_KILLS;
        let pause = least + chance.below(most - least);
        let kill_at = load.answered.lock().unwrap().len() + usize::try_from(pause).unwrap();
        let child = Mutex::new(child);
        let kill = || {
            // A few answers more or less.
            (0..chance.below(200)).for_each(|_| std::thread::yield_now());
            child.lock().unwrap().kill().unwrap();
        };
        std::thread::scope(|scope| {
            for _ in 0..CALLERS {
                scope.spawn(|| load.call(*address, kill_at, &kill));
            }
        });
        kills += usize::from(load.answered.lock().unwrap().len() >= kill_at);
        let child = child.into_inner().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_kept(&market, &load.answered.lock().unwrap());
    }
    println!("{} refunds, killed {kills} times", market.refunds.len());
    assert!(kills >= 3, "it was killed {kills} times only");
    assert_reported_once(&market);
}

/// All that was answered is in the ledger with what follows from it, and nothing is in it twice.
fn assert_kept(market: &Market, answered: &[usize]) {
    let ledger = AnotherProgram::opens(&market.folder.path().join("ledger.db"));
    ledger.assert_sound();
    let received = pairs(&ledger, "SELECT store, notification_id FROM inbox");
    let blocked = pairs(&ledger, "SELECT player, refund_id FROM blocks WHERE ended_at IS NULL");
    let users: BTreeSet<&str> = blocked.iter().map(|(user, _)| user.as_str()).collect();
    for refund in answered.iter().map(|n| &market.refunds[*n]) {
        let id = (refund.store.to_string(), refund.notification.clone());
        assert!(received.contains(&id), "{id:?} was answered and is lost");
        assert!(users.contains(&*refund.user()), "{id:?} was answered, and blocked no one");
    }
    assert_eq!(users.len(), blocked.len(), "a user is blocked twice");
    assert_eq!(
        (ledger.count("refunds"), blocked.len()),
        (received.len(), received.len()),
        "not one refund and one block for each"
    );
    let twice = "SELECT 1 FROM outbox GROUP BY refund_id, kind HAVING count(*) > 1";
    assert!(ledger.rows(twice).is_empty(), "the host would get an event twice");
}

fn pairs(ledger: &AnotherProgram, query: &str) -> BTreeSet<(String, String)> {
    ledger.rows(query).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

/// As a host sees it in the end: every user is blocked, and the journal has each refund's receipt once.
fn assert_reported_once(market: &Market) {
    let engine = market.engine();
    let mut received = BTreeMap::new();
    for refund in &market.refunds {
        assert!(engine.is_blocked(&refund.user()), "{}", refund.user());
        if !refund.order.ends_with('7') {
            continue;
        }
        for entry in engine.order(&refund.order).unwrap().journal {
            if let Happening::Received { notification_id, .. } = entry.what {
                *received.entry(notification_id).or_insert(0) += 1;
            }
        }
        assert_eq!(received.get(&refund.notification), Some(&1), "{}", refund.notification);
    }
    engine.close().unwrap();
}
