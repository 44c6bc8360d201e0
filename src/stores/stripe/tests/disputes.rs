//! Disputes, inquiries and early fraud warnings.

use super::refunds::{reported, usd};
use super::*;
use crate::model::{CaseKey, Extent, FactKind, Initiator, Meaning, Reason};

fn dispute(status: &str) -> Value {
    stripe().dispute("du_1", "ch_1", 999, status, ago(3600))
}

fn withdrawn() -> FactKind {
    FactKind::Refunded {
        step: Some("dispute:du_1".to_owned()),
        extent: Extent::Amount(usd(999)),
        reason: Some(Reason::Fraud),
        initiator: Some(Initiator::Bank),
        subscription_live: None,
    }
}

fn reinstated() -> FactKind {
    FactKind::Reversed {
        step: Some("dispute:du_1".to_owned()),
        extent: Some(Extent::Amount(usd(999))),
        failure: None,
    }
}

#[test]
fn a_dispute_is_a_refund_by_the_bank_from_its_beginning_until_it_is_won() {
    for event in ["created", "updated", "closed"] {
        for status in ["needs_response", "under_review", "lost"] {
            let (key, fact) = reported(signal_of(&format!("charge.dispute.{event}"), dispute(status)));
            // A loss counts from the time of its notification: it counts even if the dispute was won before.
            let at = if status == "lost" { NOW } else { ago(3600) };
            assert_eq!((key, fact.at), (CaseKey::Order("ch_1".to_owned()), at));
            assert_eq!(fact.what, withdrawn(), "{event} {status}");
        }
        let (_, fact) = reported(signal_of(&format!("charge.dispute.{event}"), dispute("won")));
        assert_eq!((fact.what, fact.at), (reinstated(), NOW));
    }
}

#[test]
fn funds_events_suffice_without_a_status() {
    for status in ["needs_response", "under_review", "warning_under_review", "lost", "won"] {
        let (_, fact) = reported(signal_of("charge.dispute.funds_withdrawn", dispute(status)));
        assert_eq!((fact.what, fact.at), (withdrawn(), ago(3600)), "{status}");
        let (_, fact) = reported(signal_of("charge.dispute.funds_reinstated", dispute(status)));
        assert_eq!((fact.what, fact.at), (reinstated(), NOW), "{status}");
    }
}

#[test]
fn an_inquiry_has_a_deadline_and_is_closed_without_a_refund() {
    for status in ["warning_needs_response", "warning_under_review"] {
        let (_, fact) = reported(signal_of("charge.dispute.created", dispute(status)));
        let deadline = Some(ago(3600 - 7 * 86_400));
        let (reason, token) = (Some(Reason::Fraud), Some("du_1".to_owned()));
        assert_eq!((fact.what, fact.at), (FactKind::Requested { deadline, reason, token }, ago(3600)));
    }
    let mut open = dispute("warning_needs_response");
    for none in [json!({"due_by": null}), json!({"due_by": 0}), json!(null)] {
        open["evidence_details"] = none;
        let (_, fact) = reported(signal_of("charge.dispute.created", open.clone()));
        assert!(matches!(fact.what, FactKind::Requested { deadline: None, .. }));
    }
    let (_, fact) = reported(signal_of("charge.dispute.closed", dispute("warning_closed")));
    assert_eq!((fact.what, fact.at), (FactKind::Declined, NOW));
}

#[test]
fn a_prevented_dispute_means_nothing_and_an_unknown_status_is_kept_for_a_person() {
    let meaning = signal_of("charge.dispute.created", dispute("prevented")).unwrap().meaning;
    assert_eq!(meaning, Meaning::Nothing);
    for status in [json!("adjourned"), json!(null)] {
        let mut dispute = dispute("won");
        dispute["status"] = status;
        assert_eq!(refusal(signal_of("charge.dispute.closed", dispute)), ("not_understood", 200));
    }
}

#[test]
fn what_the_player_reported_the_bank_is_the_reason() {
    for (theirs, ours) in [
        (json!("fraudulent"), Reason::Fraud),
        (json!("debit_not_authorized"), Reason::Fraud),
        (json!("product_not_received"), Reason::NotReceived),
        (json!("product_unacceptable"), Reason::Defective),
        (json!("credit_not_processed"), Reason::Chargeback),
        (json!("duplicate"), Reason::Chargeback),
        (json!("general"), Reason::Chargeback),
        (json!("insufficient_funds"), Reason::Chargeback),
        (json!("subscription_canceled"), Reason::Chargeback),
        (json!("unrecognized"), Reason::Chargeback),
        (json!("of a later version"), Reason::Chargeback),
        (json!(null), Reason::Chargeback),
    ] {
        let mut dispute = dispute("lost");
        dispute["reason"] = theirs.clone();
        let (_, fact) = reported(signal_of("charge.dispute.closed", dispute));
        assert!(matches!(fact.what, FactKind::Refunded { reason, .. } if reason == Some(ours)), "{theirs}");
    }
}

#[test]
fn an_early_fraud_warning_is_a_request_while_it_is_actionable() {
    let warning = stripe().early_fraud_warning("issfr_1", "ch_1", ago(60));
    for event in ["created", "updated"] {
        let event_type = format!("radar.early_fraud_warning.{event}");
        let (key, fact) = reported(signal_of(&event_type, warning.clone()));
        assert_eq!((key, fact.at), (CaseKey::Order("ch_1".to_owned()), ago(60)));
        assert_eq!(
            fact.what,
            FactKind::Requested { deadline: None, reason: Some(Reason::Fraud), token: None }
        );
        assert_eq!(fact.about.purchase_token.as_deref(), Some("pi_1"));
        let mut over = warning.clone();
        over["actionable"] = json!(false);
        assert_eq!(signal_of(&event_type, over).unwrap().meaning, Meaning::Nothing);
    }
}
