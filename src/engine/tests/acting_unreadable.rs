//! Actions whose rows this version cannot read.

use super::super::store_actions::StoreRequest;
use super::store_calls::*;
use super::*;
use crate::model::{ActionId, Happening, RefundOrder, ReviewState, StoreActionState, StoreAnswer};

/// A store with three waiting actions, of which the first row was edited.
fn edited(by: &str) -> (Shop, Engine) {
    let shop = Shop::new(Default::default());
    let engine = shop.open();
    for n in 1..=3 {
        let payment = format!("ch_{n}");
        let order = RefundOrder::Stripe { app: "main".to_owned(), payment, amount: None, reason: None };
        engine.write_action(StoreRequest::Refund(order), "eve", "bug 7", None).unwrap();
    }
    edit(&shop, by);
    (shop, engine)
}

fn edit(shop: &Shop, by: &str) {
    let sql = format!("UPDATE actions SET {by} WHERE id = 1");
    assert_eq!(another_program::change(&shop.folder.path().join("ledger.db"), &sql), 1);
}

/// State and answer, even if the rest of the row is unreadable.
fn verdict(shop: &Shop, id: ActionId) -> (String, String) {
    let sql = format!("SELECT state, answer FROM actions WHERE id = {id}");
    let rows = another_program::rows(&shop.folder.path().join("ledger.db"), &sql);
    (rows[0][0].clone(), rows[0][1].clone())
}

/// Damage to a row, the column that the error names, and whether the row is still readable.
const DAMAGE: [(&str, &str, bool); 5] = [
    ("request = '{}'", "request", true),
    ("request = '{\"store\":\"nowhere\"}'", "request", true),
    ("request = 'no JSON'", "request", false),
    ("kind = 'dance'", "kind", false),
    ("answer = '{\"result\":\"hm\"}'", "answer", false),
];

#[test]
fn an_unreadable_action_is_settled_and_the_others_continue() {
    for (by, column, is_row_readable) in DAMAGE {
        let (shop, engine) = edited(by);
        assert_eq!(engine.work_on_actions().unwrap(), 3, "{by}");
        let (state, answer) = verdict(&shop, 1);
        assert_eq!(state, "failed", "{by}");
        assert!(answer.contains(column) && answer.contains("never sent"), "{by}: {answer}");
        for id in 2..=3 {
            assert_eq!(engine.action(id).unwrap().unwrap().state, StoreActionState::Done, "{by}");
        }
        assert_eq!(shop.stores.sent().len(), 2, "{by}");
        assert_eq!(engine.work_on_actions().unwrap(), 0, "{by}");
        if is_row_readable {
            let action = engine.action(1).unwrap().unwrap();
            assert!(matches!(action.answer, Some(StoreAnswer::Error { code, .. }) if code == "unreadable"));
            let journal = engine.order("ch_1").unwrap().journal;
            let reported = journal.iter().any(|entry| matches!(entry.what, Happening::ActionAnswered { .. }));
            assert!(reported, "{by}: {journal:?}");
        }
    }
}

#[test]
fn an_unreadable_action_that_may_have_been_sent_is_unknown() {
    for (by, _, _) in DAMAGE {
        let shop = Shop::new(FakeStores::answering([Err(timeout())]));
        let engine = shop.open();
        engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
        edit(&shop, by);
        shop.after(Span::from_hours(1));
        assert_eq!(engine.work_on_actions().unwrap(), 1, "{by}");
        let (state, answer) = verdict(&shop, 1);
        assert_eq!(state, "unknown", "{by}");
        assert!(answer.contains("may have been sent"), "{by}: {answer}");
        assert_eq!(shop.stores.sent().len(), 1, "{by}");
    }
}

#[test]
fn an_action_that_is_being_sent_is_left_to_its_sender() {
    for (by, _, _) in DAMAGE {
        let shop = Shop::new(Default::default());
        let engine = shop.open();
        let (row, _) = engine.write_action(StoreRequest::Refund(stripe()), "eve", "bug 7", None).unwrap();
        engine.claim(row).unwrap().unwrap();
        edit(&shop, by);
        assert_eq!(engine.work_on_actions().unwrap(), 0, "{by}");
        assert_eq!(verdict_state(&shop), "sending", "{by}");
    }
}

