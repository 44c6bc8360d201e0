//! The lists that sweeps read, row by row.

use super::*;

#[test]
fn the_lists_are_requested_as_stripe_documents_them() {
    let shop = Shop::of(Some("acct_1"));
    for n in 0..250 {
        let at = Timestamp::from_secs(NOW.secs() - n);
        shop.emulator.add_refund(shop.stripe.refund(&format!("re_{n}"), &format!("ch_{n}"), 100, at));
    }
    let found = shop.sweep();
    assert_eq!(found.len(), 250);
    let from = |days: i64| NOW.secs() - (days + 1) * DAY;
    let page =
        |target: String| [&format!("GET {target}"), HEAD, "stripe-account: acct_1", VERSION].join("\n");
    let refunds = |after: &str| {
        let (from, to) = (from(31), NOW.secs());
        page(format!(
            "/v1/refunds?created%5Bgte%5D={from}&created%5Blte%5D={to}&limit=100\
             &expand%5B%5D=data.failure_balance_transaction{PAID}{after}"
        ))
    };
    let (gte, lte) = (from(240), NOW.secs());
    let disputes =
        page(format!("/v1/disputes?created%5Bgte%5D={gte}&created%5Blte%5D={lte}&limit=100{PAID}"));
    let expected =
        [refunds(""), refunds("&starting_after=re_99"), refunds("&starting_after=re_199"), disputes];
    assert_eq!(shop.written(), expected);
}

const PAID: &str = "&expand%5B%5D=data.charge&expand%5B%5D=data.payment_intent";
const VERSION: &str = "stripe-version: 2024-10-28.acacia";

#[test]
fn a_row_reports_the_same_as_its_webhook_and_is_confirmed() {
    let shop = Shop::new();
    let made = NOW.secs() - 20 * DAY;
    let at = Timestamp::from_secs(made);
    let mut refund = shop.stripe.refund("re_1", "ch_1", 499, at);
    refund["metadata"] = json!({"user_id": "ann"});
    refund["reason"] = json!("requested_by_customer");
    let back = NOW.secs() - 5 * DAY;
    let mut failed = shop.stripe.refund("re_2", "ch_2", 100, at);
    failed["status"] = json!("failed");
    failed["failure_balance_transaction"] = json!({"id": "txn_2", "amount": 100, "created": back});
    let mut pending = shop.stripe.refund("re_3", "ch_3", 100, at);
    pending["status"] = json!("pending");
    let lost = shop.stripe.dispute("dp_1", "ch_4", 999, "lost", at);
    let mut won = shop.stripe.dispute("dp_2", "ch_5", 999, "won", at);
    won["balance_transactions"] = json!([
        {"id": "txn_3", "amount": -999, "created": made},
        {"id": "txn_4", "amount": 999, "created": back},
    ]);
    let inquiry = shop.stripe.dispute("dp_3", "ch_6", 999, "warning_needs_response", at);
    let expected = [
        (refund.clone(), "refund.created", made, "re_1:succeeded", "refund succeeded"),
        (failed.clone(), "refund.failed", back, "re_2:failed", "refund failed"),
        (pending.clone(), "refund.created", made, "re_3:pending", "refund pending"),
        // The list does not have the time of the loss: it counts from its beginning.
        (lost.clone(), "charge.dispute.closed", made, "dp_1:lost", "dispute lost"),
        (won.clone(), "charge.dispute.funds_reinstated", back, "dp_2:won", "dispute won"),
        (
            inquiry.clone(),
            "charge.dispute.created",
            made,
            "dp_3:warning_needs_response",
            "dispute warning_needs_response",
        ),
    ];
    for object in [refund, failed, pending] {
        shop.emulator.add_refund(object);
    }
    for object in [lost, won, inquiry] {
        shop.emulator.add_dispute(object);
    }
    let found = shop.sweep();
    assert_eq!(found.len(), expected.len());
    for (signal, (object, event_type, reported_at, id, name)) in found.iter().zip(expected) {
        let reported = shop.reported(event_type, object, reported_at);
        let (key, mut fact) = case(&reported);
        fact.trust = Trust::Confirmed;
        assert_eq!(case(signal), (key, fact), "{id}");
        assert_eq!(signal.place, reported.place, "{id}");
        assert_eq!((signal.notification_id.as_str(), signal.name.as_str()), (id, name));
    }
    assert_eq!(shop.sweep(), found);
}

