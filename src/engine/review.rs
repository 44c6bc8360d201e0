//! Answering stores that ask about refund requests: once, in time, by the operator's rules, with what the host reports.

use super::Engine;
use super::act::{StoreRequest, Written, check_text, journal, random_key, write};
use super::change::Change;
use crate::error::Error;
use crate::ledger::{ActionRow, Answered, Case, LedgerError, NewEntry};
use crate::model::{
    ActionId, CaseState, Consumption, CountedRefund, Delivery, Environment, EventKind, Fact, Happening,
    MilliPercent, Page, Place, ProductType, RefundId, RefundPreference, RefundView, Review, ReviewAnswer,
    ReviewCase, ReviewFigures, ReviewFilter, ReviewOutcome, ReviewReply, ReviewState, Span, Store,
    StoreActionState, StoreAnswer, StoreState, Timestamp, Trust, What, counts,
};

/// The most uses of an order that one report has: Google Play refuses more.
pub const MAX_USAGE: usize = 1000;

/// When Google Play is answered without a report, before the deadline: late enough for the host to have had its time,
/// and with room for a store that cannot be reached at once.
const LAST_CALL: Span = Span::from_hours(1);

/// How many questions one transaction looks at: other callers wait meanwhile.
const AT_ONCE: i64 = 64;

/// How long an answer is tried where the store named no deadline.
const WITHOUT_DEADLINE: Span = Span::from_hours(12);

/// What a report of consumption is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsumptionOf<'a> {
    /// The order of this refund, such as a `review` event names it.
    Refund(RefundId),
    /// An order, by the store's id, also before any store has asked: App Store transaction id, Google Play order id.
    Order(&'a str),
}

impl Engine {
    /// Reports how far an order was used and whether the player lets the store know, before a store asks or when the
    /// `review` event says that one did. What is reported later replaces what was reported before. Returns the store's
    /// latest question about the order, where there is one; where it is open, it is answered by the rules, soon after
    /// this call and not in it. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownReview`] where there is no such refund, or its store told no order; [`Error::TooMany`] for more
    /// than [`MAX_USAGE`] uses; [`Error::BadAction`] for a share above 100 000; [`Error::Ledger`].
    pub fn report_consumption(
        &self,
        of: ConsumptionOf<'_>,
        report: Consumption,
    ) -> Result<Option<ReviewCase>, Error> {
        if report.usage.len() > MAX_USAGE {
            return Err(Error::TooMany { what: "uses", count: report.usage.len(), limit: MAX_USAGE });
        }
        if let Some(consumed) = report.consumed.filter(|consumed| *consumed > MilliPercent::WHOLE) {
            let problem =
                format!("consumed is {}, and must be 0 to 100000 thousandths of a percent", consumed.get());
            return Err(Error::BadAction { problem });
        }
        let order = match of {
            ConsumptionOf::Order(order) => order.to_owned(),
            ConsumptionOf::Refund(id) => self
                .refund(id)?
                .ok_or_else(|| Error::UnknownReview { what: format!("there is no refund {id}") })?
                .case
                .about
                .order_id
                .ok_or_else(|| Error::UnknownReview {
                    what: format!("of refund {id} no order id is known, and stores are answered by order id"),
                })?,
        };
        check_text("order", &order)?;
        let send_key = random_key()?;
        self.change(move |change| Ok(change.report_consumption(&order, &report, &send_key)?))
    }

    /// Stores' questions about refund requests, newest first; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn reviews(
        &self,
        filter: &ReviewFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<ReviewCase>, Error> {
        self.page(after, limit, |read, before, limit| read.reviews(filter, before, limit), |review| review.id)
    }

