use super::*;
use crate::model::{OrderDetails, ProductType, Store, Timestamp};

#[test]
fn names_are_the_same_in_rust_and_in_json() {
    for by in AttributedBy::ALL {
        assert_eq!(serde_json::to_value(by).unwrap(), by.as_str());
    }
    let mut sorted = AttributedBy::ALL.to_vec();
    sorted.sort_unstable();
    assert_eq!(sorted, AttributedBy::ALL, "strongest first");
}

#[test]
fn only_google_plays_renewals_have_a_base_order() {
    assert_eq!(base_order("GPA.1-2..0"), Some("GPA.1-2"));
    assert_eq!(base_order("GPA.1-2..17"), Some("GPA.1-2"));
    for id in ["GPA.1-2", "GPA.1-2..", "GPA.1-2..x", "T1..1", "GPA.1-2..99999999999"] {
        assert_eq!(base_order(id), None, "{id}");
    }
}

#[test]
fn a_family_has_every_id_once_and_marks_those_of_this_order() {
    let about = OrderDetails {
        order_id: Some("T2".to_owned()),
        original_id: Some("T1".to_owned()),
        web_order_line_item_id: Some("W".to_owned()),
        related_ids: ["R".to_owned()].into(),
        ..OrderDetails::default()
    };
    let restored = OrderDetails { order_id: Some("T3".to_owned()), ..about.clone() };
    let now = Timestamp::from_millis(0);
    let family = Family::of(&Store::AppStore, &about, [&restored], false, now);
    let ids: Vec<_> = family.ids().collect();
    assert_eq!(ids, [("T2", true), ("T3", true), ("R", false), ("T1", false), ("W", false)]);
    // Ids shared with a family member are no evidence of the buyer.
    let shared = OrderDetails { family_shared: true, ..about };
    let family = Family::of(&Store::AppStore, &shared, [], false, now);
    assert_eq!(family.ids().collect::<Vec<_>>(), [("T2", true)]);
}

#[test]
fn only_non_consumables_and_equal_line_items_are_one_purchase() {
    let with = |kind, original: &str, line_item: Option<&str>| OrderDetails {
        product_type: kind,
        original_id: Some(original.to_owned()),
        web_order_line_item_id: line_item.map(str::to_owned),
        ..OrderDetails::default()
    };
    let kept = Some(ProductType::NonConsumable);
    for (one, other, same) in [
        (with(kept, "T1", None), with(kept, "T1", None), true),
        (with(kept, "T1", None), with(kept, "T2", None), false),
        (with(kept, "T1", None), with(None, "T1", None), false),
        (
            with(Some(ProductType::Consumable), "T1", None),
            with(Some(ProductType::Consumable), "T1", None),
            false,
        ),
        (with(None, "T1", Some("W")), with(None, "T2", Some("W")), true),
        (with(None, "T1", Some("W")), with(None, "T1", Some("V")), false),
    ] {
        assert_eq!(is_same_purchase(&one, &other), same, "{one:?} {other:?}");
        assert_eq!(is_same_purchase(&other, &one), same);
    }
}
