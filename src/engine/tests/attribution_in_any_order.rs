//! In whatever order records and messages arrive: if no two players have a claim, the same player is found by the
//! same evidence, and the same users are blocked.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Record(Purchase),
    Bought(Store, OrderDetails),
    Refunded(Store, Fact),
}

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

/// Three App Store transactions and three Google Play renewals of ann's, one of each of bob's; recorded with any of
/// their ids, in any field.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = 0..3usize;
    let apple = |number: usize| OrderDetails {
        original_id: text("T0"),
        web_order_line_item_id: Some(format!("W{number}")),
        ..order(&format!("T{number}"))
    };
    let google = |number: usize| OrderDetails {
        purchase_token: text("tok"),
        product_type: Some(ProductType::Subscription),
        ..order(if number == 0 { "GPA.1" } else { ["", "GPA.1..0", "GPA.1..1"][number] })
    };
    let bobs = |store: &Store| match store {
        Store::AppStore => OrderDetails { original_id: text("B0"), ..order("B0") },
        _ => OrderDetails { purchase_token: text("bobs"), ..order("GPA.2") },
    };
    let details = (any::<bool>(), number, any::<bool>()).prop_map(move |(is_apple, number, is_bobs)| {
        let store = if is_apple { Store::AppStore } else { Store::GooglePlay };
        let about = match (is_bobs && number == 0, is_apple) {
            (true, _) => bobs(&store),
            (false, true) => apple(number),
            (false, false) => google(number),
        };
        (store, about)
    });
    let user = |about: &OrderDetails| {
        let is_bobs = about.order_id.as_deref().is_some_and(|id| id.starts_with('B') || id == "GPA.2");
        if is_bobs { "bob" } else { "ann" }
    };
    let record = (details.clone(), 0..4usize, 0..3usize).prop_map(move |((store, about), which, field)| {
        let ids = [&about.order_id, &about.original_id, &about.purchase_token, &about.web_order_line_item_id];
        let id = ids[which].clone().or_else(|| about.order_id.clone());
        let mut purchase = Purchase { order_id: None, ..Purchase::new(store, user(&about), "") };
        match field {
            0 => purchase.order_id = id,
            1 => purchase.purchase_token = id,
            _ => purchase.original_id = id,
        }
        Step::Record(purchase)
    });
    let bought = details.clone().prop_map(|(store, about)| Step::Bought(store, about));
    let refund = (details, 0..3i64, any::<bool>()).prop_map(|((store, about), at, undone)| {
        let fact = if undone { reversed(about, at + 5) } else { refunded(about, at) };
        Step::Refunded(store, fact)
    });
    proptest::collection::vec(prop_oneof![3 => record, 1 => bought, 4 => refund], 1..9)
}

fn end_state(steps: &[Step]) -> Vec<String> {
    let fixture = Fixture::new("[]");
    for step in steps {
        match step {
            Step::Record(purchase) => drop(fixture.engine.record_purchase(purchase.clone()).unwrap()),
            Step::Bought(store, about) => fixture.ingest_purchase_of(store.clone(), about.clone()),
            Step::Refunded(store, fact) => drop(fixture.ingest_order_of(store.clone(), fact.clone())),
        }
    }
    let mut state: Vec<String> = fixture
        .refunds()
        .iter()
        .map(|refund| {
            assert!(refund.claimants.is_empty(), "{refund:?}");
            let about = &refund.case.about;
            format!(
                "{:?} {:?} {:?} {:?} {:?}",
                (&about.order_id, &about.purchase_token, &about.original_id),
                refund.user,
                refund.attributed_by,
                (refund.case.state, refund.case.at),
                refund.decision
            )
        })
        .collect();
    state.sort();
    for user in ["ann", "bob"] {
        state.push(format!("{user} blocked: {}", fixture.engine.is_blocked(user)));
    }
    state
}

fn shuffled() -> impl Strategy<Value = (Vec<Step>, Vec<Step>)> {
    steps().prop_flat_map(|steps| {
        let repeated: Vec<Step> = steps.iter().chain(&steps).cloned().collect();
        (Just(steps), Just(repeated).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_player_is_found_by_the_same_evidence((steps, shuffled) in shuffled()) {
        prop_assert_eq!(end_state(&steps), end_state(&shuffled));
    }
}