fn verdict_state(shop: &Shop) -> String {
    let sql = "SELECT state FROM actions WHERE id = 1";
    another_program::rows(&shop.folder.path().join("ledger.db"), sql)[0][0].clone()
}

#[test]
fn work_on_an_unreadable_refund_waits_and_other_work_and_sweeps_continue() {
    let (shop, swept) = (Shop::new(Default::default()), Arc::new(super::sweeps::Shop::new()));
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, shop.folder.path()).unwrap();
    let stores: Arc<FakeStores> = Arc::clone(&shop.stores);
    let listed = Arc::<super::sweeps::Shop>::clone(&swept);
    let options = EngineOptions::new().clock(Arc::clone(&shop.clock)).background(false);
    let engine = options.calls(stores).api(Store::AppStore, listed).open(config).unwrap();
    let mut reported = signal("n1", CaseKey::Order("ch_1".to_owned()), refunded(order("ch_1"), 0));
    reported.place.store = Store::Stripe;
    engine.ingest_signal(reported, b"{}").unwrap();
    for payment in ["ch_1", "ch_2"].map(str::to_owned) {
        let order = RefundOrder::Stripe { app: "main".to_owned(), payment, amount: None, reason: None };
        engine.write_action(StoreRequest::Refund(order), "eve", "bug 7", None).unwrap();
    }
    let ledger = shop.folder.path().join("ledger.db");
    assert_eq!(another_program::change(&ledger, "UPDATE refunds SET folded = 'no JSON'"), 1);
    assert_eq!(engine.work().unwrap_err().code(), "ledger_unreadable");
    let states = [1, 2].map(|id| engine.action(id).unwrap().unwrap().state);
    assert_eq!(states, [StoreActionState::Written, StoreActionState::Done]);
    assert_eq!((shop.stores.sent().len(), swept.calls().len()), (1, 1));
}

/// A store with two apps. While it lists refunds, another process writes an action.
struct Busy {
    process: Engine,
    pages: std::sync::atomic::AtomicUsize,
}

impl crate::stores::StoreApi for Busy {
    fn require_credentials(&self, _: &str, _: bool) -> Result<(), crate::stores::ApiError> {
        Ok(())
    }

    fn sweeps(&self) -> Option<crate::stores::SweptBy<'_>> {
        Some(crate::stores::SweptBy::List(self))
    }
}

impl crate::stores::Sweeps for Busy {
    fn apps(&self) -> Vec<String> {
        ["one", "two"].map(str::to_owned).to_vec()
    }

    fn window(&self, _: &str, _: Timestamp) -> Span {
        Span::from_days(30)
    }

    fn overlap(&self) -> Span {
        Span::from_days(1)
    }

    fn page(
        &self,
        app: &str,
        _: (Timestamp, Timestamp),
        _: Option<&str>,
        _: Timestamp,
    ) -> Result<crate::stores::SweepPage, crate::stores::ApiError> {
        self.pages.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let payment = format!("ch_{app}");
        let order = RefundOrder::Stripe { app: "main".to_owned(), payment, amount: None, reason: None };
        self.process.write_action(StoreRequest::Refund(order), "eve", "bug 7", None).unwrap();
        Ok(Default::default())
    }
}

/// Refunds of a payment with an unreadable refund, and of others.
fn refunds_with_one_unreadable(shop: &Shop, engine: &Engine, count: usize) {
    let mut reported = signal("n1", CaseKey::Order("ch_0".to_owned()), refunded(order("ch_0"), 0));
    reported.place.store = Store::Stripe;
    engine.ingest_signal(reported, b"{}").unwrap();
    for n in 0..count {
        let payment = format!("ch_{n}");
        let order = RefundOrder::Stripe { app: "main".to_owned(), payment, amount: None, reason: None };
        engine.write_action(StoreRequest::Refund(order), "eve", "bug 7", None).unwrap();
    }
    let ledger = shop.folder.path().join("ledger.db");
    assert_eq!(another_program::change(&ledger, "UPDATE refunds SET folded = 'no JSON'"), 1);
}

