//! Refunds that a store pushes without a reason: the game is notified at once, and a decision to alert or to block
//! waits for an inquiry, up to its deadline.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use super::default_rules::{rows, words};
use super::*;
use crate::model::{Happening, Initiator, InquiryState, ProductType};
use crate::stores::{ApiError, ExplainsRefunds, Explanation, StoreApi, UnexplainedRefund};

pub(super) const REFUND: EventKind = EventKind::Refund;
pub(super) const ALERT: EventKind = EventKind::Alert;
pub(super) const BLOCK: EventKind = EventKind::Block;
pub(super) const UNBLOCK: EventKind = EventKind::Unblock;

pub(super) const SECOND: i64 = 1000;

/// The store's next answers; with none left, it has no answer yet.
type Answer = Box<dyn Fn(&[UnexplainedRefund]) -> Explanation + Send>;

#[derive(Default)]
pub(super) struct Shop {
    answers: Mutex<VecDeque<Answer>>,
    queries: Mutex<Vec<Vec<UnexplainedRefund>>>,
    notifier: Mutex<Option<Sender<()>>>,
    /// Further apps with credentials.
    pub(super) more_apps: Mutex<Vec<String>>,
}

impl StoreApi for Shop {
    fn require_credentials(&self, _: &str, _: bool) -> Result<(), ApiError> {
        Ok(())
    }

    fn explains(&self) -> Option<&dyn ExplainsRefunds> {
        Some(self)
    }
}

impl ExplainsRefunds for Shop {
    fn apps(&self) -> Vec<String> {
        let mut apps = self.more_apps.lock().unwrap().clone();
        apps.push(place().app);
        apps
    }

    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], _: Timestamp) -> Explanation {
        assert!(self.apps().iter().any(|known| known == app), "{app}");
        self.queries.lock().unwrap().push(refunds.to_vec());
        if let Some(notifier) = &*self.notifier.lock().unwrap() {
            notifier.send(()).unwrap();
        }
        let next = self.answers.lock().unwrap().pop_front();
        next.map(|answer| answer(refunds)).unwrap_or_default()
    }
}

impl Shop {
    pub(super) fn answers(&self, answer: impl Fn(&[UnexplainedRefund]) -> Explanation + Send + 'static) {
        self.answers.lock().unwrap().push_back(Box::new(answer));
    }

    /// Confirms the void of the order "1", with the changes of `cause`.
    pub(super) fn answers_with(&self, cause: fn(&mut Fact)) {
        self.answers(move |refunds| Explanation {
            found: vec![(voided("listed", confirmed(cause)), b"{}".to_vec())],
            complete: refunds.iter().map(|refund| refund.refund).collect(),
            ..Explanation::default()
        });
    }

    pub(super) fn is_down(&self) {
        self.answers(|_| Explanation { fault: Some(down()), ..Explanation::default() });
    }

    pub(super) fn last_query(&self) -> Vec<UnexplainedRefund> {
        self.queries.lock().unwrap().last().cloned().unwrap_or_default()
    }

    pub(super) fn queries(&self) -> usize {
        self.queries.lock().unwrap().len()
    }
}

pub(super) fn down() -> ApiError {
    ApiError::Refused { status: 503, code: String::new(), message: "try later".to_owned(), retryable: true }
}

pub(super) fn confirmed(cause: fn(&mut Fact)) -> Fact {
    let mut fact = Fact { trust: Trust::Confirmed, ..refunded(order("1"), 0) };
    cause(&mut fact);
    fact
}

pub(super) fn voided(id: &str, fact: Fact) -> Signal {
    let mut signal = signal(id, CaseKey::Order(fact.about.order_id.clone().unwrap()), fact);
    signal.place = Place { store: Store::GooglePlay, environment: None, ..place() };
    signal
}

pub(super) struct InquirySetup {
    pub(super) fixture: Fixture,
    pub(super) shop: Arc<Shop>,
}

impl InquirySetup {
    pub(super) fn new() -> Self {
        Self::with("[]", "60s")
    }

