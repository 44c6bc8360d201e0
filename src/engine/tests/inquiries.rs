//! Refunds that a store pushes without a reason: the game is notified at once, and a decision to alert or to block waits
//! for the store's answer, but not without end.

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

/// What a store answers next; with nothing left, that it has nothing to say yet.
type Answer = Box<dyn Fn(&[UnexplainedRefund]) -> Explanation + Send>;

#[derive(Default)]
pub(super) struct Shop {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Vec<UnexplainedRefund>>>,
    heard: Mutex<Option<Sender<()>>>,
    /// Apps that it can be asked about beside the first.
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
        self.asked.lock().unwrap().push(refunds.to_vec());
        if let Some(heard) = &*self.heard.lock().unwrap() {
            heard.send(()).unwrap();
        }
        let next = self.answers.lock().unwrap().pop_front();
        next.map(|answer| answer(refunds)).unwrap_or_default()
    }
}

impl Shop {
    pub(super) fn answers(&self, answer: impl Fn(&[UnexplainedRefund]) -> Explanation + Send + 'static) {
        self.answers.lock().unwrap().push_back(Box::new(answer));
    }

    /// Confirms the void of the order "1", with what `cause` puts on it.
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

    pub(super) fn asked_last(&self) -> Vec<UnexplainedRefund> {
        self.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
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

pub(super) struct Asking {
    pub(super) bench: Bench,
    pub(super) shop: Arc<Shop>,
}

impl Asking {
    pub(super) fn new() -> Self {
        Self::with("[]", "60s")
    }

    pub(super) fn with(policy: &str, wait: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let shop = Arc::new(Shop::default());
        let engine = open_asking(folder.path(), &clock, policy, wait, &shop, false);
        let bench = Bench { folder, clock, engine, notifications: std::cell::Cell::new(0) };
        Self { bench, shop }
    }

    /// Bought so many days before.
    pub(super) fn bought(self, days: i64) -> Self {
        let purchased_at = Some(NOON.plus(Span::from_days(-days)));
        let purchase = Purchase { purchased_at, ..Purchase::new(Store::GooglePlay, "ann", "1") };
        self.bench.engine.record_purchase(purchase).unwrap();
        self
    }

    pub(super) fn push(&self, id: &str) {
        self.bench.engine.take(voided(id, refunded(order("1"), 0)), b"{}").unwrap();
    }

    pub(super) fn pass(&self, millis: i64) -> usize {
        self.bench.clock.advance(Span::from_millis(millis));
        self.bench.engine.work_on_inquiries().unwrap()
    }

    pub(super) fn reopen(&mut self, policy: &str) {
        self.reopen_after(Span::from_millis(0), policy);
    }

    /// Closed for so long: nobody looks at the clock meanwhile.
    pub(super) fn reopen_after(&mut self, closed_for: Span, policy: &str) {
        // The old one lets go of the ledger before the new one looks whether it is alone.
        let elsewhere = tempfile::tempdir().unwrap();
        let other = open_asking(elsewhere.path(), &self.bench.clock, "[]", "60s", &self.shop, false);
        drop(std::mem::replace(&mut self.bench.engine, other));
        self.bench.clock.advance(closed_for);
        self.bench.engine =
            open_asking(self.bench.folder.path(), &self.bench.clock, policy, "60s", &self.shop, false);
    }

    pub(super) fn rule(&self) -> String {
        self.bench.refunds()[0].decision.clone().unwrap().rule
    }

    pub(super) fn state(&self) -> InquiryState {
        self.bench.engine.order("1").unwrap().inquiries[0].state
    }
}

pub(super) fn open_asking(
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
fn with_an_answer_in_time_every_default_rule_sends_the_same_events_as_with_the_cause_known_first() {
    for row in rows() {
        let asking = Asking::new().bought(9);
        asking.push("pushed");
        assert_eq!(asking.bench.kinds(), [REFUND], "{}: the game is notified at once", row.rule);
        assert!(!asking.bench.engine.is_blocked("ann"));
        asking.shop.answers_with(row.cause);
        assert_eq!(asking.pass(SECOND), 1);
        let mut events = vec![REFUND];
        events.extend(asking.bench.kinds());
        assert_eq!(events, row.first, "{}", row.rule);
        assert_eq!(asking.rule(), row.rule);
        assert_eq!(asking.bench.engine.is_blocked("ann"), row.blocks);
        assert_eq!(asking.state(), InquiryState::Answered);
    }
}

#[test]
fn what_the_store_is_asked_about_is_all_that_is_known_of_the_order() {
    let asking = Asking::new().bought(9);
    let about = OrderDetails {
        purchase_token: Some("tok".to_owned()),
        product_type: Some(ProductType::OneTime),
        ..order("1")
    };
    asking.bench.engine.take(voided("pushed", refunded(about, 7)), b"{}").unwrap();
    asking.pass(0);
    let asked = asking.shop.asked.lock().unwrap();
    let [refund] = &asked[0][..] else { panic!("{asked:?}") };
    assert_eq!((refund.refund, refund.at), (1, NOON.plus(Span::from_millis(7))));
    assert_eq!(refund.about.purchase_token.as_deref(), Some("tok"));
    assert_eq!(refund.about.product_type, Some(ProductType::OneTime));
}

#[test]
fn without_an_answer_the_refund_is_decided_at_the_deadline_by_what_is_known() {
    for (days, events, blocks) in [(9, &[ALERT, BLOCK][..], true), (1, &[ALERT], false)] {
        let asking = Asking::new().bought(days);
        (0..9).for_each(|_| asking.shop.is_down());
        asking.push("pushed");
        assert_eq!(asking.bench.kinds(), [REFUND]);
        for _ in 0..59 {
            asking.pass(SECOND);
            assert_eq!(asking.bench.kinds(), [], "{days}");
            assert!(!asking.bench.engine.is_blocked("ann"));
        }
        assert_eq!(asking.state(), InquiryState::Waiting);
        asking.pass(SECOND);
        assert_eq!(asking.bench.kinds(), events, "{days}");
        assert_eq!(asking.bench.engine.is_blocked("ann"), blocks);
        assert_eq!(asking.state(), InquiryState::Overdue);
        assert_eq!(asking.shop.asked(), 5, "after 1, 3, 7, 15 and 31 seconds");
    }
}

#[test]
fn an_answer_after_the_deadline_still_changes_the_decision_and_gives_nothing_back() {
    for (days, at_deadline, later) in
        [(9, &[REFUND, ALERT, BLOCK][..], &[UNBLOCK][..]), (1, &[REFUND, ALERT], &[])]
    {
        let asking = Asking::new().bought(days);
        asking.push("pushed");
        asking.pass(0);
        asking.pass(60 * SECOND);
        assert_eq!(asking.bench.kinds(), at_deadline);
        asking
            .shop
            .answers_with(|fact| words(fact, Some(Reason::Unacknowledged), Some(Initiator::Store), None));
        assert_eq!(asking.pass(15 * 60 * SECOND), 1);
        assert_eq!(asking.bench.kinds(), later, "{days}");
        assert_eq!(asking.rule(), "default: unacknowledged purchases do not count against the player");
        assert_eq!(asking.state(), InquiryState::Answered);
    }
}

#[test]
fn the_deadline_passes_without_anybody_asking() {
    let asking = Asking::new().bought(9);
    asking.push("pushed");
    asking.bench.kinds();
    asking.bench.clock.advance(Span::from_millis(60 * SECOND));
    // The writer's own thread looks several times a second.
    assert!(asking.bench.engine.wait(Duration::from_secs(20)));
    let mut kinds = asking.bench.kinds();
    while kinds.len() < 2 {
        assert!(asking.bench.engine.wait(Duration::from_secs(20)));
        kinds.extend(asking.bench.kinds());
    }
    assert_eq!(kinds, [ALERT, BLOCK]);
    assert_eq!(asking.shop.asked(), 0);
}

#[test]
fn a_restart_keeps_what_is_waited_for_and_until_when() {
    let mut asking = Asking::new().bought(9);
    asking.push("pushed");
    asking.bench.clock.advance(Span::from_millis(30 * SECOND));
    asking.reopen("[]");
    assert!(!asking.bench.engine.is_blocked("ann"));
    asking.shop.answers_with(|fact| words(fact, Some(Reason::Other), Some(Initiator::Developer), None));
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), [REFUND]);
}

#[test]
fn what_a_killed_process_was_asking_is_asked_again_at_the_next_start() {
    let mut asking = Asking::new().bought(9);
    asking.push("pushed");
    // As far as the killed process came: it had leased the inquiry, and no answer.
    let now = asking.bench.clock.now();
    let lease = || {
        let until = now.plus(Span::from_millis(300 * SECOND));
        asking.bench.engine.ledger.writer.run(move |tx| tx.claim_inquiry(1, now, until)).unwrap()
    };
    assert!(lease());
    assert!(!lease(), "two processes that saw it due at once both ask");
    assert_eq!(asking.pass(SECOND), 0, "another process is asking");
    asking.reopen("[]");
    asking.shop.answers_with(|fact| words(fact, Some(Reason::Remorse), Some(Initiator::Player), None));
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
}

#[test]
fn of_two_processes_on_one_ledger_one_asks() {
    let asking = Asking::new().bought(9);
    let other =
        open_asking(asking.bench.folder.path(), &asking.bench.clock, "[]", "60s", &asking.shop, false);
    asking.push("pushed");
    let other = Mutex::new(other);
    asking.shop.answers(move |_| {
        // While the one asks, the other looks for what is due.
        assert_eq!(other.lock().unwrap().work_on_inquiries().unwrap(), 0);
        Explanation::default()
    });
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.shop.asked(), 1);
}

