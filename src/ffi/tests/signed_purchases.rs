//! Purchases by what the client holds of them, as C hands them in.

use super::super::purchases::*;
use super::super::signed_purchases::*;
use super::*;
use crate::model::Timestamp;
use crate::testing::OneStore;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// An engine for an app of ONE Store, whose keys are the quickest to make.
struct Shop {
    server: Server,
    store: OneStore,
}

impl Shop {
    fn new() -> Self {
        let store = OneStore::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = serde_json::json!({
            "database": "ledger.db",
            "one_store": [{ "client_id": store.client_id, "license_key": store.license_key().unwrap() }],
        });
        let config = config.to_string();
        let ((config, config_len), (base, base_len)) =
            (parts(&config), parts(folder.path().to_str().unwrap()));
        let mut engine = null_mut();
        // SAFETY: pointers to what is on this stack.
        let status =
            unsafe { recoup_engine_open(config, config_len, base, base_len, &raw mut engine, null_mut()) };
        assert_eq!(status, RECOUP_STATUS_OK);
        Self { server: Server { engine, folder }, store }
    }

    fn record(
        &self,
        (store, user): (&str, &str),
        (data, signature): (&str, Option<&str>),
        more: Option<&recoup_purchase>,
    ) -> Result<recoup_purchase_outcome, (recoup_status, String)> {
        let ((store, store_len), (user, user_len), (data, data_len)) =
            (parts(store), parts(user), parts(data));
        let (signature, signature_len) = signature.map_or((null(), 0), parts);
        let (mut outcome, mut error) = (99, null_mut());
        // SAFETY: a live engine, and pointers to what is on this stack or NULL where that is allowed.
        let status = unsafe {
            recoup_engine_record_signed_purchase(
                self.server.engine,
                store,
                store_len,
                user,
                user_len,
                data,
                data_len,
                signature,
                signature_len,
                more.map_or(null(), std::ptr::from_ref),
                &raw mut outcome,
                &raw mut error,
            )
        };
        if status == RECOUP_STATUS_OK {
            return Ok(outcome);
        }
        assert_eq!(outcome, 99, "an outcome beside a failure");
        Err((status, take_code(error)))
    }

    fn signed(&self, purchase_id: &str) -> (String, String) {
        let data = self.store.purchase_data(purchase_id, NOW).to_string();
        let signature = self.store.sign(data.as_bytes()).unwrap();
        (data, signature)
    }
}

fn empty_purchase() -> recoup_purchase {
    recoup_purchase {
        struct_size: u32::try_from(size_of::<recoup_purchase>()).unwrap(),
        // SAFETY: integers and pointers may be zero.
        ..unsafe { std::mem::zeroed() }
    }
}

#[test]
fn a_signed_purchase_is_recorded_with_the_stores_ids_and_the_games_grants() {
    let shop = Shop::new();
    let (data, signature) = shop.signed("P1");
    let grants = [recoup_grant { item: view("gem"), quantity: 100 }];
    let more = recoup_purchase {
        environment: RECOUP_ENVIRONMENT_PRODUCTION,
        product_type: RECOUP_PRODUCT_CONSUMABLE,
        price_micros: 4_900_000_000,
        price_currency: view("KRW"),
        country: view("KR"),
        grants: grants.as_ptr(),
        grant_count: 1,
        ..empty_purchase()
    };
    let signed = (data.as_str(), Some(signature.as_str()));
    assert_eq!(shop.record(("one-store", "ann"), signed, Some(&more)), Ok(RECOUP_PURCHASE_RECORDED));
    assert_eq!(shop.record(("one-store", "ann"), signed, None), Ok(RECOUP_PURCHASE_ALREADY_RECORDED));
    let mut recorded = shop.server.user_json("ann")["purchases"][0].clone();
    recorded.as_object_mut().unwrap().remove("recorded_at").unwrap();
    assert_eq!(
        recorded,
        serde_json::json!({
            "store": "one-store", "user": "ann", "app": "com.example.game", "environment": "production",
            "order_id": "P1", "purchase_token": "token-of-P1", "product": "gems_100", "product_type": "consumable",
            "quantity": 1, "price": {"micros": 4_900_000_000_i64, "currency": "KRW"},
            "purchased_at": NOW.millis(), "country": "KR", "grants": [{"item": "gem", "quantity": 100}],
        })
    );
    let thief = shop.record(("one-store", "mallory"), signed, None);
    assert_eq!(thief, Err((RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER, "purchase_of_another_user".to_owned())));
}

#[test]
fn a_refused_purchase_has_the_reason() {
    let shop = Shop::new();
    let (data, signature) = shop.signed("P1");
    let signature = Some(signature.as_str());
    let rejected = |code: &str| Err((RECOUP_STATUS_REJECTED, code.to_owned()));
    let invalid = |code: &str| Err((RECOUP_STATUS_INVALID_ARGUMENT, code.to_owned()));
    let invented = data.replace("P1", "P2");
    assert_eq!(shop.record(("one-store", "ann"), (&invented, signature), None), rejected("bad_signature"));
    assert_eq!(shop.record(("one-store", "ann"), (&data, None), None), rejected("missing_signature"));
    assert_eq!(shop.record(("one-store", "ann"), ("", signature), None), rejected("truncated"));
    assert_eq!(shop.record(("stripe", "ann"), (&data, signature), None), rejected("no_signed_purchase"));
    assert_eq!(
        shop.record(("google-play", "ann"), (&data, signature), None),
        rejected("store_not_configured")
    );
    assert_eq!(shop.record(("corner-shop", "ann"), (&data, signature), None), invalid("unknown_store"));
    assert_eq!(shop.record(("one-store", ""), (&data, signature), None), invalid("bad_text"));
}

#[test]
fn the_host_cannot_repeat_the_stores_members() {
    let shop = Shop::new();
    let (data, signature) = shop.signed("P1");
    let signed = (data.as_str(), Some(signature.as_str()));
    for more in [
        recoup_purchase { order_id: view("P9"), ..empty_purchase() },
        recoup_purchase { user: view("ann"), ..empty_purchase() },
        recoup_purchase { quantity: 1, ..empty_purchase() },
        recoup_purchase { purchased_at_ms: 1, ..empty_purchase() },
        recoup_purchase { expires_at_ms: 1, ..empty_purchase() },
        recoup_purchase { repays: 1, ..empty_purchase() },
        recoup_purchase { country: view("kr"), ..empty_purchase() },
        recoup_purchase { environment: 9, ..empty_purchase() },
    ] {
        let refused = shop.record(("one-store", "ann"), signed, Some(&more));
        assert_eq!(refused, Err((RECOUP_STATUS_INVALID_ARGUMENT, "bad_purchase".to_owned())));
    }
    let sizeless = recoup_purchase { struct_size: 0, ..empty_purchase() };
    let refused = shop.record(("one-store", "ann"), signed, Some(&sizeless));
    assert_eq!(refused, Err((RECOUP_STATUS_INVALID_ARGUMENT, "struct_size".to_owned())));
}