    pub(super) fn with(policy: &str, wait: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let shop = Arc::new(Shop::default());
        let engine = open_with_inquiries(folder.path(), &clock, policy, wait, &shop, false);
        let fixture = Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) };
        Self { fixture, shop }
    }

    /// Bought so many days before.
    pub(super) fn bought(self, days: i64) -> Self {
        let purchased_at = Some(NOON.plus(Span::from_days(-days)));
        let purchase = Purchase { purchased_at, ..Purchase::new(Store::GooglePlay, "ann", "1") };
        self.fixture.engine.record_purchase(purchase).unwrap();
        self
    }

    pub(super) fn push(&self, id: &str) {
        self.fixture.engine.ingest_signal(voided(id, refunded(order("1"), 0)), b"{}").unwrap();
    }

    pub(super) fn pass(&self, millis: i64) -> usize {
        self.fixture.clock.advance(Span::from_millis(millis));
        self.fixture.engine.work_on_inquiries().unwrap()
    }

    pub(super) fn reopen(&mut self, policy: &str) {
        self.reopen_after(Span::from_millis(0), policy);
    }

    /// Closed for this long, without background work.
    pub(super) fn reopen_after(&mut self, closed_for: Span, policy: &str) {
        // The old engine releases the ledger before the new one checks whether it is alone.
        let elsewhere = tempfile::tempdir().unwrap();
        let other =
            open_with_inquiries(elsewhere.path(), &self.fixture.clock, "[]", "60s", &self.shop, false);
        drop(std::mem::replace(&mut self.fixture.engine, other));
        self.fixture.clock.advance(closed_for);
        self.fixture.engine = open_with_inquiries(
            self.fixture.folder.path(),
            &self.fixture.clock,
            policy,
            "60s",
            &self.shop,
            false,
        );
    }

    pub(super) fn rule(&self) -> String {
        self.fixture.refunds()[0].decision.clone().unwrap().rule
    }

    pub(super) fn state(&self) -> InquiryState {
        self.fixture.engine.order("1").unwrap().inquiries[0].state
    }
}

pub(super) fn open_with_inquiries(
    folder: &std::path::Path,
    clock: &Arc<ManualClock>,
    policy: &str,
    wait: &str,
    shop: &Arc<Shop>,
    background: bool,
) -> Engine {
    let text = format!(
        r#"{{"database":"ledger.db","policy":{policy},"inquiries":{{"wait":"{wait}"}},"reconcile":{{"off":true}}}}"#
    );
    let config = Config::from_json(text.as_bytes(), folder).unwrap();
    let shop = Arc::<Shop>::clone(shop);
    EngineOptions::new()
        .clock(Arc::clone(clock))
        .background(background)
        .api(Store::GooglePlay, shop)
        .open(config)
        .unwrap()
}

#[test]
fn an_answer_in_time_gives_the_same_events_as_a_cause_known_first() {
    for row in rows() {
        let setup = InquirySetup::new().bought(9);
        setup.push("pushed");
        assert_eq!(setup.fixture.kinds(), [REFUND], "{}: the game is notified at once", row.rule);
        assert!(!setup.fixture.engine.is_blocked("ann"));
        setup.shop.answers_with(row.cause);
        assert_eq!(setup.pass(SECOND), 1);
        let mut events = vec![REFUND];
        events.extend(setup.fixture.kinds());
        assert_eq!(events, row.first, "{}", row.rule);
        assert_eq!(setup.rule(), row.rule);
        assert_eq!(setup.fixture.engine.is_blocked("ann"), row.blocks);
        assert_eq!(setup.state(), InquiryState::Answered);
    }
}

#[test]
fn a_query_contains_all_that_is_known_about_the_order() {
    let setup = InquirySetup::new().bought(9);
    let about = OrderDetails {
        purchase_token: Some("tok".to_owned()),
        product_type: Some(ProductType::OneTime),
        ..order("1")
    };
    setup.fixture.engine.ingest_signal(voided("pushed", refunded(about, 7)), b"{}").unwrap();
    setup.pass(0);
    let queries = setup.shop.queries.lock().unwrap();
    let [refund] = &queries[0][..] else { panic!("{queries:?}") };
    assert_eq!((refund.refund, refund.at), (1, NOON.plus(Span::from_millis(7))));
    assert_eq!(refund.about.purchase_token.as_deref(), Some("tok"));
    assert_eq!(refund.about.product_type, Some(ProductType::OneTime));
}

