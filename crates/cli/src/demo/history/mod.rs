//! A ledger with four months of a game's history, up to now: its purchases, the refunds that throw-away stores report with
//! signed requests, and what the game and its operators do about them. All of it goes through the public API.

mod game;
mod sales;
mod stores;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fastrand::Rng;
use recoup::testing::StoreRequest;
use recoup::{Config, Engine, EngineOptions, ManualClock, Span, Store, Timestamp};
use serde_json::{Value, json};

use crate::exit::Failure;
use sales::Sale;
use stores::{Stores, failed};

/// How many days it has, and how many purchases each.
const DAYS: u32 = 120;
const SALES_A_DAY: u32 = 30;

/// One purchase in so many is refunded.
const REFUNDED: u32 = 11;

/// What is drawn at random for one thing, such as a sale. It hangs on nothing before it, so that each run tells the same
/// story but for the last hours.
fn drawn_for(number: u64) -> Rng {
    Rng::with_seed(SEED ^ number)
}

const SEED: u64 = 42 << 32;

/// A store's request, and who sends it.
struct Sent {
    store: Store,
    request: StoreRequest,
}

/// Makes the ledger, and returns the configuration by which it can be opened.
pub(super) fn make(folder: &Path) -> Result<Config, Failure> {
    let stores = Stores::new().map_err(failed)?;
    let config = config(&stores, folder)?;
    let read = || Config::from_json(config.to_string().as_bytes(), folder).map_err(recoup::Error::from);
    let now = EngineOptions::new().background(false).open(read()?)?.now();
    let first = now.plus(Span::from_days(-i64::from(DAYS)));
    let clock = Arc::new(ManualClock::new(first));
    let engine = EngineOptions::new().clock(Arc::clone(&clock)).background(false).open(read()?)?;
    // What stores send, by when; two on one millisecond are both sent.
    let mut due: BTreeMap<(Timestamp, u32), Sent> = BTreeMap::new();
    let mut recent = Vec::new();
    for day in 0..DAYS {
        let begins = first.plus(Span::from_days(i64::from(day)));
        let ends = begins.plus(Span::from_days(1));
        let later = due.split_off(&(ends, 0));
        for ((at, _), sent) in std::mem::replace(&mut due, later) {
            clock.set(at);
            report(&engine, &sent)?;
        }
        clock.set(ends);
        let sold = sales::of_day(day * SALES_A_DAY..(day + 1) * SALES_A_DAY, begins)?;
        engine.record_purchases(sold.iter().map(Sale::purchase).collect())?;
        for sale in sold {
            plan(&stores, &sale, now, &mut due)?;
            recent.push(sale);
        }
        game::act_on_events(&engine)?;
        game::repay_some(&engine, day)?;
        engine.expire_blocks()?;
    }
    ask(&stores, &engine, &recent, now)?;
    game::leave_work(&engine)?;
    engine.close()?;
    Ok(read()?)
}

/// What the store will send about a sale: mostly nothing.
fn plan(
    stores: &Stores,
    sale: &Sale,
    now: Timestamp,
    due: &mut BTreeMap<(Timestamp, u32), Sent>,
) -> Result<(), Failure> {
    let rng = &mut drawn_for(u64::from(sale.number));
    if rng.u32(0..REFUNDED) != 0 {
        return Ok(());
    }
    // After the day's purchases are recorded, and mostly within a few days.
    let hours = rng.i64(25..260).min(rng.i64(25..260));
    let at = sale.bought_at.plus(Span::from_hours(hours));
    let send = |request| Sent { store: sale.store.clone(), request };
    if at < now {
        due.insert((at, sale.number), send(stores.refund(sale, at, rng)?));
    }
    let reversed_at = at.plus(Span::from_hours(rng.i64(24..200)));
    if sale.store == Store::AppStore && rng.u8(0..12) == 0 && reversed_at < now {
        due.insert((reversed_at, sale.number), send(stores.reversal(sale, reversed_at)?));
    }
    Ok(())
}

fn report(engine: &Engine, sent: &Sent) -> Result<(), Failure> {
    let outcome = sent.request.send(|request| engine.ingest(&sent.store, request))?;
    game::act_on_events(engine)?;
    match outcome.refund {
        Some(id) => match engine.refund(id)? {
            Some(refund) => game::work_on(engine, &refund),
            None => Ok(()),
        },
        None => Ok(()),
    }
}

/// The last hours: questions of the App Store that wait for an answer, and a message that nothing can be made of.
fn ask(stores: &Stores, engine: &Engine, sales: &[Sale], now: Timestamp) -> Result<(), Failure> {
    let of_app_store = sales.iter().rev().filter(|sale| sale.store == Store::AppStore);
    for sale in of_app_store.take(3) {
        let question = stores.question(sale, now)?;
        question.send(|request| engine.ingest(&Store::AppStore, request))?;
    }
    stores.not_understood(1, now)?.send(|request| engine.ingest(&Store::AppStore, request))?;
    Ok(())
}

/// A game server's configuration, as its file would be.
fn config(stores: &Stores, folder: &Path) -> Result<Value, Failure> {
    let mut config = Value::Object(stores.sections(folder).map_err(failed)?);
    config["database"] = json!("ledger.db");
    let usd = |micros: i64| json!({"micros": micros, "currency": "USD"});
    config["policy"] = json!([
        {"name": "chargebacks block", "match": {"reason": ["chargeback"]}, "action": {"block": "permanently"}},
        {"name": "third refund in a month", "match": {"user_refunds": {"within": "30d", "at_least": 3}}, "action": {"block": "30d"}},
        {"name": "large packs are owed", "match": {"product": "gems_6500"}, "action": {"block": "repaid", "grace": "1h"}},
        {"name": "debtors are blocked", "match": {"user_owes": true}, "action": {"block": "repaid"}},
        {"name": "small change", "match": {"amount": {"at_most": usd(1_000_000)}}, "action": "record"},
        {"name": "promotion of 2024", "match": {"product": "promo_2024_*"}, "action": "exclude"},
        {"name": "the rest", "action": "alert"},
    ]);
    let product = |id: &str, en: &str, ko: &str, ja: &str| json!({"product": id, "names": {"en": en, "ko": ko, "ja": ja}});
    config["catalogue"] = json!([
        product("gems_100", "100 gems", "보석 100개", "ジェム100個"),
        product("gems_550", "550 gems", "보석 550개", "ジェム550個"),
        product("gems_1200", "1,200 gems", "보석 1,200개", "ジェム1,200個"),
        product("gems_6500", "6,500 gems", "보석 6,500개", "ジェム6,500個"),
        product("starter_pack", "Starter pack", "스타터 팩", "スターターパック"),
        product("no_ads", "No ads", "광고 제거", "広告なし"),
    ]);
    Ok(config)
}