#[test]
fn waiting_work_delays_no_sweep_and_due_work_is_done_after_each_page() {
    let shop = Shop::new(Default::default());
    let busy = Arc::new(Busy { process: shop.open(), pages: Default::default() });
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, shop.folder.path()).unwrap();
    let stores: Arc<FakeStores> = Arc::clone(&shop.stores);
    let listed = Arc::<Busy>::clone(&busy);
    let options = EngineOptions::new().clock(Arc::clone(&shop.clock)).background(false);
    let engine = options.calls(stores).api(Store::AppStore, listed).open(config).unwrap();
    refunds_with_one_unreadable(&shop, &engine, 1);
    assert_eq!(engine.work().unwrap_err().code(), "ledger_unreadable");
    assert_eq!(busy.pages.load(std::sync::atomic::Ordering::SeqCst), 2, "an app was not swept");
    assert_eq!(shop.stores.sent().len(), 2, "what became due during a sweep was not done");
}

#[test]
fn a_round_starts_nothing_after_its_limit_even_with_waiting_actions() {
    let shop = Shop::new(Default::default());
    let engine = shop.open();
    refunds_with_one_unreadable(&shop, &engine, 130);
    assert_eq!(engine.work_on_actions().unwrap_err().code(), "ledger_unreadable");
    assert_eq!(shop.stores.sent().len(), 64);
}

#[test]
fn the_review_of_an_unreadable_answer_is_missed() {
    for (by, _, _) in DAMAGE {
        let shop = Shop::new(Default::default());
        let engine = shop.open();
        let deadline = Some(engine.now().plus(Span::from_hours(12)));
        let what = FactKind::Requested { deadline, reason: None, token: None };
        let request = Fact { at: engine.now(), what, trust: Trust::Signed, about: order("1") };
        engine.ingest_signal(signal("n1", CaseKey::Order("1".to_owned()), request), b"{}").unwrap();
        let report = serde_json::from_str(r#"{"consent":true}"#).unwrap();
        engine.report_consumption(ConsumptionOf::Order("1"), report).unwrap();
        edit(&shop, by);
        assert_eq!(engine.work_on_actions().unwrap(), 1, "{by}");
        let review = engine.reviews(&Default::default(), None, 10).unwrap().items.remove(0);
        assert_eq!(review.state, ReviewState::Missed, "{by}");
        assert!(shop.stores.sent().is_empty(), "{by}");
    }
}

#[test]
fn an_unreadable_review_delays_no_other() {
    for damage in [
        "UPDATE reviews SET answer = 'hm' WHERE id = 1",
        "UPDATE refunds SET folded = 'no JSON' WHERE id = 1",
    ] {
        let mut shop = Shop::new(Default::default());
        shop.rules = r#"[{"name":"mine","answer":"decline"}]"#.to_owned();
        let engine = shop.open();
        for n in ["1", "2"] {
            let deadline = Some(NOON.plus(Span::from_hours(12)));
            let what = FactKind::Requested { deadline, reason: None, token: Some("pending".to_owned()) };
            let request = Fact { at: NOON, what, trust: Trust::Signed, about: order(n) };
            let mut request = signal(n, CaseKey::Order(n.to_owned()), request);
            request.place.store = Store::GooglePlay;
            engine.ingest_signal(request, b"{}").unwrap();
        }
        let ledger = shop.folder.path().join("ledger.db");
        assert_eq!(another_program::change(&ledger, damage), 1, "{damage}");
        shop.after(Span::from_millis(11 * 3_600_000 + 60_000));
        assert_eq!(engine.work_on_reviews().unwrap_err().code(), "ledger_unreadable", "{damage}");
        assert_eq!(only_action(&engine).order_id, "2", "{damage}");
    }
}