#[test]
fn a_change_long_after_creation_is_found() {
    let shop = Shop::new();
    let made = |days: i64| Timestamp::from_secs(NOW.secs() - days * DAY);
    for days in [31, 40] {
        let mut refund = shop.stripe.refund(&format!("re_{days}"), "ch_1", 100, made(days));
        refund["status"] = json!("failed");
        shop.emulator.add_refund(refund);
    }
    for days in [216, 250] {
        shop.emulator.add_dispute(shop.stripe.dispute(
            &format!("dp_{days}"),
            "ch_2",
            100,
            "lost",
            made(days),
        ));
    }
    let found = shop.sweep();
    let ids: Vec<_> = found.iter().map(|signal| signal.notification_id.as_str()).collect();
    assert_eq!(ids, ["re_31:failed", "dp_216:lost"]);
    // Its money never left, so the time of the failure is reported nowhere: the time of discovery counts.
    let (_, fact) = case(&found[0]);
    assert!(matches!(fact.what, FactKind::Reversed { .. }), "{fact:?}");
    assert_eq!(fact.at, NOW);
}

#[test]
fn each_row_comes_with_its_own_piece_of_the_answer() {
    let shop = Shop::new();
    let refund = shop.stripe.refund("re_1", "ch_1", 100, NOW);
    shop.emulator.add_refund(refund.clone());
    let page = shop.page(None).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&page.found[0].1).unwrap(), refund);
    assert_eq!(page.next.as_deref(), Some("disputes:"));
}

#[test]
fn a_row_that_is_not_understood_holds_up_no_other() {
    let shop = Shop::new();
    let mut odd = shop.stripe.refund("re_1", "ch_1", 100, NOW);
    odd["status"] = json!("evaporated");
    let mut lacking = shop.stripe.refund("re_2", "ch_1", 100, NOW);
    lacking["amount"] = json!("100");
    shop.emulator.add_refund(odd);
    shop.emulator.add_refund(lacking);
    shop.emulator.add_refund(shop.stripe.refund("re_3", "ch_1", 100, NOW));
    let mut untimed = shop.stripe.refund("re_4", "ch_1", 100, NOW);
    untimed["status"] = json!({});
    shop.emulator.add_refund(untimed);
    let page = shop.page(None).unwrap();
    let ids: Vec<_> = page.found.iter().map(|(signal, _)| signal.notification_id.as_str()).collect();
    assert_eq!(ids, ["re_3:succeeded"]);
    let kept: Vec<Value> = page.unread.iter().map(|(_, row)| serde_json::from_slice(row).unwrap()).collect();
    assert_eq!(kept.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(), ["re_1", "re_2", "re_4"]);
    assert!(page.unread[0].0.contains("evaporated"), "{:?}", page.unread);
}

#[test]
fn a_row_without_an_id_holds_up_no_other_and_the_sweep_continues_after_the_last_that_has_one() {
    let shop = Shop::new();
    let row = |id: Value| {
        let mut refund = shop.stripe.refund("re_1", "ch_1", 100, NOW);
        refund["id"] = id;
        refund
    };
    let rows = [row(json!("re_1")), row(json!("")), row(json!(null))];
    let body = json!({"data": rows, "has_more": true}).to_string();
    shop.emulator.fault(Fault::Instead(answer(200, &body)));
    let page = shop.page(None).unwrap();
    assert_eq!((page.found.len(), page.unread.len()), (1, 2));
    assert_eq!(page.next.as_deref(), Some("refunds:re_1"));
}

