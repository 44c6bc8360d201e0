//! The calls doing what they say.

use super::*;
use crate::ffi::blocks::*;
use crate::ffi::events::*;
use crate::ffi::poll::*;
use crate::ffi::purchases::*;
use crate::ffi::queries::*;
use crate::ffi::version::{recoup_version, recoup_version_number};
use crate::ffi::views::Terminated;

fn poll(server: &Server) -> (Vec<recoup_event>, serde_json::Value) {
    // SAFETY: all bytes zero is a value of it.
    let mut events: [recoup_event; 8] = unsafe { std::mem::zeroed() };
    events[0].struct_size = 304;
    let (mut count, mut details) = (0, null_mut());
    // SAFETY: a live engine and eight events of the size in the first.
    let status = unsafe {
        recoup_engine_poll(
            server.engine,
            events.as_mut_ptr(),
            8,
            &raw mut count,
            &raw mut details,
            null_mut(),
        )
    };
    assert_eq!(status, RECOUP_STATUS_OK);
    (events[..count].to_vec(), take_json(details))
}

#[test]
fn a_block_by_hand_is_seen_reported_and_acknowledged_once() {
    let server = Server::new();
    assert!(!server.is_blocked("ann"));
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    assert!(server.is_blocked("ann"));
    let (events, details) = poll(&server);
    assert_eq!(events.len(), 1);
    assert_eq!(details[0]["block"]["cause"]["why"], "botting");
    let event = &events[0];
    assert_eq!((event.kind, event.refund_id, event.attempt), (RECOUP_EVENT_BLOCK, 0, 1));
    assert!(event.at_ms > 1_700_000_000_000);
    assert_eq!(read(recoup_string { data: event.user.as_ptr(), len: 3 }), "ann");
    assert_eq!(event.user_len, 3);
    for _ in 0..2 {
        // SAFETY: a live engine.
        let status = unsafe { recoup_engine_ack(server.engine, event.id, null_mut()) };
        assert_eq!(status, RECOUP_STATUS_OK);
    }
    assert_eq!(poll(&server).0.len(), 0);
    // SAFETY: a live engine.
    let status = unsafe { recoup_engine_ack(server.engine, event.id + 1, null_mut()) };
    assert_eq!(status, RECOUP_STATUS_NOT_FOUND);
}

#[test]
fn unblocking_returns_how_many_blocks_ended() {
    let server = Server::new();
    for _ in 0..2 {
        assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    }
    let ((user, user_len), (who, who_len)) = (parts("ann"), parts("support"));
    let mut ended = 99;
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe {
        recoup_engine_unblock(
            server.engine,
            user,
            user_len,
            who,
            who_len,
            who,
            who_len,
            &raw mut ended,
            null_mut(),
        )
    };
    assert_eq!((status, ended), (RECOUP_STATUS_OK, 2));
    assert!(!server.is_blocked("ann"));
}

#[test]
fn a_negative_duration_and_a_nameless_user_are_refused() {
    let server = Server::new();
    assert_eq!(server.block(""), RECOUP_STATUS_INVALID_ARGUMENT);
    let (user, len) = parts("ann");
    let mut error = null_mut();
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe {
        recoup_engine_block(server.engine, user, len, -1, user, len, user, len, null_mut(), &raw mut error)
    };
    assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_INVALID_ARGUMENT, "bad_duration"));
}