#[test]
fn with_no_wait_the_refund_is_decided_at_once_and_asked_about_all_the_same() {
    let asking = Asking::with("[]", "0s").bought(9);
    asking.push("pushed");
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
    asking.shop.answers_with(|fact| words(fact, Some(Reason::StoreFault), None, None));
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), [UNBLOCK]);
}

#[test]
fn a_reason_from_a_sweep_ends_the_wait_and_nobody_is_asked() {
    let asking = Asking::new().bought(9);
    asking.push("pushed");
    let row = voided("swept", confirmed(|fact| words(fact, Some(Reason::Chargeback), None, None)));
    asking.bench.engine.take_rows(vec![(row, b"{}".to_vec())], |_| Ok(())).unwrap();
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
    assert_eq!(asking.state(), InquiryState::Answered);
    assert_eq!((asking.pass(0), asking.shop.asked()), (0, 0));
}

#[test]
fn a_void_that_says_why_or_comes_again_is_not_asked_about() {
    let asking = Asking::new().bought(9);
    let reported = because(refunded(order("1"), 0), Reason::Remorse);
    asking.bench.engine.take(voided("reported", reported), b"{}").unwrap();
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
    assert!(asking.bench.engine.order("1").unwrap().inquiries.is_empty());

    let asking = Asking::new().bought(9);
    asking.push("one");
    asking.shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    asking.pass(0);
    asking.push("two");
    asking.push("one");
    assert_eq!((asking.pass(SECOND), asking.bench.kinds()), (0, vec![REFUND]));
}