#[test]
fn without_an_answer_the_refund_is_decided_at_the_deadline() {
    for (days, events, blocks) in [(9, &[ALERT, BLOCK][..], true), (1, &[ALERT], false)] {
        let setup = InquirySetup::new().bought(days);
        (0..9).for_each(|_| setup.shop.is_down());
        setup.push("pushed");
        assert_eq!(setup.fixture.kinds(), [REFUND]);
        for _ in 0..59 {
            setup.pass(SECOND);
            assert_eq!(setup.fixture.kinds(), [], "{days}");
            assert!(!setup.fixture.engine.is_blocked("ann"));
        }
        assert_eq!(setup.state(), InquiryState::Waiting);
        setup.pass(SECOND);
        assert_eq!(setup.fixture.kinds(), events, "{days}");
        assert_eq!(setup.fixture.engine.is_blocked("ann"), blocks);
        assert_eq!(setup.state(), InquiryState::Overdue);
        assert_eq!(setup.shop.queries(), 5, "after 1, 3, 7, 15 and 31 seconds");
    }
}

#[test]
fn an_answer_after_the_deadline_changes_the_decision_but_reverses_nothing() {
    for (days, at_deadline, later) in
        [(9, &[REFUND, ALERT, BLOCK][..], &[UNBLOCK][..]), (1, &[REFUND, ALERT], &[])]
    {
        let setup = InquirySetup::new().bought(days);
        setup.push("pushed");
        setup.pass(0);
        setup.pass(60 * SECOND);
        assert_eq!(setup.fixture.kinds(), at_deadline);
        setup
            .shop
            .answers_with(|fact| words(fact, Some(Reason::Unacknowledged), Some(Initiator::Store), None));
        assert_eq!(setup.pass(15 * 60 * SECOND), 1);
        assert_eq!(setup.fixture.kinds(), later, "{days}");
        assert_eq!(setup.rule(), "default: unacknowledged purchases do not count against the player");
        assert_eq!(setup.state(), InquiryState::Answered);
    }
}

#[test]
fn the_deadline_is_applied_without_a_call_to_work() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    setup.fixture.kinds();
    setup.fixture.clock.advance(Span::from_millis(60 * SECOND));
    // The writer's thread checks several times a second.
    assert!(setup.fixture.engine.wait(Duration::from_secs(20)));
    let mut kinds = setup.fixture.kinds();
    while kinds.len() < 2 {
        assert!(setup.fixture.engine.wait(Duration::from_secs(20)));
        kinds.extend(setup.fixture.kinds());
    }
    assert_eq!(kinds, [ALERT, BLOCK]);
    assert_eq!(setup.shop.queries(), 0);
}

#[test]
fn a_restart_keeps_waiting_decisions_and_their_deadlines() {
    let mut setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    setup.fixture.clock.advance(Span::from_millis(30 * SECOND));
    setup.reopen("[]");
    assert!(!setup.fixture.engine.is_blocked("ann"));
    setup.shop.answers_with(|fact| words(fact, Some(Reason::Other), Some(Initiator::Developer), None));
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), [REFUND]);
}

#[test]
fn a_killed_processs_query_is_repeated_at_the_next_start() {
    let mut setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    // The killed process had leased the inquiry, and received no answer.
    let now = setup.fixture.clock.now();
    let lease = || {
        let until = now.plus(Span::from_millis(300 * SECOND));
        setup.fixture.engine.ledger.writer.run(move |tx| tx.claim_inquiry(1, now, until)).unwrap()
    };
    assert!(lease());
    assert!(!lease(), "two processes both leased it");
    assert_eq!(setup.pass(SECOND), 0, "another process has leased it");
    setup.reopen("[]");
    setup.shop.answers_with(|fact| words(fact, Some(Reason::Remorse), Some(Initiator::Player), None));
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
}

#[test]
fn of_two_processes_on_one_ledger_one_sends_queries() {
    let setup = InquirySetup::new().bought(9);
    let other = open_with_inquiries(
        setup.fixture.folder.path(),
        &setup.fixture.clock,
        "[]",
        "60s",
        &setup.shop,
        false,
    );
    setup.push("pushed");
    let other = Mutex::new(other);
    setup.shop.answers(move |_| {
        // While one sends the query, the other checks for due ones.
        assert_eq!(other.lock().unwrap().work_on_inquiries().unwrap(), 0);
        Explanation::default()
    });
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.shop.queries(), 1);
}

#[test]
fn without_a_wait_the_refund_is_decided_at_once_and_still_queried() {
    let setup = InquirySetup::with("[]", "0s").bought(9);
    setup.push("pushed");
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
    setup.shop.answers_with(|fact| words(fact, Some(Reason::StoreFault), None, None));
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), [UNBLOCK]);
}

