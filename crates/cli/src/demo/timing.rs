//! Timings on this machine, measured now.

use std::hint::black_box;
use std::time::{Duration, Instant};

use recoup::google_play::RefundType;
use recoup::testing::StoreRequest;
use recoup::{Engine, Purchase, Span, Store, Timestamp};
use serde::Serialize;

use super::app_store::{Revocation, Sale, before};
use super::google_play::Order;
use super::setup::Setup;
use crate::exit::Failure;

const REQUESTS: u32 = 64;
const CALLERS: u32 = 32;
const LOOKUPS: u32 = 200_000;
const BLOCKED: u32 = 1000;

/// Mean times.
#[derive(Serialize)]
pub(super) struct Timing {
    pub(super) verify_app_store_us: f64,
    pub(super) verify_google_play_us: f64,
    /// One caller, each request durable before the next.
    pub(super) ingest_alone_ms: f64,
    /// Many callers at once, sharing commits.
    pub(super) ingest_together_ms: f64,
    pub(super) callers: u32,
    pub(super) is_blocked_ns: f64,
    pub(super) blocked_users: usize,
}

impl Timing {
    pub(super) fn take(setup: &Setup) -> Result<Self, Failure> {
        let engine = setup.open("timing.db")?;
        let now = engine.now();
        let verifier = setup.verifier()?;
        let verify = |store: &Store, requests: &[StoreRequest]| -> Result<f64, Failure> {
            let began = Instant::now();
            for request in requests {
                let verified = request.send(|request| verifier.signal(store, request, now));
                black_box(verified.map_err(|rejection| Failure::Demo(rejection.to_string()))?);
            }
            Ok(mean(began.elapsed(), REQUESTS) * 1e6)
        };
        let (from_apple, from_google) = (app_store_requests(setup, now)?, google_play_requests(setup, now)?);
        let verify_app_store_us = verify(&Store::AppStore, &from_apple)?;
        let verify_google_play_us = verify(&Store::GooglePlay, &from_google)?;

        let began = Instant::now();
        for request in &from_apple {
            request.send(|request| engine.ingest(&Store::AppStore, request))?;
        }
        let ingest_alone_ms = mean(began.elapsed(), REQUESTS) * 1e3;
        let ingest_together_ms = together(&engine, &from_google)?;

        let (is_blocked_ns, blocked_users) = lookups(&engine)?;
        Ok(Self {
            verify_app_store_us,
            verify_google_play_us,
            ingest_alone_ms,
            ingest_together_ms,
            callers: CALLERS,
            is_blocked_ns,
            blocked_users,
        })
    }
}

fn app_store_requests(setup: &Setup, now: Timestamp) -> Result<Vec<StoreRequest>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    (0..REQUESTS)
        .map(|n| {
            let transaction = format!("30000000{n:08}");
            let sale = Sale {
                transaction: &transaction,
                product: "gems_500",
                price: 9_990,
                environment: "Production",
                bought_at: before(now, Span::from_days(2)),
            };
            setup.app_store.refund(&format!("d41c8b77-{n:04}-4e2a-b6c9-5f3a2d1e0c00"), sale, revocation, now)
        })
        .collect()
}

fn google_play_requests(setup: &Setup, now: Timestamp) -> Result<Vec<StoreRequest>, Failure> {
    (0..REQUESTS)
        .map(|n| {
            let (id, token) = (format!("GPA.9000-0000-0000-{n:05}"), format!("timing-token-{n}"));
            // Tokens of different times, since a verified one is only recognised again.
            let at = before(now, Span::from_millis(i64::from(n) * 1000));
            setup.google_play.void(
                &format!("timing-{n}"),
                Order { id: &id, token: &token },
                RefundType::Full,
                at,
                at,
            )
        })
        .collect()
}

/// The mean time per request with many in progress at once.
fn together(engine: &Engine, requests: &[StoreRequest]) -> Result<f64, Failure> {
    let (engine, share) = (&engine, requests.len().div_ceil(usize::try_from(CALLERS).unwrap_or(1)));
    let began = Instant::now();
    let answers: Vec<Result<(), recoup::Error>> = std::thread::scope(|threads| {
        let callers: Vec<_> = requests
            .chunks(share.max(1))
            .map(|requests| {
                threads.spawn(move || {
                    requests.iter().try_for_each(|request| {
                        request.send(|request| engine.ingest(&Store::GooglePlay, request)).map(drop)
                    })
                })
            })
            .collect();
        callers.into_iter().filter_map(|caller| caller.join().ok()).collect()
    });
    let took = mean(began.elapsed(), REQUESTS) * 1e3;
    answers.into_iter().collect::<Result<(), _>>()?;
    Ok(took)
}

fn lookups(engine: &Engine) -> Result<(f64, usize), Failure> {
    // Recording the timed orders blocks their users, all in one commit.
    let purchases: Vec<Purchase> = (0..REQUESTS)
        .map(|n| Purchase::new(Store::AppStore, format!("player-{n}"), format!("30000000{n:08}")))
        .collect();
    engine.record_purchases(purchases)?;
    let players: Vec<String> = (0..BLOCKED).map(|n| format!("player-{n}")).collect();
    let mut queried = players.iter().cycle();
    let began = Instant::now();
    for _ in 0..LOOKUPS {
        if let Some(player) = queried.next() {
            black_box(engine.is_blocked(black_box(player)));
        }
    }
    Ok((mean(began.elapsed(), LOOKUPS) * 1e9, engine.blocked_users()))
}

fn mean(total: Duration, count: u32) -> f64 {
    total.as_secs_f64() / f64::from(count)
}