    /// What came of the questions that stores asked since then. Reads all of them.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn review_figures(&self, since: Timestamp) -> Result<ReviewFigures, Error> {
        self.ask(|read| {
            let mut figures = ReviewFigures::default();
            read.for_each_review(since, |counted| {
                let review = &counted.review;
                figures.cases += 1;
                figures.answered += u64::from(review.state == ReviewState::Answered);
                figures.missed += u64::from(review.state == ReviewState::Missed);
                figures.declined_by_store += u64::from(review.outcome == Some(ReviewOutcome::Declined));
                figures.refunded += u64::from(review.outcome == Some(ReviewOutcome::Refunded));
                if let Some(kept) = counted.kept() {
                    let sum = figures.money_kept.entry(kept.currency.as_str().to_owned()).or_default();
                    *sum = sum.saturating_add(kept.micros);
                }
            })?;
            Ok(figures)
        })
    }

    /// Looks after open questions whose deadline is near: answers Google Play with what is known, an hour before it,
    /// where a rule wants more told than reported facts, and records what was missed. Returns how many it settled. Call
    /// it every minute or so. Waits for commits.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn work_on_reviews(&self) -> Result<usize, Error> {
        let (mut settled, mut behind) = (0, (Timestamp::from_millis(i64::MIN), 0));
        loop {
            let send_keys = (0..AT_ONCE).map(|_| random_key()).collect::<Result<Vec<_>, _>>()?;
            let due = self.now().plus(LAST_CALL);
            let round = self.change(move |change| {
                let reviews = change.tx.read().reviews_due(due, behind, AT_ONCE)?;
                let last = reviews.last().and_then(|review| Some((review.deadline?, review.id)));
                let mut settled = 0;
                for (review, send_key) in reviews.into_iter().zip(&send_keys) {
                    settled += usize::from(change.look_at_review(review, send_key)?);
                }
                Ok((settled, last))
            })?;
            settled += round.0;
            match round.1 {
                Some(last) => behind = last,
                None => return Ok(settled),
            }
        }
    }
}