#[test]
fn a_reason_from_a_sweep_ends_the_wait_and_no_query_is_sent() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    let row = voided("swept", confirmed(|fact| words(fact, Some(Reason::Chargeback), None, None)));
    setup.fixture.engine.ingest_rows(vec![(row, b"{}".to_vec())], |_| Ok(())).unwrap();
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
    assert_eq!(setup.state(), InquiryState::Answered);
    assert_eq!((setup.pass(0), setup.shop.queries()), (0, 0));
}

#[test]
fn a_void_with_a_reason_or_a_repeated_one_is_not_queried() {
    let setup = InquirySetup::new().bought(9);
    let reported = because(refunded(order("1"), 0), Reason::Remorse);
    setup.fixture.engine.ingest_signal(voided("reported", reported), b"{}").unwrap();
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
    assert!(setup.fixture.engine.order("1").unwrap().inquiries.is_empty());

    let setup = InquirySetup::new().bought(9);
    setup.push("one");
    setup.shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    setup.pass(0);
    setup.push("two");
    setup.push("one");
    assert_eq!((setup.pass(SECOND), setup.fixture.kinds()), (0, vec![REFUND]));
}

#[test]
fn without_an_api_no_decision_waits() {
    let setup = InquirySetup::new();
    setup.fixture.engine.record_purchase(purchase("bob", "2")).unwrap();
    setup.fixture.ingest_order(refunded(order("2"), 0));
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
    assert!(setup.fixture.engine.order("2").unwrap().inquiries.is_empty());
}

#[test]
fn a_hint_is_queried_only_if_its_player_is_known() {
    let setup = InquirySetup::new();
    let hint = |id: &str| Fact { trust: Trust::Hint, ..refunded(order(id), 0) };
    setup.fixture.engine.ingest_signal(voided("a", hint("7")), b"{}").unwrap();
    assert!(setup.fixture.engine.order("7").unwrap().inquiries.is_empty());
    setup.fixture.engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "8")).unwrap();
    setup.fixture.engine.ingest_signal(voided("b", hint("8")), b"{}").unwrap();
    assert_eq!(setup.fixture.engine.order("8").unwrap().inquiries.len(), 1);
}

#[test]
fn a_player_found_during_an_inquiry_is_not_blocked_before_the_answer() {
    let setup = InquirySetup::new();
    setup.push("pushed");
    assert_eq!(setup.fixture.kinds(), [EventKind::Unattributed]);
    let setup = setup.bought(9);
    assert_eq!(setup.fixture.kinds(), [REFUND]);
    setup.shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    setup.pass(0);
    assert_eq!(setup.fixture.kinds(), []);
}

#[test]
fn the_purchase_may_identify_the_player() {
    let setup = InquirySetup::new();
    setup.push("pushed");
    setup.fixture.kinds();
    let tagged =
        Purchase { account_tag: Some("tag-1".to_owned()), ..Purchase::new(Store::GooglePlay, "ann", "9") };
    setup.fixture.engine.record_purchase(tagged).unwrap();
    setup.shop.answers(|refunds| {
        let about = OrderDetails { account_tag: Some("tag-1".to_owned()), ..order("1") };
        let mut purchase = voided("purchase", refunded(order("1"), 0));
        purchase.meaning = Meaning::Purchase(about);
        let listed =
            voided("listed", confirmed(|fact| words(fact, Some(Reason::Unacknowledged), None, None)));
        Explanation {
            found: vec![(purchase, b"{}".to_vec()), (listed, b"{}".to_vec())],
            complete: refunds.iter().map(|refund| refund.refund).collect(),
            ..Explanation::default()
        }
    });
    setup.pass(0);
    assert_eq!(setup.fixture.kinds(), [REFUND]);
    assert_eq!(setup.fixture.refunds()[0].user.as_deref(), Some("ann"));
}

#[test]
fn a_waiting_refund_is_decided_by_the_current_policy() {
    let mut setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    setup.reopen(r#"[{"name":"lenient","action":"alert"}]"#);
    setup.pass(60 * SECOND);
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT]);
    assert_eq!(setup.rule(), "lenient");
}

