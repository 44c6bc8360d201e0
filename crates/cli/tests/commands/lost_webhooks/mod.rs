//! A month of refunds of which webhooks were lost is whole after one sweep, with nothing doubled; also where the process
//! is killed in the middle of it.

mod amazon;
mod app_store;
mod closing;
mod disputes;
mod google_play;
mod one_store;
mod processes;
mod stripe;

use recoup::{Engine, Event, EventKind, ReconcileOptions, ReconcileResult, RefundFilter, Span, Timestamp};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const MINUTE: i64 = 60_000;

fn before(now: Timestamp, minutes: i64) -> Timestamp {
    now.plus(Span::from_millis(-minutes * MINUTE))
}

/// Order, user, state, money.
type SeenRefund = (Option<String>, Option<String>, String, Option<i64>);

/// What a host saw of its refunds in the end.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    refunds: Vec<SeenRefund>,
    /// Kind and user; in no order, since webhooks and sweeps come in their own.
    events: Vec<(EventKind, Option<String>)>,
}

fn seen(engine: &Engine) -> Seen {
    let mut refunds = Vec::new();
    let mut after = None;
    loop {
        let page = engine.refunds(&RefundFilter::default(), after, 1000).unwrap();
        refunds.extend(page.items.into_iter().map(|refund| {
            let money = refund.case.amount.map(|amount| amount.micros);
            (refund.case.about.order_id, refund.user, refund.case.state.as_str().to_owned(), money)
        }));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut events = Vec::new();
    loop {
        let polled: Vec<Event> = engine.poll(1000).unwrap();
        if polled.is_empty() {
            break;
        }
        for event in polled {
            engine.ack(event.id).unwrap();
            events.push((event.kind, event.user));
        }
    }
    refunds.sort();
    events.sort();
    Seen { refunds, events }
}

fn reconcile(engine: &Engine) -> ReconcileResult {
    engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap()
}