impl Change<'_> {
    /// After a case was folded again: opens a question that is new, and closes one that the store has decided.
    pub(super) fn follow_review(&self, case: &Case) -> Result<(), LedgerError> {
        if !asks_the_game(&case.place.store) {
            return Ok(());
        }
        let latest = self.tx.read().latest_review(case.refund.id)?;
        match (&case.refund.case.review, latest) {
            (Some(asked), latest) if case.refund.case.trust >= Trust::Signed => {
                self.asked(case, asked, latest)
            }
            (None, Some(latest)) => self.store_decided(case, latest),
            _ => Ok(()),
        }
    }

    fn asked(&self, case: &Case, asked: &Review, latest: Option<ReviewCase>) -> Result<(), LedgerError> {
        let review = match latest {
            // The store repeats an open question with later times.
            Some(mut review) if review.state.is_open() => {
                if (review.asked_at, review.deadline) == (asked.at, asked.deadline) {
                    return Ok(());
                }
                (review.asked_at, review.deadline) = (asked.at, asked.deadline);
                self.tx.save_review(&review)?;
                return Ok(());
            }
            // It still wants to know, and waits longer than when it asked before.
            Some(mut review)
                if review.outcome.is_none()
                    && matches!(review.state, ReviewState::Missed | ReviewState::DeclinedToAnswer)
                    && asked.deadline > review.deadline
                    && asked.deadline.is_some_and(|deadline| self.now < deadline) =>
            {
                (review.asked_at, review.deadline) = (asked.at, asked.deadline);
                (review.state, review.action) = (ReviewState::Waiting, None);
                self.tx.save_review(&review)?;
                Some(review)
            }
            // What it repeats of a settled one is the same question, until its time was up or the store had decided.
            Some(review)
                if asked.at <= review.asked_at
                    || (review.outcome.is_none()
                        && review.deadline.is_none_or(|deadline| asked.at <= deadline)) =>
            {
                return Ok(());
            }
            _ => {
                self.tx.insert_review(case.refund.id, asked.at, asked.deadline)?;
                self.tx.read().latest_review(case.refund.id)?
            }
        };
        match review {
            Some(review) => self.look_at_review(review, &random_key()?).map(drop),
            None => Ok(()),
        }
    }

    fn store_decided(&self, case: &Case, mut review: ReviewCase) -> Result<(), LedgerError> {
        let by_state = match case.refund.case.state {
            StoreState::Refunded | StoreState::PartlyRefunded => ReviewOutcome::Refunded,
            StoreState::Declined => ReviewOutcome::Declined,
            StoreState::Reversed => ReviewOutcome::Reversed,
            StoreState::PendingReview => return Ok(()),
        };
        let outcome = came_of_it(self.tx.read().facts(case.refund.id)?, review.asked_at).unwrap_or(by_state);
        if review.outcome == Some(outcome) {
            return Ok(());
        }
        review.outcome = Some(outcome);
        self.recall(&mut review)?;
        // An answer that is being sent may still arrive: the state is then what the store says to it.
        if review.state.is_open() && review.action.is_none() {
            review.state = ReviewState::Closed;
        }
        self.tx.save_review(&review)?;
        self.journal(case, &Happening::ReviewDecided { review: review.id, outcome })
    }

    fn report_consumption(
        &self,
        order: &str,
        report: &Consumption,
        send_key: &str,
    ) -> Result<Option<ReviewCase>, LedgerError> {
        self.tx.keep_consumption(order, report, self.now)?;
        let latest = self.tx.read().reviews_of_order(order)?.pop();
        let bought = self.tx.read().purchases_of_order(order, 1)?;
        let buyer = bought.first().map(|recorded| recorded.purchase.user.as_str());
        let entry = NewEntry {
            inbox: None,
            refund: latest.as_ref().map(|review| review.refund_id),
            order: Some(order),
            user: latest.as_ref().and_then(|review| review.user.as_deref()).or(buyer),
        };
        self.tx.write_journal(
            entry,
            self.now,
            &Happening::ConsumptionReported { consent: report.consent },
        )?;
        let Some(mut review) = latest else { return Ok(None) };
        // The player may agree later, while the store still waits.
        let waits = review.deadline.is_none_or(|deadline| self.now < deadline);
        if review.state == ReviewState::DeclinedToAnswer && review.outcome.is_none() && waits {
            review.state = ReviewState::Waiting;
        }
        let refund = review.refund_id;
        self.recall(&mut review)?;
        self.look_at_review(review, send_key)?;
        self.tx.read().latest_review(refund)
    }

    /// What is not yet sent of a player's answers is not sent.
    pub(super) fn consent_withdrawn(&self, place: &Place, download: &str) -> Result<(), LedgerError> {
        self.tx.rescind(place, download, self.now)?;
        for mut review in self.tx.read().open_reviews_of_download(place, download)? {
            self.recall(&mut review)?;
            self.look_at_review(review, &random_key()?)?;
        }
        Ok(())
    }

    /// Takes an answer back that nobody is just sending, so that another, or none, can take its place. One that the
    /// store may have already is taken back only where there is no consent to it any more: the first counts.
    fn recall(&self, review: &mut ReviewCase) -> Result<(), LedgerError> {
        let Some(id) = review.action.filter(|_| review.state.is_open()) else { return Ok(()) };
        let Some(row) = self.tx.read().action(id)? else { return Ok(()) };
        let lacks_consent = lacks_consent(review, &row);
        let was_sending = row.action.state == StoreActionState::Sending;
        let maybe_done = row.maybe_done || was_sending;
        let is_being_sent = was_sending && row.action.next_at.is_some_and(|dead| self.now < dead);
        if row.action.state.is_settled() || is_being_sent || (maybe_done && !lacks_consent) {
            return Ok(());
        }
        let state = if maybe_done { StoreActionState::Unknown } else { StoreActionState::Failed };
        let message = "what it says is no longer so, and it is not sent any more".to_owned();
        let answer = StoreAnswer::Error { code: "withdrawn".to_owned(), message };
        let answered = Answered { state, answer, next_at: None, maybe_done: false };
        self.tx.answer_action(id, &answered, self.now)?;
        let happening = Happening::ActionAnswered { action: id, state, answer: answered.answer };
        journal(self.tx, &row.action, self.now, &happening)?;
        review.action = None;
        review.state = ReviewState::Waiting;
        if maybe_done && review.store != Store::AppStore {
            // Another answer would not count.
            review.state = ReviewState::DeclinedToAnswer;
        }
        self.tx.save_review(review)
    }

    /// Before an answer is sent once more: whether the player's consent to it still stands; where not, takes it back.
    pub(super) fn may_still_be_sent(&self, action: &ActionRow) -> Result<bool, LedgerError> {
        let Some(mut review) = self.tx.read().review_by_action(action.action.id)? else { return Ok(true) };
        if !lacks_consent(&review, action) {
            return Ok(true);
        }
        self.recall(&mut review)?;
        if review.action.is_some() {
            return Ok(true);
        }
        self.look_at_review(review, &random_key()?)?;
        Ok(false)
    }

    /// Does for an open question what can be done now; `true` where that settles it or has it answered.
    fn look_at_review(&self, mut review: ReviewCase, send_key: &str) -> Result<bool, LedgerError> {
        if !review.state.is_open() || review.action.is_some() {
            return Ok(false);
        }
        let Some(case) = self.tx.read().case(review.refund_id)? else { return Ok(false) };
        if review.deadline.is_some_and(|deadline| self.now >= deadline) {
            self.miss(&case, review)?;
            return Ok(true);
        }
        let (rule, reply) = self.reply(&case, &review)?;
        match self.told(&review, reply) {
            Told::Nothing => review.state = ReviewState::DeclinedToAnswer,
            Told::NotYet => return Ok(false),
            Told::Now(report) => {
                let answer = answer_of(&case, &review, reply, &report);
                let until = review.deadline.unwrap_or_else(|| self.now.plus(WITHOUT_DEADLINE));
                let request = StoreRequest::AnswerReview(review.store.clone(), Box::new(answer));
                let by = Written {
                    key: None,
                    send_key,
                    refund: Some(review.refund_id),
                    who: "recoup",
                    why: &rule,
                };
                review.action = Some(write(self.tx, &request, &by, self.now, until)?);
                review.state = ReviewState::Reported;
            }
        }
        (review.rule, review.answer) = (Some(rule), Some(reply));
        self.save_settled(&case, &review)?;
        Ok(true)
    }

    /// The store has the answer, or never will.
    pub(super) fn review_answered(&self, action: ActionId, state: ReviewState) -> Result<(), LedgerError> {
        let Some(mut review) = self.tx.read().review_by_action(action)? else { return Ok(()) };
        let Some(case) = self.tx.read().case(review.refund_id)? else { return Ok(()) };
        match state {
            // There was nothing left to answer.
            ReviewState::Missed if review.outcome.is_some() => {
                review.state = ReviewState::Closed;
                self.save_settled(&case, &review)
            }
            ReviewState::Missed => self.miss(&case, review),
            _ => {
                review.state = state;
                self.save_settled(&case, &review)
            }
        }
    }

    fn miss(&self, case: &Case, mut review: ReviewCase) -> Result<(), LedgerError> {
        review.state = ReviewState::Missed;
        self.save_settled(case, &review)?;
        // A game that neither reports nor has rules does not mean to answer, and need not be woken for it.
        if review.consumption.is_some() || self.rules.reviews.has_own_rules() {
            self.tell(EventKind::Alert, case, None)?;
        }
        Ok(())
    }

    fn save_settled(&self, case: &Case, review: &ReviewCase) -> Result<(), LedgerError> {
        self.tx.save_review(review)?;
        let happening = Happening::ReviewSettled {
            review: review.id,
            state: review.state,
            rule: review.rule.clone(),
            reply: review.answer,
        };
        self.journal(case, &happening)
    }

    /// What the rules answer, by all that is known now.
    fn reply(&self, case: &Case, review: &ReviewCase) -> Result<(String, ReviewReply), LedgerError> {
        let request = CaseState {
            at: review.asked_at,
            amount: case.refund.case.amount.or(case.refund.case.about.price),
            ..case.refund.case.clone()
        };
        let earlier = self.earlier_refunds(case, review.asked_at)?;
        let (rule, reply) = self.rules.reviews.reply(RefundView {
            store: &case.place.store,
            environment: case.effective_environment.unwrap_or(Environment::Production),
            case: &request,
            earlier: &earlier,
        });
        Ok((rule.to_owned(), reply))
    }

    fn earlier_refunds(&self, case: &Case, asked_at: Timestamp) -> Result<Vec<CountedRefund>, LedgerError> {
        let (Some(window), Some(user)) = (self.rules.reviews.longest_window(), &case.refund.user) else {
            return Ok(Vec::new());
        };
        let from = asked_at.plus(Span::from_millis(window.millis().saturating_neg()));
        let mut earlier = Vec::new();
        for other in self.tx.read().cases_of_user(user, from, asked_at)? {
            let environment = other.effective_environment.unwrap_or(Environment::Production);
            let decision = other.refund.decision.as_ref();
            if other.refund.id != case.refund.id
                && decision.is_some_and(|decision| counts(environment, &other.refund.case, decision))
            {
                earlier.push(CountedRefund { at: other.refund.case.at, amount: other.refund.case.amount });
            }
        }
        Ok(earlier)
    }

    fn told(&self, review: &ReviewCase, reply: ReviewReply) -> Told {
        if reply == ReviewReply::NoAnswer {
            return Told::Nothing;
        }
        let needs_consent = needs_consent(&review.store, Some(reply));
        match &review.consumption {
            Some(report) if report.consent => Told::Now(report.clone()),
            Some(_) if needs_consent => Told::Nothing,
            // A preference is the game's own; how the player used what was bought is the player's.
            Some(report) => Told::Now(Consumption { consumed: None, usage: Vec::new(), ..report.clone() }),
            None if needs_consent => Told::NotYet,
            None => {
                let last_call = review.deadline.is_some_and(|deadline| self.now.plus(LAST_CALL) >= deadline);
                if last_call { Told::Now(unreported()) } else { Told::NotYet }
            }
        }
    }
}

