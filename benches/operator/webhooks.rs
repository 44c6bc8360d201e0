//! Webhooks to a server on this machine.

use std::path::Path;
use std::thread;
use std::time::Instant;

use recoup::{EngineOptions, Extent, FactKind, ManualClock, Purchase};
use recoup_tests::http_server::{HttpServer, answer};

use crate::data::{self, NOW, Size};
use crate::table::{Table, rate};

const MESSAGES: u32 = 3_000;

pub(crate) fn delivered(folder: &Path, size: Size, table: &mut Table) {
    let what = "webhooks delivered a second, 4 at once";
    if !table.wants(what) {
        return;
    }
    let server = HttpServer::start(|_, _| answer(200, ""));
    let webhooks = format!(
        r#"[{{"name":"bench","url":"{}","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],"events":["refund"]}}]"#,
        server.url()
    );
    let options = EngineOptions::new().clock(ManualClock::new(NOW)).background(false);
    let engine = options.open(data::config(folder, &webhooks)).expect("an engine");
    let begun =
        std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    let order = |number: u32| format!("webhook-{}-{number}", begun.as_millis());
    // Different players: messages of one player are sent one after another.
    let purchase = |number: u32| Purchase {
        order_id: Some(order(number)),
        user: format!("webhook-player-{number}"),
        environment: None,
        ..data::purchase(size, number)
    };
    engine.record_purchases((0..MESSAGES).map(purchase).collect()).expect("recorded");
    thread::scope(|scope| {
        for caller in 0..64 {
            let (engine, order) = (&engine, &order);
            scope.spawn(move || {
                for number in (caller..MESSAGES).step_by(64) {
                    let extent = Extent::Full;
                    let what = FactKind::Refunded {
                        step: None,
                        extent,
                        reason: None,
                        initiator: None,
                        subscription_live: None,
                    };
                    let mut message = data::of_store(number, &order(number), &order(number), NOW, what);
                    message.environment = None;
                    data::record_message(engine, message);
                }
            });
        }
    });
    let begun = Instant::now();
    let sent = engine.send_webhooks().expect("sent");
    let took = begun.elapsed();
    let sent = u32::try_from(sent).unwrap_or(u32::MAX);
    table.at_least(what, 300.0, "", rate(sent, took));
    table.noted(
        "  sent; received; connections",
        &format!("{sent}; {}; {}", server.received().len(), server.connections()),
    );
}
