//! `recoup reconcile`, as far as words go: what it finds is `lost_webhooks`'s.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use recoup::{Clock as _, SystemClock};
use serde_json::json;

use crate::session::assert_session;
use crate::shop::{Run, Shop, recoup};
use crate::support::http_server::{HttpServer, Reply, answer};

#[test]
fn a_store_without_credentials_is_named_with_its_key() {
    let shop = Shop::new();
    let mut session = shop.session();
    for store in recoup::Store::ALL {
        let run = session.run(&format!("--json reconcile {store}"));
        assert_eq!((run.code, run.error_code().as_str()), (1, "api_not_configured"), "{store}");
    }
    session.run("reconcile\n--json reconcile");
    assert_session!("reconcile_without_credentials", session);
}

/// Ctrl-C, as a terminal sends it.
#[cfg(unix)]
fn interrupt(child: &std::process::Child) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_is_resumed_by_the_next() {
    // A page and then no answer; once it answers again, the rest.
    let speaks = Arc::new(AtomicBool::new(false));
    let (speaking, created) = (Arc::clone(&speaks), SystemClock.now().secs() - 3600);
    let stripe = HttpServer::start(move |_, request| match request.line.contains("starting_after") {
        true if !speaking.load(Ordering::SeqCst) => Reply::Silence,
        more => {
            let n = usize::from(more);
            let refund = json!({"id": format!("re_{n}"), "object": "refund", "amount": 499, "currency": "usd",
                "charge": format!("ch_{n}"), "created": created, "status": "succeeded"});
            let is_refunds = request.line.contains("/refunds");
            let data = if is_refunds { json!([refund]) } else { json!([]) };
            let page = json!({"object": "list", "data": data, "has_more": is_refunds && !more});
            answer(200, &page.to_string())
        }
    });
    let shop = Shop::new();
    let mut config = shop.config();
    config["stripe"] = json!([{
        "name": "web shop", "webhook_secrets": ["whsec_0123456789abcdef0123456789abcdef"],
        "api_key": "rk_live_51abcdefghwxyz", "api_url": stripe.url().expose(),
    }]);
    shop.file("recoup.json", config.to_string());
    let mut child = recoup(&["reconcile", "stripe"])
        .current_dir(shop.folder.path())
        .env("RECOUP_CONFIG", "recoup.json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !stripe.received().iter().any(|request| request.line.contains("starting_after")) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before its second page");
        std::thread::yield_now();
    }
    interrupt(&child);
    assert!(!child.wait().unwrap().success());
    let before = stripe.received().len();
    speaks.store(true, Ordering::SeqCst);
    let run: Run = shop.run(&["reconcile", "stripe"]);
    assert_eq!(run.code, 0, "{run:?}");
    let refunds = shop.run(&["--json", "refunds"]).json();
    assert_eq!(refunds["items"].as_array().unwrap().len(), 2, "{refunds}");
    // Until its charge is known it could be the release of an authorisation; the charge makes it a refund.
    assert!(run.stdout.contains(" 0 new, 1 changed"), "{run:?}");
    // From where it was, and then what came since.
    assert!(stripe.received()[before].line.contains("starting_after=re_0"), "{:?}", stripe.received());
}