#[test]
fn of_a_store_that_cannot_be_asked_nothing_waits() {
    let asking = Asking::new();
    asking.bench.engine.record_purchase(purchase("bob", "2")).unwrap();
    asking.bench.take_order(refunded(order("2"), 0));
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
    assert!(asking.bench.engine.order("2").unwrap().inquiries.is_empty());
}

#[test]
fn a_hint_is_asked_about_only_where_its_player_is_known() {
    let asking = Asking::new();
    let hint = |id: &str| Fact { trust: Trust::Hint, ..refunded(order(id), 0) };
    asking.bench.engine.take(voided("a", hint("7")), b"{}").unwrap();
    assert!(asking.bench.engine.order("7").unwrap().inquiries.is_empty());
    asking.bench.engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "8")).unwrap();
    asking.bench.engine.take(voided("b", hint("8")), b"{}").unwrap();
    assert_eq!(asking.bench.engine.order("8").unwrap().inquiries.len(), 1);
}

#[test]
fn a_player_who_becomes_known_while_it_is_asked_about_is_not_blocked_before_the_answer() {
    let asking = Asking::new();
    asking.push("pushed");
    assert_eq!(asking.bench.kinds(), [EventKind::Unattributed]);
    let asking = asking.bought(9);
    assert_eq!(asking.bench.kinds(), [REFUND]);
    asking.shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    asking.pass(0);
    assert_eq!(asking.bench.kinds(), []);
}