/// Apple asks for the player's consent and refuses answers without it; "data only" is nothing without it.
fn needs_consent(store: &Store, reply: Option<ReviewReply>) -> bool {
    *store == Store::AppStore || reply == Some(ReviewReply::DataOnly)
}

/// Whether an answer says what the player has not, or no longer, agreed to.
fn lacks_consent(review: &ReviewCase, action: &ActionRow) -> bool {
    let told: Option<ReviewAnswer> = serde_json::from_value(action.action.request.clone()).ok();
    let tells_use = told.is_none_or(|told| told.consumed.is_some() || !told.usage.is_empty());
    let agreed = review.consumption.as_ref().is_some_and(|report| report.consent);
    !agreed && (tells_use || needs_consent(&review.store, review.answer))
}

/// What the store made of a request, by what it told since. What it did before, such as an earlier refund of a part, is
/// no answer to it.
fn came_of_it(mut facts: Vec<Fact>, asked_at: Timestamp) -> Option<ReviewOutcome> {
    facts.retain(|fact| fact.at >= asked_at);
    facts.sort_by_key(|fact| (fact.at, matches!(fact.what, What::Reversed { .. })));
    facts.iter().fold(None, |outcome, fact| match &fact.what {
        What::Requested { .. } => outcome,
        What::Declined => Some(ReviewOutcome::Declined),
        What::Refunded { .. } => Some(ReviewOutcome::Refunded),
        What::Reversed { .. } if outcome == Some(ReviewOutcome::Refunded) => Some(ReviewOutcome::Reversed),
        What::Reversed { .. } => outcome,
    })
}