#[test]
fn a_decision_without_alert_or_block_does_not_wait() {
    for (action, events) in [("exclude", &[][..]), ("notify", &[REFUND]), ("record", &[REFUND])] {
        let setup =
            InquirySetup::with(&format!(r#"[{{"name":"mine","action":"{action}"}}]"#), "60s").bought(9);
        setup.push("pushed");
        assert_eq!(setup.fixture.kinds(), events);
        assert_eq!(setup.rule(), "mine");
    }
}

#[test]
fn during_an_inquiry_a_refund_counts_towards_no_other() {
    let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
                     {"name":"first","action":"record"}]"#;
    let setup = InquirySetup::with(policy, "60s").bought(9);
    setup.fixture.engine.record_purchase(purchase("ann", "2")).unwrap();
    setup.push("pushed");
    setup.fixture.ingest_order(refunded(order("2"), 5));
    assert!(!setup.fixture.engine.is_blocked("ann"), "a refund of unknown cause was counted");
    setup.shop.answers_with(|fact| words(fact, Some(Reason::Remorse), Some(Initiator::Player), None));
    setup.pass(SECOND);
    assert!(setup.fixture.engine.is_blocked("ann"));
}

#[test]
fn an_earlier_decision_stays_during_an_inquiry_about_a_further_part() {
    let setup = InquirySetup::new().bought(9);
    let piece = |at: i64, step| part(order("1"), at, Some(step), Extent::Part);
    setup.fixture.engine.ingest_signal(voided("a", piece(0, "a")), b"{}").unwrap();
    setup.pass(60 * SECOND);
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
    setup.fixture.engine.ingest_signal(voided("b", piece(5, "b")), b"{}").unwrap();
    assert_eq!(setup.fixture.kinds(), [REFUND], "still blocked, and the new part is notified");
    assert!(setup.fixture.engine.is_blocked("ann"));
}

#[test]
fn an_inquiry_fails_after_a_day_without_an_answer() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    let mut queries = 0;
    for _ in 0..(25 * 4) {
        queries += setup.pass(15 * 60 * SECOND);
    }
    assert_eq!(setup.state(), InquiryState::Failed);
    assert!((90..=100).contains(&queries), "{queries}");
    assert_eq!(setup.pass(Span::from_days(1).millis()), 0);
    // A sweep that finds the reason later still changes the decision.
    setup.fixture.kinds();
    let row = voided("swept", confirmed(|fact| words(fact, Some(Reason::Unacknowledged), None, None)));
    setup.fixture.engine.ingest_rows(vec![(row, b"{}".to_vec())], |_| Ok(())).unwrap();
    assert_eq!(setup.fixture.kinds(), [UNBLOCK]);
}

#[test]
fn a_clock_that_was_set_back_does_not_make_the_wait_longer() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    setup.fixture.clock.set(NOON.plus(Span::from_days(-30)));
    setup.fixture.engine.work_on_inquiries().unwrap();
    assert_eq!(setup.fixture.kinds(), [REFUND, ALERT, BLOCK]);
}

#[test]
fn the_background_sends_the_query_as_soon_as_the_void_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let shop = Arc::new(Shop::default());
    let (notifier, notified) = channel();
    *shop.notifier.lock().unwrap() = Some(notifier);
    shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    let engine = open_with_inquiries(folder.path(), &clock, "[]", "60s", &shop, true);
    engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "1")).unwrap();
    engine.ingest_signal(voided("pushed", refunded(order("1"), 0)), b"{}").unwrap();
    // The regular check is every ten seconds; this is sooner.
    notified.recv_timeout(Duration::from_secs(8)).unwrap();
    engine.close().unwrap();
    drop(engine);
    let engine = open_with_inquiries(folder.path(), &clock, "[]", "60s", &shop, false);
    assert_eq!(engine.order("1").unwrap().inquiries[0].state, InquiryState::Answered);
    assert!(!engine.is_blocked("ann"));
}

#[test]
fn the_journal_records_the_query_and_its_outcome() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    setup.pass(60 * SECOND);
    setup.shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    setup.pass(15 * 60 * SECOND);
    let journal = setup.fixture.engine.order("1").unwrap().journal;
    let entries: Vec<_> = journal
        .into_iter()
        .map(|entry| entry.what)
        .filter(|what| {
            matches!(
                what,
                Happening::InquiryOpened { .. }
                    | Happening::InquiryOverdue
                    | Happening::InquirySettled { .. }
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            Happening::InquiryOpened { deadline: NOON.plus(Span::from_millis(60 * SECOND)) },
            Happening::InquiryOverdue,
            Happening::InquirySettled { state: InquiryState::Answered, error: None },
        ]
    );
}