#[test]
fn null_means_the_same_as_leaving_a_member_out() {
    let shop = Shop::new();
    let mut dispute = shop.stripe.dispute("du_1", "ch_1", 500, "lost", NOW);
    for member in ["balance_transactions", "evidence_details", "metadata", "payment_intent", "reason"] {
        dispute[member] = json!(null);
    }
    shop.emulator.add_dispute(dispute);
    let mut refund = shop.stripe.refund("re_1", "ch_1", 500, NOW);
    for member in ["metadata", "payment_intent", "reason", "failure_reason", "failure_balance_transaction"] {
        refund[member] = json!(null);
    }
    refund["status"] = json!("failed");
    shop.emulator.add_refund(refund);
    assert_eq!(shop.sweep().len(), 2);
    for page in [None, Some("disputes:")] {
        assert!(shop.page(page).unwrap().unread.is_empty());
    }
}

#[test]
fn a_bad_escape_that_is_not_read_costs_no_row() {
    let shop = Shop::new();
    let mut refund = shop.stripe.refund("re_1", "ch_1", 500, NOW);
    refund["description"] = json!("GEMS");
    let body = json!({"data": [refund], "has_more": false}).to_string().replace("GEMS", "Gems \\ud83d");
    shop.emulator.fault(Fault::Instead(answer(200, &body)));
    let page = shop.page(None).unwrap();
    assert_eq!((page.found.len(), page.unread.len()), (1, 0));
}

#[test]
fn a_sweep_reads_how_far_the_charge_was_captured() {
    let shop = Shop::new();
    let mut refund = shop.stripe.refund("re_release", "ch_1", 375, NOW);
    let mut charge = shop.stripe.charge("ch_1", 20675, 375, NOW);
    charge["amount_captured"] = json!(20300);
    refund["charge"] = charge;
    shop.emulator.add_refund(refund);
    let (_, fact) = case(&shop.sweep()[0]);
    let Some(Capture::Reported(report)) = fact.about.capture else { panic!("{fact:?}") };
    let usd = |cents: i64| Some(money(cents * 10_000, "USD"));
    assert_eq!((report.at, report.authorised), (NOW, usd(20675)));
    assert_eq!((report.captured, report.refunded), (usd(20300), usd(0)));
}

#[test]
fn a_refunds_player_is_on_the_paid_object() {
    let of = |key: Option<&str>| {
        let mut shop = Shop::new();
        shop.section.user_metadata_key = key.map(str::to_owned);
        shop.api = StripeApi::new(std::slice::from_ref(&shop.section), client()).unwrap().unwrap();
        shop.emulator.charge("ch_1", 500, "eur");
        shop.emulator.charge_metadata("ch_1", &json!({"player": "ann"}));
        shop.emulator.add_refund(shop.stripe.refund("re_1", "ch_1", 100, NOW));
        shop.sweep().remove(0)
    };
    let tag = |signal: &Signal| case(signal).1.about.account_tag.clone();
    assert_eq!(tag(&of(Some("player"))).as_deref(), Some("ann"));
    // A configuration without tags does not request the charge's data on its customer.
    assert_eq!(tag(&of(None)), None);
}

#[test]
fn a_page_with_all_the_metadata_that_stripe_takes_is_read() {
    let shop = Shop::new();
    let metadata: BTreeMap<_, _> = (0..50).map(|n| (format!("{n:0>40}"), "v".repeat(500))).collect();
    for n in 0..100 {
        let charge = format!("ch_{n}");
        shop.emulator.charge(&charge, 500, "eur");
        shop.emulator.charge_metadata(&charge, &json!(metadata));
        let mut refund = shop.stripe.refund(&format!("re_{n}"), &charge, 100, NOW);
        refund["metadata"] = json!(metadata);
        shop.emulator.add_refund(refund);
    }
    assert_eq!(shop.page(None).unwrap().found.len(), 100);
}

#[test]
fn a_page_that_cannot_be_read_is_an_error() {
    let shop = Shop::new();
    for body in [
        r#"{"data":[]}"#,
        r#"{"data":[],"has_more":true}"#,
        r#"{"data":[{"created":1}],"has_more":true}"#,
        r#"[]"#,
        "",
    ] {
        shop.emulator.fault(Fault::Instead(answer(200, body)));
        assert_eq!(shop.page(None).unwrap_err().code(), "api_unreadable", "{body}");
    }
    assert_eq!(shop.page(Some("charges:ch_1")).unwrap_err().code(), "api_unreadable");
}
