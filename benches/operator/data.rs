//! Purchases, refunds and players as a studio has them, each a function of its number, so that nothing of them is kept in
//! memory.

use std::path::Path;

use recoup::{
    Config, Currency, CustomMessage, Engine, EngineOptions, Environment, Extent, Fact, FactKind, Grant,
    ManualClock, Money, OrderDetails, Purchase, Reason, Span, Store, Timestamp, Trust,
};

/// The end of the two years.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const DAYS: i64 = 730;
const DAY: i64 = 86_400_000;

/// How much of an item a purchase grants, where it does: enough for many reports of a part of it.
pub(crate) const GRANTED: i64 = 100_000;

pub(crate) const APP: &str = "com.example.game";
pub(crate) const STORES: [&str; 4] = ["galaxy", "web-shop", "launcher", "carrier"];
pub(crate) const OPERATORS: [&str; 4] = ["ann", "bob", "kim", "sue"];
const COUNTRIES: [(&str, &str, i64); 10] = [
    ("US", "USD", 4_990_000),
    ("KR", "KRW", 5_900_000_000),
    ("JP", "JPY", 610_000_000),
    ("DE", "EUR", 5_490_000),
    ("FR", "EUR", 5_490_000),
    ("BR", "BRL", 24_900_000),
    ("GB", "GBP", 4_490_000),
    ("TW", "TWD", 150_000_000),
    ("TH", "THB", 179_000_000),
    ("ID", "IDR", 79_000_000_000),
];

/// How many there are of each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) purchases: u32,
    pub(crate) refunds: u32,
    pub(crate) players: u32,
}

impl Size {
    pub(crate) fn of(purchases: u32) -> Self {
        let purchases = (purchases / 10_000).max(1) * 10_000;
        Self { purchases, refunds: purchases / 10, players: purchases / 10 }
    }

    /// When a purchase was made; purchases are evenly spread.
    fn bought_at(self, purchase: u32) -> Timestamp {
        let since = i64::from(purchase) * (DAYS * DAY) / i64::from(self.purchases);
        NOW.plus(Span::from_millis(since - DAYS * DAY))
    }

    /// A purchase that was refunded.
    pub(crate) fn refunded(self, refund: u32) -> u32 {
        refund * 10 + pick(u64::from(refund), 1, 10)
    }
}

