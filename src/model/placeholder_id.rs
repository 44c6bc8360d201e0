//! Placeholders that stores and games write where there is no id.

/// Whether a text is a placeholder: empty, or `0`, which the App Store writes for an id that a transaction lacks, and
/// games for a number that was never set. Orders that share it are unrelated.
pub(crate) fn is_placeholder(id: &str) -> bool {
    matches!(id, "" | "0")
}

/// The id, unless it is a placeholder.
pub(crate) fn real_id(text: &Option<String>) -> Option<String> {
    text.clone().filter(|id| !is_placeholder(id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::signal::BadId;
    use super::super::{
        BadMessage, BadPurchase, CaseKey, CustomMessage, Environment, Extent, Fact, FactKind, Meaning,
        OrderDetails, Place, Purchase, Signal, Store, Timestamp, Trust,
    };

    type Member = fn(&mut Purchase) -> &mut Option<String>;

    fn text(id: &str) -> Option<String> {
        Some(id.to_owned())
    }

    fn with_each_id(id: &str) -> OrderDetails {
        OrderDetails {
            order_id: text(id),
            purchase_token: text(id),
            original_id: text(id),
            web_order_line_item_id: text(id),
            app_transaction_id: text(id),
            linked_token: text(id),
            latest_order_id: text(id),
            related_ids: BTreeSet::from([id.to_owned()]),
            ..OrderDetails::default()
        }
    }

    fn signal(meaning: Meaning) -> Signal {
        Signal {
            place: Place {
                store: Store::AppStore,
                app: "com.example.game".to_owned(),
                environment: Some(Environment::Production),
            },
            notification_id: "n-1".to_owned(),
            name: "REFUND".to_owned(),
            at: Timestamp::from_secs(1),
            meaning,
        }
    }

    fn refund(key: CaseKey, about: OrderDetails) -> Signal {
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        };
        let fact = Fact { at: Timestamp::from_secs(1), what, trust: Trust::Signed, about };
        signal(Meaning::Case { key, fact })
    }

    #[test]
    fn a_placeholder_id_is_dropped_from_every_signal() {
        for id in ["", "0"] {
            let meanings: [fn(OrderDetails) -> Meaning; 3] =
                [Meaning::Purchase, Meaning::Order, |about| Meaning::ConsentRescinded { about }];
            for meaning in meanings {
                let whole = signal(meaning(with_each_id(id))).whole_ids().unwrap();
                assert_eq!(whole.meaning, meaning(OrderDetails::default()), "{id:?}");
            }
            let order = CaseKey::Order("T1".to_owned());
            let whole = refund(order.clone(), with_each_id(id)).whole_ids().unwrap();
            assert_eq!(whole, refund(order, OrderDetails::default()), "{id:?}");
        }
        let named = OrderDetails { account_tag: text("0"), ..with_each_id("00") };
        let whole = signal(Meaning::Purchase(named.clone())).whole_ids().unwrap();
        assert_eq!(whole.meaning, Meaning::Purchase(named));
    }

    #[test]
    fn a_refund_with_a_placeholder_order_id_is_identified_by_its_token_or_not_understood() {
        for id in ["", "0"] {
            let order = CaseKey::Order(id.to_owned());
            let about =
                OrderDetails { order_id: text(id), purchase_token: text("t"), ..OrderDetails::default() };
            match refund(order.clone(), about).whole_ids().unwrap().meaning {
                Meaning::Case { key, .. } => {
                    assert_eq!(key, CaseKey::Token { token: "t".to_owned(), same_within_millis: None });
                }
                other => panic!("{other:?}"),
            }
            let refused = refund(order, with_each_id(id)).whole_ids();
            assert_eq!(refused, Err(BadId::PlaceholderId("order_id")));
            let token = CaseKey::Token { token: id.to_owned(), same_within_millis: None };
            let refused = refund(token, OrderDetails::default()).whole_ids();
            assert_eq!(refused, Err(BadId::PlaceholderId("purchase_token")));
        }
    }

    #[test]
    fn a_purchase_with_a_placeholder_id_is_refused() {
        let purchase = || Purchase::new(Store::AppStore, "ann", "T1");
        assert_eq!(purchase().check(), Ok(()));
        let fields: [(&str, Member); 5] = [
            ("order_id", |purchase| &mut purchase.order_id),
            ("purchase_token", |purchase| &mut purchase.purchase_token),
            ("original_id", |purchase| &mut purchase.original_id),
            ("web_order_line_item_id", |purchase| &mut purchase.web_order_line_item_id),
            ("linked_token", |purchase| &mut purchase.linked_token),
        ];
        for (field, member) in fields {
            let mut zero = purchase();
            *member(&mut zero) = text("0");
            assert_eq!(zero.check(), Err(BadPurchase::PlaceholderId { field }));
            *member(&mut zero) = text("");
            assert_eq!(zero.check(), Err(BadPurchase::Empty { field }));
        }
        let tagged = Purchase { account_tag: text("0"), ..purchase() };
        assert_eq!(tagged.check(), Ok(()));
    }

    fn message(fact: &str) -> CustomMessage {
        let text = format!(
            r#"{{"store":"custom:samsung","app":"a","notification_id":"0","name":"R","at":1,"fact":{fact}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_custom_stores_message_with_a_placeholder_id_is_refused() {
        let about = |about: &str| {
            message(&format!(
                r#"{{"at":1,"what":"refunded","extent":"full","trust":"signed","about":{about}}}"#
            ))
        };
        assert!(about(r#"{"order_id":"1","account_tag":"0"}"#).signal().is_ok());
        for field in ["order_id", "purchase_token", "original_id", "linked_token", "latest_order_id"] {
            let refused = about(
                &format!(r#"{{"order_id":"1","{field}":"0"}}"#)
                    .replace(r#""order_id":"1","order_id""#, r#""order_id""#),
            );
            assert_eq!(refused.signal(), Err(BadMessage::PlaceholderId { field }));
        }
        let related = about(r#"{"order_id":"1","related_ids":["0"]}"#);
        assert_eq!(related.signal(), Err(BadMessage::PlaceholderId { field: "related_ids" }));
    }

    #[test]
    fn a_custom_stores_message_has_no_negative_amount() {
        let with = |extent: &str, price: i64| {
            message(&format!(
                r#"{{"at":1,"what":"refunded","extent":{extent},"trust":"signed",
                    "about":{{"order_id":"1","price":{{"micros":{price},"currency":"USD"}}}}}}"#
            ))
            .signal()
            .map(drop)
        };
        assert_eq!(with(r#""full""#, 0), Ok(()));
        let negative = |field| Err(BadMessage::Negative { field, value: -1 });
        assert_eq!(with(r#""full""#, -1), negative("price.micros"));
        for kind in ["amount", "total_amount"] {
            let extent = format!(r#"{{"{kind}":{{"micros":-1,"currency":"USD"}}}}"#);
            assert_eq!(with(&extent, 1), negative("extent.micros"));
        }
    }
}