fn record(server: &Server, purchase: &recoup_purchase) -> Result<recoup_purchase_outcome, String> {
    let (mut outcome, mut error) = (99, null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status =
        unsafe { recoup_engine_record_purchase(server.engine, purchase, &raw mut outcome, &raw mut error) };
    if status == RECOUP_STATUS_OK {
        return Ok(outcome);
    }
    assert_eq!(outcome, 99, "an outcome beside a failure");
    Err(take_code(error))
}

#[test]
fn a_purchase_arrives_with_all_its_members() {
    let server = Server::new();
    let grants = [recoup_grant { item: view("gem"), quantity: 100 }];
    let purchase = recoup_purchase {
        struct_size: u32::try_from(size_of::<recoup_purchase>()).unwrap(),
        environment: RECOUP_ENVIRONMENT_SANDBOX,
        product_type: RECOUP_PRODUCT_NON_RENEWING_SUBSCRIPTION,
        quantity: 2,
        price_micros: 4_990_000,
        purchased_at_ms: 1_790_000_000_123,
        expires_at_ms: 1_790_000_000_456,
        repays: 0,
        store: view("app-store"),
        user: view("ann"),
        app: view("com.example.game"),
        order_id: view("2000"),
        purchase_token: view("token"),
        original_id: view("1000"),
        account_tag: view("tag"),
        linked_token: view("older"),
        product: view("gems_100"),
        price_currency: view("usd"),
        grants: grants.as_ptr(),
        grant_count: 1,
        web_order_line_item_id: view("line"),
        country: view("KR"),
    };
    assert_eq!(record(&server, &purchase), Ok(RECOUP_PURCHASE_RECORDED));
    assert_eq!(record(&server, &purchase), Ok(RECOUP_PURCHASE_ALREADY_RECORDED));
    let thief = recoup_purchase { user: view("mallory"), ..purchase };
    assert_eq!(record(&server, &thief), Err("purchase_of_another_user".to_owned()));
    let mut recorded = server.user_json("ann")["purchases"][0].clone();
    recorded.as_object_mut().unwrap().remove("recorded_at").unwrap();
    assert_eq!(
        recorded,
        serde_json::json!({
            "store": "app-store", "user": "ann", "app": "com.example.game", "environment": "sandbox",
            "order_id": "2000", "purchase_token": "token", "original_id": "1000", "account_tag": "tag",
            "linked_token": "older", "web_order_line_item_id": "line", "product": "gems_100", "product_type": "non_renewing_subscription",
            "quantity": 2, "price": {"micros": 4_990_000, "currency": "USD"},
            "purchased_at": 1_790_000_000_123_i64, "expires_at": 1_790_000_000_456_i64, "country": "KR",
            "grants": [{"item": "gem", "quantity": 100}],
        })
    );
    for bad in [
        recoup_purchase { environment: 9, ..purchase },
        recoup_purchase { product_type: -1, ..purchase },
        recoup_purchase { price_currency: view("dollars"), ..purchase },
        recoup_purchase { country: view("Korea"), ..purchase },
    ] {
        assert_eq!(record(&server, &bad), Err("bad_purchase".to_owned()));
    }
    let unknown = recoup_purchase { repays: 9, order_id: view("3000"), ..purchase };
    assert_eq!(record(&server, &unknown), Err("unknown_refund".to_owned()));
    let nowhere = recoup_purchase { store: view("corner-shop"), ..purchase };
    assert_eq!(record(&server, &nowhere), Err("unknown_store".to_owned()));
}

#[test]
fn purchases_come_as_json_too_one_or_many() {
    let server = Server::new();
    for (json, expected) in [
        (r#" {"store":"google-play","user":"ann","order_id":"GPA.1"}"#, Ok(1)),
        (
            r#"[{"store":"google-play","user":"ann","order_id":"GPA.1"},
                {"store":"google-play","user":"bob","order_id":"GPA.2"}]"#,
            Ok(1),
        ),
        (
            r#"{"store":"google-play","user":"ann","order_id":"GPA.3","purchased_at":"2026-01-31T12:00:00Z"}"#,
            Ok(1),
        ),
        (r#"{"store":"google-play","user":"ann","order_id":"GPA.4","purchased_at":1769860800000}"#, Ok(1)),
        (r#"{"store":"google-play","user":"ann","order_id":"GPA.5","purchased_at":"noon"}"#, Err("bad_json")),
        ("[]", Ok(0)),
        (r#"[{"store":"google-play","user":"ann"}]"#, Err("bad_purchase")),
        (r#"[{"store":"google-play","store":"app-store"}]"#, Err("bad_json")),
        ("purchases", Err("bad_json")),
        (r#"[{"stoer":"google-play"}]"#, Err("bad_json")),
    ] {
        let ((data, len), mut new, mut error) = (parts(json), 99, null_mut());
        // SAFETY: a live engine, and pointers to what is on this stack.
        let status = unsafe {
            recoup_engine_record_purchases_json(server.engine, data, len, &raw mut new, &raw mut error)
        };
        let recorded = if status == RECOUP_STATUS_OK { Ok(new) } else { Err(take_code(error)) };
        assert_eq!(recorded, expected.map_err(str::to_owned), "{json}");
    }
}

#[test]
fn queries_answer_with_json() {
    let server = Server::new();
    let mut text = null_mut();
    for (filter, status) in [
        ("", RECOUP_STATUS_OK),
        (r#"{"user":"ann"}"#, RECOUP_STATUS_OK),
        ("{", RECOUP_STATUS_INVALID_ARGUMENT),
    ] {
        let (data, len) = parts(filter);
        // SAFETY: a live engine, and pointers to what is on this stack.
        let answered = unsafe {
            recoup_engine_query_refunds(server.engine, data, len, 0, 10, &raw mut text, null_mut())
        };
        assert_eq!(answered, status, "{filter}");
        if status == RECOUP_STATUS_OK {
            assert_eq!(take_json(text), serde_json::json!({"items": [], "next": null}));
        }
    }
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe { recoup_engine_query_refund(server.engine, 1, &raw mut text, null_mut()) };
    assert_eq!(status, RECOUP_STATUS_NOT_FOUND);
}

#[test]
fn returned_text_has_no_nul_but_the_one_behind_it() {
    assert_eq!(read(Terminated::new("a\0b".to_owned()).view()), "a\u{fffd}b");
    // SAFETY: a NUL-terminated text that is static.
    let version = unsafe { std::ffi::CStr::from_ptr(recoup_version()) };
    assert_eq!(version.to_str().unwrap(), env!("CARGO_PKG_VERSION"));
    let number = recoup_version_number();
    assert_eq!(
        format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000),
        env!("CARGO_PKG_VERSION")
    );
}

#[test]
fn an_account_tag_is_a_uuid_and_a_purchase_moves() {
    use crate::ffi::attribution::*;

    let server = Server::new();
    let ((store, store_len), (user, user_len)) = (parts("google-play"), parts("ann"));
    let mut tag = null_mut();
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe {
        recoup_engine_account_tag(server.engine, store, store_len, user, user_len, &raw mut tag, null_mut())
    };
    assert_eq!(status, RECOUP_STATUS_OK);
    // SAFETY: a live text, freed once.
    unsafe {
        assert_eq!(recoup_text_view(tag).len, 36);
        recoup_text_free(tag);
    }

    let move_to = |order: &str, to: &str, error: *mut *mut recoup_error| {
        let ((order, order_len), (to, to_len), (who, who_len)) = (parts(order), parts(to), parts("support"));
        let mut json = null_mut();
        // SAFETY: as above; no store: any.
        let status = unsafe {
            recoup_engine_transfer_purchase(
                server.engine,
                null(),
                0,
                order,
                order_len,
                to,
                to_len,
                who,
                who_len,
                who,
                who_len,
                &raw mut json,
                error,
            )
        };
        (status, json)
    };
    // SAFETY: all zero is a purchase.
    let mut purchase: recoup_purchase = unsafe { std::mem::zeroed() };
    purchase.struct_size = u32::try_from(size_of::<recoup_purchase>()).unwrap();
    (purchase.store, purchase.user, purchase.order_id) = (view("google-play"), view("ann"), view("GPA.1"));
    assert_eq!(record(&server, &purchase), Ok(RECOUP_PURCHASE_RECORDED));
    let (status, json) = move_to("GPA.1", "bob", null_mut());
    assert_eq!(status, RECOUP_STATUS_OK);
    let moved = take_json(json);
    assert_eq!(
        (&moved["from"], &moved["to"], &moved["purchases"]),
        (&"ann".into(), &"bob".into(), &1.into())
    );
    let mut error = null_mut();
    let (status, _) = move_to("GPA.9", "bob", &raw mut error);
    assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_NOT_FOUND, "unknown_order"));
    purchase.user = view("a\nb");
    assert_eq!(record(&server, &purchase), Err("bad_purchase".to_owned()));
}