/// What a store is told now.
enum Told {
    Now(Consumption),
    NotYet,
    Nothing,
}

const fn unreported() -> Consumption {
    Consumption {
        delivery: Delivery::Delivered,
        consumed: None,
        sample_given: false,
        usage: Vec::new(),
        consent: false,
    }
}

/// Whether the store asks what the game knows, and has a place for the answer.
const fn asks_the_game(store: &Store) -> bool {
    matches!(store, Store::AppStore | Store::GooglePlay)
}

fn answer_of(case: &Case, review: &ReviewCase, reply: ReviewReply, report: &Consumption) -> ReviewAnswer {
    // Apple asks to leave it out for subscriptions that renew by themselves.
    let renews = case.refund.case.about.product_type == Some(ProductType::Subscription);
    let consumed = report.consumed.filter(|_| !renews);
    let partly = consumed.is_some_and(|share| share.get() > 0 && share < MilliPercent::WHOLE);
    let preference = match reply {
        ReviewReply::Decline => RefundPreference::Decline,
        ReviewReply::Grant => RefundPreference::Grant,
        // Apple refuses it where nothing or all was used, or nothing was delivered.
        ReviewReply::Prorated if (partly || renews) && report.delivery == Delivery::Delivered => {
            RefundPreference::Prorated
        }
        ReviewReply::Prorated | ReviewReply::Neutral | ReviewReply::DataOnly | ReviewReply::NoAnswer => {
            RefundPreference::Neutral
        }
    };
    ReviewAnswer {
        refund: review.refund_id,
        app: case.place.app.clone(),
        sandbox: case.effective_environment == Some(Environment::Sandbox),
        order_id: review.order_id.clone(),
        token: case.refund.case.review.as_ref().and_then(|asked| asked.token.clone()),
        delivery: report.delivery,
        consumed,
        sample_given: report.sample_given,
        preference,
        usage: report.usage.clone(),
    }
}