#[test]
fn the_purchase_may_name_the_player() {
    let asking = Asking::new();
    asking.push("pushed");
    asking.bench.kinds();
    let tagged =
        Purchase { account_tag: Some("tag-1".to_owned()), ..Purchase::new(Store::GooglePlay, "ann", "9") };
    asking.bench.engine.record_purchase(tagged).unwrap();
    asking.shop.answers(|refunds| {
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
    asking.pass(0);
    assert_eq!(asking.bench.kinds(), [REFUND]);
    assert_eq!(asking.bench.refunds()[0].user.as_deref(), Some("ann"));
}

#[test]
fn what_waits_is_decided_under_the_policy_of_the_day() {
    let mut asking = Asking::new().bought(9);
    asking.push("pushed");
    asking.reopen(r#"[{"name":"lenient","action":"alert"}]"#);
    asking.pass(60 * SECOND);
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT]);
    assert_eq!(asking.rule(), "lenient");
}

#[test]
fn what_the_operator_neither_alerts_nor_blocks_for_does_not_wait() {
    for (action, events) in [("exclude", &[][..]), ("notify", &[REFUND]), ("record", &[REFUND])] {
        let asking = Asking::with(&format!(r#"[{{"name":"mine","action":"{action}"}}]"#), "60s").bought(9);
        asking.push("pushed");
        assert_eq!(asking.bench.kinds(), events);
        assert_eq!(asking.rule(), "mine");
    }
}

#[test]
fn while_it_is_asked_about_a_refund_counts_towards_no_other() {
    let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
                     {"name":"first","action":"record"}]"#;
    let asking = Asking::with(policy, "60s").bought(9);
    asking.bench.engine.record_purchase(purchase("ann", "2")).unwrap();
    asking.push("pushed");
    asking.bench.take_order(refunded(order("2"), 5));
    assert!(!asking.bench.engine.is_blocked("ann"), "a refund of unknown cause was counted");
    asking.shop.answers_with(|fact| words(fact, Some(Reason::Remorse), Some(Initiator::Player), None));
    asking.pass(SECOND);
    assert!(asking.bench.engine.is_blocked("ann"));
}

#[test]
fn what_was_decided_before_is_not_taken_back_while_a_further_part_is_asked_about() {
    let asking = Asking::new().bought(9);
    let piece = |at: i64, step| part(order("1"), at, Some(step), Extent::Part);
    asking.bench.engine.take(voided("a", piece(0, "a")), b"{}").unwrap();
    asking.pass(60 * SECOND);
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
    asking.bench.engine.take(voided("b", piece(5, "b")), b"{}").unwrap();
    assert_eq!(asking.bench.kinds(), [REFUND], "still blocked, and the new part is notified");
    assert!(asking.bench.engine.is_blocked("ann"));
}

#[test]
fn a_day_without_an_answer_ends_the_asking() {
    let asking = Asking::new().bought(9);
    asking.push("pushed");
    let mut asked = 0;
    for _ in 0..(25 * 4) {
        asked += asking.pass(15 * 60 * SECOND);
    }
    assert_eq!(asking.state(), InquiryState::Failed);
    assert!((90..=100).contains(&asked), "{asked}");
    assert_eq!(asking.pass(Span::from_days(1).millis()), 0);
    // A sweep that finds the reason later still changes the decision.
    asking.bench.kinds();
    let row = voided("swept", confirmed(|fact| words(fact, Some(Reason::Unacknowledged), None, None)));
    asking.bench.engine.take_rows(vec![(row, b"{}".to_vec())], |_| Ok(())).unwrap();
    assert_eq!(asking.bench.kinds(), [UNBLOCK]);
}

#[test]
fn a_clock_that_was_set_back_does_not_make_the_wait_longer() {
    let asking = Asking::new().bought(9);
    asking.push("pushed");
    asking.bench.clock.set(NOON.plus(Span::from_days(-30)));
    asking.bench.engine.work_on_inquiries().unwrap();
    assert_eq!(asking.bench.kinds(), [REFUND, ALERT, BLOCK]);
}

#[test]
fn the_engines_own_thread_asks_as_soon_as_the_void_comes() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let shop = Arc::new(Shop::default());
    let (heard, hears) = channel();
    *shop.heard.lock().unwrap() = Some(heard);
    shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    let engine = open_asking(folder.path(), &clock, "[]", "60s", &shop, true);
    engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "1")).unwrap();
    engine.take(voided("pushed", refunded(order("1"), 0)), b"{}").unwrap();
    // It looks every ten seconds by itself; this is before that.
    hears.recv_timeout(Duration::from_secs(8)).unwrap();
    engine.close().unwrap();
    drop(engine);
    let engine = open_asking(folder.path(), &clock, "[]", "60s", &shop, false);
    assert_eq!(engine.order("1").unwrap().inquiries[0].state, InquiryState::Answered);
    assert!(!engine.is_blocked("ann"));
}

#[test]
fn the_journal_says_what_was_asked_and_what_came_of_it() {
    let asking = Asking::new().bought(9);
    asking.push("pushed");
    asking.pass(60 * SECOND);
    asking.shop.answers_with(|fact| words(fact, Some(Reason::Unacknowledged), None, None));
    asking.pass(15 * 60 * SECOND);
    let journal = asking.bench.engine.order("1").unwrap().journal;
    let said: Vec<_> = journal
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
        said,
        [
            Happening::InquiryOpened { deadline: NOON.plus(Span::from_millis(60 * SECOND)) },
            Happening::InquiryOverdue,
            Happening::InquirySettled { state: InquiryState::Answered, error: None },
        ]
    );
}
