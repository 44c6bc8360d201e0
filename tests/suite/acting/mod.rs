//! Store actions over HTTP: each action is done once, also where the process is killed before it is sent or before its
//! answer is written, and is in the ledger once, whoever reports it.

mod app_store;
mod google_play;
mod killed;
mod stripe;

use std::path::Path;
use std::sync::Arc;

use recoup::{
    Config, Consumption, Delivery, Engine, EngineOptions, EventKind, ManualClock, MilliPercent, Refund,
    RefundFilter, ReviewCase, Span, StoreAction, StoreActionFilter, Timestamp,
};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const MINUTE: Span = Span::from_millis(60_000);

/// The engine of a folder's `recoup.json`, as a process has it that begins at that time.
fn open(folder: &Path, clock: &Arc<ManualClock>) -> Engine {
    let config = Config::from_file(folder.join("recoup.json")).unwrap();
    EngineOptions::new().clock(Arc::clone(clock)).background(false).open(config).unwrap()
}

fn only_action(engine: &Engine) -> StoreAction {
    let mut actions = engine.actions(&StoreActionFilter::default(), None, 10).unwrap().items;
    assert_eq!(actions.len(), 1, "{actions:?}");
    actions.remove(0)
}

fn refunds(engine: &Engine) -> Vec<Refund> {
    engine.refunds(&RefundFilter::default(), None, 10).unwrap().items
}

fn only_review(engine: &Engine) -> ReviewCase {
    let mut reviews = engine.reviews(&Default::default(), None, 10).unwrap().items;
    assert_eq!(reviews.len(), 1, "{reviews:?}");
    reviews.remove(0)
}

fn refund_kinds(engine: &Engine) -> Vec<EventKind> {
    let events = engine.poll(100).unwrap();
    events.iter().for_each(|event| assert!(engine.ack(event.id).unwrap()));
    events.iter().map(|event| event.kind).collect()
}

/// The game's report on a purchase of which two fifths were used up, with the player's consent.
fn report() -> Consumption {
    Consumption {
        delivery: Delivery::Delivered,
        consumed: MilliPercent::new(40_000),
        sample_given: false,
        usage: Vec::new(),
        consent: true,
    }
}
