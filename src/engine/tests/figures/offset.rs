//! Where days begin: kept in the ledger, and counted again with another one.

use super::*;

fn opened(fixture: &Fixture, figures: &str) -> Engine {
    let text = format!(r#"{{"database":"ledger.db"{figures}}}"#);
    let config = Config::from_json(text.as_bytes(), fixture.folder.path()).unwrap();
    EngineOptions::new().clock(Arc::clone(&fixture.clock)).open(config).unwrap()
}

/// Purchases of each of two days.
fn by_day(engine: &Engine) -> Vec<i64> {
    let question = Question { since: Some(days(-1)), ..Question::default() };
    let figures = engine.figures(&question).unwrap();
    figures.series.iter().map(|point| point.purchases).collect()
}

#[test]
fn days_begin_at_the_configured_offset_and_are_counted_again_with_another() {
    let fixture = Fixture::new("[]");
    let at = |text: &str| Some(text.parse().unwrap());
    // Noon of the tests is 14:13 UTC, 23:13 in Seoul.
    for (order_id, bought_at) in [("1", at("2026-09-20T15:30:00Z")), ("2", at("2026-09-21T01:00:00Z"))] {
        let bought = Purchase { purchased_at: bought_at, ..sale("ann", order_id, "gems", 5, 0) };
        fixture.engine.record_purchase(bought).unwrap();
        fixture.ingest_order(refunded(order(order_id), 0));
    }
    assert_eq!(by_day(&fixture.engine), [1, 1]);
    let seoul = opened(&fixture, r#","figures":{"utc_offset":"+09:00"}"#);
    assert_eq!(by_day(&seoul), [0, 2], "both are of Monday in Seoul");
    assert_eq!(seoul.figures(&Question::default()).unwrap().utc_offset.to_string(), "+09:00");
    fixture.assert_sums();

    // The engine that was open before uses the ledger's offset, and so does one that configures none.
    fixture
        .engine
        .record_purchase(Purchase { purchased_at: at("2026-09-20T16:00:00Z"), ..purchase("ann", "3") })
        .unwrap();
    let other = opened(&fixture, "");
    other
        .record_purchase(Purchase { purchased_at: at("2026-09-20T16:00:00Z"), ..purchase("ann", "4") })
        .unwrap();
    assert_eq!(by_day(&fixture.engine), [0, 4]);
    fixture.assert_sums();
}

#[test]
fn a_bad_offset_is_refused_with_its_path() {
    let text = br#"{"figures":{"utc_offset":"Asia/Seoul"}}"#;
    let refused = Config::from_json(text, "/").unwrap_err().to_string();
    assert!(refused.contains("figures.utc_offset") && refused.contains("+09:00"), "{refused}");
}
