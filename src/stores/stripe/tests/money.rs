//! Amounts.

use super::reading::money;
use super::refunds::reported;
use super::*;
use crate::model::{Extent, FactKind};

fn shown(amount: i64, currency: &str) -> String {
    money(amount, currency).unwrap().to_string()
}

#[test]
fn amounts_are_in_the_currencys_minor_unit() {
    for (amount, currency, text) in [
        (499, "usd", "4.99 USD"),
        (499, "EUR", "4.99 EUR"),
        (0, "usd", "0.00 USD"),
        (500, "jpy", "500 JPY"),
        (12_000, "krw", "12000 KRW"),
        (7, "xof", "7 XOF"),
        (5_120, "kwd", "5.120 KWD"),
        (5_123, "bhd", "5.123 BHD"),
        (1_000, "tnd", "1.000 TND"),
        // Whole by now, and still written in hundredths.
        (500, "isk", "5 ISK"),
        (500, "ugx", "5 UGX"),
        // Whole in payouts only.
        (1_045, "huf", "10.45 HUF"),
        (80_045, "twd", "800.45 TWD"),
        // A code that is not assigned has hundredths like any other.
        (499, "zzz", "4.99 ZZZ"),
        (i64::MAX / 10_000, "usd", "9223372036854.77 USD"),
    ] {
        assert_eq!(shown(amount, currency), text);
    }
    for whole in ["BIF", "CLP", "DJF", "GNF", "KMF", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XPF"] {
        assert_eq!(money(3, whole).unwrap().micros, 3_000_000, "{whole}");
    }
    for thousandths in ["JOD", "OMR"] {
        assert_eq!(shown(3, thousandths), format!("0.003 {thousandths}"));
    }
}

#[test]
fn an_amount_that_cannot_be_kept_is_named_in_the_error() {
    for (amount, currency, problem) in [
        (-1, "usd", "amount -1 of currency \"usd\" is negative"),
        (i64::MIN, "jpy", "is negative"),
        (i64::MAX / 10_000 + 1, "usd", "amount 922337203685478 of currency \"usd\" is too large"),
        (i64::MAX, "jpy", "too large"),
        (100, "usdc", "amount 100 of currency \"usdc\" cannot be kept"),
        (100, "", "cannot be kept"),
    ] {
        let rejection = money(amount, currency).unwrap_err();
        assert!(rejection.to_string().contains(problem), "{rejection} does not say {problem}");
        assert!(rejection.is_authentic());
    }
}

#[test]
fn what_is_no_whole_number_of_64_bits_is_a_dead_letter() {
    for amount in ["-1", "4.99", "1e3", "9223372036854775808", "\"499\"", "null", "true", "922337203685478"] {
        for event_type in ["refund.created", "charge.dispute.created", "charge.refunded"] {
            let stripe = stripe();
            let mut object = match event_type {
                "refund.created" => stripe.refund("re_1", "ch_1", 7, NOW),
                "charge.refunded" => stripe.charge("ch_1", 7, 7, NOW),
                _ => stripe.dispute("du_1", "ch_1", 7, "lost", NOW),
            };
            let member = if event_type == "charge.refunded" { "amount_refunded" } else { "amount" };
            object[member] = serde_json::from_str(amount).unwrap();
            let verdict = signal_of(event_type, object);
            assert_eq!(refusal(verdict), ("not_understood", 200), "{event_type} {amount}");
        }
    }
}

#[test]
fn a_refund_in_yen_is_in_whole_yen() {
    let stripe = Stripe { currency: "jpy".to_owned(), ..stripe() };
    let (_, fact) = reported(signal_of("refund.created", stripe.refund("re_1", "ch_1", 500, NOW)));
    let FactKind::Refunded { extent: Extent::Amount(money), .. } = fact.what else { panic!("{fact:?}") };
    assert_eq!((money.micros, money.currency.as_str()), (500_000_000, "JPY"));
}