/// SplitMix64 of a number, and of which of its properties is meant.
fn mixed(number: u64, property: u64) -> u64 {
    let mut x = (number ^ (property << 48)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A number below `below`.
pub(crate) fn pick(number: u64, property: u64, below: u32) -> u32 {
    u32::try_from(mixed(number, property) % u64::from(below)).unwrap_or(0)
}

/// One below `below`, the first ones more often: of 10 the first is nearly a third.
fn skewed(number: u64, property: u64, below: u32) -> u32 {
    let one = f64::from(pick(number, property, 1_000_000)) / 1e6;
    // Squared twice, and so within the range.
    let place = one * one * f64::from(below);
    (0..below).rev().find(|step| f64::from(*step) <= place).unwrap_or(0)
}

pub(crate) fn store(purchase: u32) -> Store {
    let place = usize::try_from(skewed(u64::from(purchase), 2, 4)).unwrap_or(0);
    Store::custom(STORES.get(place).copied().unwrap_or("galaxy")).expect("a store")
}

pub(crate) fn player(size: Size, purchase: u32) -> String {
    player_of(pick(u64::from(purchase), 3, size.players))
}

pub(crate) fn player_of(number: u32) -> String {
    format!("player-{number:08}")
}

/// Half of the stores number their orders, the others draw them.
pub(crate) fn order(purchase: u32) -> String {
    match pick(u64::from(purchase), 4, 2) {
        0 => format!("P{purchase:016}"),
        _ => format!("{:016X}", mixed(u64::from(purchase), 5)),
    }
}

/// One of 40; and of 10,000 purchases one of a product that hardly anybody buys.
pub(crate) fn product(purchase: u32) -> String {
    match pick(u64::from(purchase), 6, 10_000) {
        0 => "rare".to_owned(),
        _ => format!("gems_{:02}", skewed(u64::from(purchase), 7, 40)),
    }
}

fn price(purchase: u32, player: &str) -> (&'static str, Money) {
    let of_player =
        player.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let place = usize::try_from(skewed(of_player, 8, 10)).unwrap_or(0);
    let (country, currency, micros) = COUNTRIES.get(place).copied().unwrap_or(("US", "USD", 4_990_000));
    let times = i64::from(1 + skewed(u64::from(purchase), 7, 40));
    (country, Money { micros: micros * times, currency: Currency::new(currency).expect("a currency") })
}

pub(crate) fn environment(purchase: u32) -> Environment {
    if pick(u64::from(purchase), 9, 100) == 0 { Environment::Sandbox } else { Environment::Production }
}

/// A quarter of the purchases grant something.
pub(crate) fn grants(purchase: u32) -> bool {
    pick(u64::from(purchase), 10, 4) == 0
}

pub(crate) fn item(purchase: u32) -> String {
    format!("gem_{}", purchase % 5)
}

pub(crate) fn purchase(size: Size, number: u32) -> Purchase {
    let player = player(size, number);
    let (country, price) = price(number, &player);
    Purchase {
        app: Some(APP.to_owned()),
        environment: Some(environment(number)),
        product: Some(product(number)),
        quantity: Some(1),
        price: Some(price),
        purchased_at: Some(size.bought_at(number)),
        country: Some(country.to_owned()),
        grants: if grants(number) {
            vec![Grant { item: item(number), quantity: GRANTED }]
        } else {
            Vec::new()
        },
        ..Purchase::new(store(number), player, order(number))
    }
}

/// How the refunds of the ledger differ.
pub(crate) struct Refund {
    pub(crate) purchase: u32,
    pub(crate) order: String,
    /// Whether the game took back all that was granted.
    pub(crate) is_taken: bool,
    /// Whether half of the money was refunded.
    pub(crate) is_partial: bool,
    pub(crate) is_reversed: bool,
    pub(crate) assignee: Option<&'static str>,
}

pub(crate) fn refund(size: Size, number: u32) -> Refund {
    let purchase = size.refunded(number);
    let of = |property, below| pick(u64::from(number), property, below);
    // The purchase of every fiftieth was never recorded.
    let is_recorded = of(11, 50) != 0;
    let assignee = usize::try_from(of(12, 400)).ok().and_then(|place| OPERATORS.get(place).copied());
    Refund {
        purchase,
        order: if is_recorded { order(purchase) } else { format!("unknown-{number}") },
        // Of a quarter 6 tenths: 10 of 100 refunds stay owed.
        is_taken: is_recorded && grants(purchase) && of(13, 10) < 6,
        is_partial: of(17, 10) == 0,
        is_reversed: of(14, 100) == 0,
        assignee,
    }
}

/// When a refund was made: up to two weeks after the purchase.
pub(crate) fn refunded_at(size: Size, number: u32) -> Timestamp {
    let delay = Span::from_millis(3_600_000 + i64::from(pick(u64::from(number), 15, 14 * 24)) * 3_600_000);
    let at = size.bought_at(size.refunded(number)).plus(delay);
    at.min(NOW.plus(Span::from_hours(-1)))
}

pub(crate) fn message(size: Size, number: u32) -> CustomMessage {
    let Refund { purchase, order, is_partial, .. } = refund(size, number);
    let reason = match pick(u64::from(number), 16, 20) {
        0 => Some(Reason::Chargeback),
        1 => Some(Reason::FriendlyFraud),
        2..=3 => Some(Reason::AccidentalPurchase),
        4..=8 => Some(Reason::Remorse),
        9..=10 => Some(Reason::NotReceived),
        11 => Some(Reason::Defective),
        12 => Some(Reason::Other),
        _ => None,
    };
    let player = player(size, purchase);
    let (_, price) = price(purchase, &player);
    let half = Money { micros: price.micros / 2, ..price };
    let extent = if is_partial { Extent::Amount(half) } else { Extent::Full };
    let at = refunded_at(size, number);
    let step = is_partial.then(|| "1".to_owned());
    let what = FactKind::Refunded { step, extent, reason, initiator: None, subscription_live: None };
    of_store(purchase, &order, &format!("refund-{number}"), at, what)
}

pub(crate) fn reversal(size: Size, number: u32) -> CustomMessage {
    let Refund { purchase, order, .. } = refund(size, number);
    let at = refunded_at(size, number).plus(Span::from_hours(1)).min(NOW);
    let what = FactKind::Reversed { step: None, extent: None, failure: None };
    of_store(purchase, &order, &format!("reversal-{number}"), at, what)
}

/// A message about an order.
pub(crate) fn of_store(purchase: u32, order: &str, id: &str, at: Timestamp, what: FactKind) -> CustomMessage {
    let about = OrderDetails {
        order_id: Some(order.to_owned()),
        product: Some(product(purchase)),
        ..OrderDetails::default()
    };
    CustomMessage {
        store: store(purchase),
        app: APP.to_owned(),
        environment: Some(environment(purchase)),
        notification_id: id.to_owned(),
        name: "ORDER_CHANGED".to_owned(),
        at,
        fact: Some(Fact { at, what, trust: Trust::Signed, about }),
        purchase: None,
    }
}

pub(crate) fn record_message(engine: &Engine, message: CustomMessage) -> recoup::Outcome {
    let body = serde_json::to_vec(&message).expect("a body");
    engine.record_message(message, &body).expect("an ingested message")
}

/// Rules as a studio has them: a tenth of the refunds block, a tenth alert, the rest is only counted.
pub(crate) const POLICY: &str = r#"[
    {"name":"chargebacks are owed","match":{"reason":["chargeback","friendly_fraud"]},"action":{"block":"repaid"}},
    {"name":"fourth in 90 days","match":{"user_refunds":{"within":"90d","at_least":4}},"action":{"block":"30d"}},
    {"name":"mistakes","match":{"reason":"accidental_purchase"},"action":"alert"},
    {"name":"the rest","action":"record"}]"#;

pub(crate) fn config(folder: &Path, webhooks: &str) -> Config {
    let text = format!(r#"{{"database":"ledger.db","policy":{POLICY},"webhooks":{webhooks}}}"#);
    Config::from_json(text.as_bytes(), folder).expect("a configuration")
}

/// Opens the ledger at the end of the two years.
pub(crate) fn open(folder: &Path) -> Engine {
    EngineOptions::new().clock(ManualClock::new(NOW)).open(config(folder, "[]")).expect("an engine")
}
