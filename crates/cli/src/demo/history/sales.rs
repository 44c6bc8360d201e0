//! What the game sold: products, players and purchases, drawn at random from a fixed seed, so that each run tells the same
//! story.

use std::ops::Range;

use fastrand::Rng;
use recoup::testing::Stripe;
use recoup::{Currency, Grant, Money, Purchase, Span, Store, Timestamp};

use super::drawn_for;
use crate::exit::Failure;

/// A product, what one of it grants, and its price in the United States.
struct Product {
    id: &'static str,
    item: &'static str,
    quantity: i64,
    usd_micros: i64,
    /// How many of a hundred purchases are of it.
    share: u32,
}

const PRODUCTS: [Product; 6] = [
    Product { id: "gems_100", item: "gem", quantity: 100, usd_micros: 990_000, share: 34 },
    Product { id: "gems_550", item: "gem", quantity: 550, usd_micros: 4_990_000, share: 28 },
    Product { id: "gems_1200", item: "gem", quantity: 1200, usd_micros: 9_990_000, share: 16 },
    Product { id: "gems_6500", item: "gem", quantity: 6500, usd_micros: 49_990_000, share: 7 },
    Product { id: "starter_pack", item: "starter_chest", quantity: 1, usd_micros: 2_990_000, share: 9 },
    Product { id: "no_ads", item: "no_ads", quantity: 1, usd_micros: 3_990_000, share: 6 },
];

/// A country, its currency, what a dollar is in it in hundredths, and what its prices are multiples of.
struct Country {
    code: &'static str,
    /// The same in three letters, as the App Store reports storefronts.
    storefront: &'static str,
    currency: &'static str,
    rate: i64,
    unit_micros: i64,
    share: u32,
}

const COUNTRIES: [Country; 5] = [
    country("US", "USA", "USD", 100, 10_000, 36),
    country("KR", "KOR", "KRW", 131_000, 100_000_000, 24),
    country("JP", "JPN", "JPY", 15_100, 10_000_000, 18),
    country("DE", "DEU", "EUR", 108, 10_000, 14),
    country("TW", "TWN", "TWD", 3_300, 1_000_000, 8),
];

const fn country(
    code: &'static str,
    storefront: &'static str,
    currency: &'static str,
    rate: i64,
    unit_micros: i64,
    share: u32,
) -> Country {
    Country { code, storefront, currency, rate, unit_micros, share }
}

/// Players' names are made of one of each.
const FIRST: [&str; 20] = [
    "amber", "brave", "calm", "dusty", "early", "fable", "gentle", "hazel", "ivory", "jolly", "keen",
    "lunar", "misty", "noble", "olive", "quiet", "rapid", "silver", "tidal", "vivid",
];
const SECOND: [&str; 20] = [
    "badger", "comet", "drake", "ember", "falcon", "grove", "heron", "iris", "jackal", "koi", "lynx",
    "maple", "newt", "otter", "puma", "raven", "stoat", "tiger", "urchin", "wolf",
];

/// The stores, and how many of a hundred purchases are made there.
const STORES: [(Store, u32); 5] = [
    (Store::GooglePlay, 40),
    (Store::AppStore, 34),
    (Store::OneStore, 12),
    (Store::Stripe, 9),
    (Store::Amazon, 5),
];

/// One purchase.
pub(super) struct Sale {
    pub(super) number: u32,
    pub(super) store: Store,
    pub(super) order: String,
    pub(super) player: String,
    pub(super) product: &'static str,
    pub(super) storefront: &'static str,
    pub(super) price: Money,
    pub(super) bought_at: Timestamp,
    granted: Grant,
    country: &'static str,
}

impl Sale {
    /// What the game records of it.
    pub(super) fn purchase(&self) -> Purchase {
        let token = match self.store {
            Store::GooglePlay | Store::OneStore => Some(format!("token-of-{}", self.order)),
            Store::Stripe => Some(Stripe::payment_intent_of(&self.order)),
            _ => None,
        };
        Purchase {
            purchase_token: token,
            product: Some(self.product.to_owned()),
            quantity: Some(1),
            price: Some(self.price),
            purchased_at: Some(self.bought_at),
            country: Some(self.country.to_owned()),
            grants: vec![self.granted.clone()],
            ..Purchase::new(self.store.clone(), &self.player, &self.order)
        }
    }
}

/// The sales of a day, the earliest first.
pub(super) fn of_day(numbers: Range<u32>, day: Timestamp) -> Result<Vec<Sale>, Failure> {
    let rng = &mut drawn_for(u64::from(numbers.end));
    let mut times: Vec<i64> = numbers.clone().map(|_| rng.i64(0..DAY)).collect();
    times.sort_unstable();
    numbers.zip(times).map(|(number, at)| sale(number, day.plus(Span::from_millis(at)), rng)).collect()
}

const DAY: i64 = 86_400_000;

fn sale(number: u32, bought_at: Timestamp, rng: &mut Rng) -> Result<Sale, Failure> {
    let store = drawn(&STORES, |row| row.1, rng).0.clone();
    let product = drawn(&PRODUCTS, |product| product.share, rng);
    let country = match store {
        // ONE Store is Korea's, and the web shop takes dollars.
        Store::OneStore => &COUNTRIES[1],
        Store::Stripe => &COUNTRIES[0],
        _ => drawn(&COUNTRIES, |country| country.share, rng),
    };
    let currency = Currency::new(country.currency).map_err(|error| Failure::Demo(error.to_string()))?;
    let micros = product.usd_micros / 100 * country.rate / country.unit_micros * country.unit_micros;
    Ok(Sale {
        number,
        order: order(&store, number),
        store,
        player: player(rng),
        product: product.id,
        storefront: country.storefront,
        price: Money { micros, currency },
        bought_at,
        granted: Grant { item: product.item.to_owned(), quantity: product.quantity },
        country: country.code,
    })
}

/// Some players buy much more than others.
fn player(rng: &mut Rng) -> String {
    let place = |rng: &mut Rng, names: &[&'static str]| {
        let most = names.len();
        let drawn = rng.usize(0..most).min(rng.usize(0..most));
        names.get(drawn).copied().unwrap_or("player")
    };
    format!("{}-{}", place(rng, &FIRST), place(rng, &SECOND))
}

/// In the form that each store's orders have.
fn order(store: &Store, number: u32) -> String {
    let spread = u64::from(number) * 7_919 % 90_000 + 10_000;
    match store {
        Store::AppStore => format!("2000000{spread}{number:04}"),
        Store::GooglePlay => {
            format!("GPA.33{:02}-{:04}-{spread}-{number:05}", number % 89 + 10, spread % 9_000 + 1_000)
        }
        Store::OneStore => format!("26{spread}1302{number:09}"),
        Store::Stripe => format!("ch_3Rq{spread}Kx{number:05}"),
        _ => format!("q1YqVrJSSjEuMEkz{spread}{number:05}"),
    }
}

/// One row, as often as its share says.
fn drawn<'a, T>(rows: &'a [T], share: impl Fn(&T) -> u32, rng: &mut Rng) -> &'a T {
    let mut place = rng.u32(0..rows.iter().map(&share).sum());
    for row in rows {
        match place.checked_sub(share(row)) {
            Some(rest) => place = rest,
            None => return row,
        }
    }
    &rows[0]
}
