//! The answer to a review: by which rule, and with which part of the host's report; written to be sent.

use super::Change;
use super::consent::needs_consent;
use super::due::LAST_CALL;
use crate::engine::store_actions::{StoreRequest, Written, write};
use crate::ledger::{Case, LedgerError};
use crate::model::{
    CaseState, Consumption, CountedRefund, Delivery, Environment, MilliPercent, ProductType,
    RefundPreference, RefundView, ReviewAnswer, ReviewCase, ReviewReply, ReviewState, Span, Store, Timestamp,
    counts,
};
use crate::stores::profile;

/// How long an answer is tried if the store set no deadline.
const WITHOUT_DEADLINE: Span = Span::from_hours(12);

impl Change<'_> {
    /// Handles an open review as far as possible now; `true` if that settles it or sends an answer.
    pub(super) fn advance_review(&self, mut review: ReviewCase, send_key: &str) -> Result<bool, LedgerError> {
        if !review.state.is_open() || review.action.is_some() {
            return Ok(false);
        }
        let Some(case) = self.tx.case(review.refund_id)? else { return Ok(false) };
        if review.deadline.is_some_and(|deadline| self.now >= deadline) {
            self.miss(&case, review)?;
            return Ok(true);
        }
        let (rule, reply) = self.reply(&case, &review)?;
        match self.reported(&review, reply) {
            Reported::Nothing => review.state = ReviewState::DeclinedToAnswer,
            Reported::NotYet => return Ok(false),
            Reported::Now(report) => {
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

    /// The rules' answer, by all that is known now.
    fn reply(&self, case: &Case, review: &ReviewCase) -> Result<(String, ReviewReply), LedgerError> {
        // The request does not mention an earlier partial refund.
        let request = CaseState {
            at: review.requested_at,
            amount: case.refund.case.about.price,
            reason: case.refund.case.review.as_ref().and_then(|request| request.reason),
            initiator: None,
            ..case.refund.case.clone()
        };
        let earlier = self.earlier_refunds(case, review.requested_at)?;
        let user_owes = match (&case.refund.user, self.rules.reviews.looks_at_debts()) {
            (Some(_), true) => Some(self.tx.read().owes_for_earlier(case, review.requested_at)?),
            _ => None,
        };
        let unacknowledged = profile(&case.place.store).unacknowledged.as_ref();
        let (rule, reply) = self.rules.reviews.reply(RefundView {
            store: &case.place.store,
            app: &case.place.app,
            environment: case.effective_environment.unwrap_or(Environment::Production),
            user: case.refund.user.as_deref(),
            case: &request,
            maybe_unacknowledged: unacknowledged.is_some_and(|rule| rule.may_include(&request, None)),
            attributed_by: case.refund.attributed_by,
            overruled: None,
            exclusion: None,
            earlier: &earlier,
            user_owes,
        });
        Ok((rule.to_owned(), reply))
    }

    fn earlier_refunds(
        &self,
        case: &Case,
        requested_at: Timestamp,
    ) -> Result<Vec<CountedRefund>, LedgerError> {
        let (Some(window), Some(user)) = (self.rules.reviews.longest_window(), &case.refund.user) else {
            return Ok(Vec::new());
        };
        let from = requested_at.plus(Span::from_millis(window.millis().saturating_neg()));
        let mut earlier = Vec::new();
        for other in self.tx.read().cases_of_user(user, from, requested_at)? {
            let environment = other.effective_environment.unwrap_or(Environment::Production);
            let decision = other.refund.decision.as_ref();
            if other.refund.id != case.refund.id
                && decision.is_some_and(|decision| {
                    counts(environment, &other.refund.case, other.refund.attributed_by, decision)
                })
            {
                earlier.push(CountedRefund { at: other.refund.case.at, amount: other.refund.case.amount });
            }
        }
        Ok(earlier)
    }

    fn reported(&self, review: &ReviewCase, reply: ReviewReply) -> Reported {
        if reply == ReviewReply::NoAnswer {
            return Reported::Nothing;
        }
        let needs_consent = needs_consent(&review.store, Some(reply));
        match &review.consumption {
            Some(report) if report.consent => Reported::Now(report.clone()),
            Some(_) if needs_consent => Reported::Nothing,
            // A preference is the game's own; the use of the purchase is the player's data.
            Some(report) => {
                Reported::Now(Consumption { consumed: None, usage: Vec::new(), ..report.clone() })
            }
            None if needs_consent => Reported::NotYet,
            None => {
                let last_call = review.deadline.is_some_and(|deadline| self.now.plus(LAST_CALL) >= deadline);
                if last_call { Reported::Now(unreported()) } else { Reported::NotYet }
            }
        }
    }
}

/// What can be sent to the store now.
enum Reported {
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

fn answer_of(case: &Case, review: &ReviewCase, reply: ReviewReply, report: &Consumption) -> ReviewAnswer {
    // Apple wants it omitted for auto-renewable subscriptions.
    let renews = review.store == Store::AppStore
        && case.refund.case.about.product_type == Some(ProductType::Subscription);
    let consumed = report.consumed.filter(|_| !renews);
    let partly = consumed.is_some_and(|share| share.get() > 0 && share < MilliPercent::WHOLE);
    let preference = match reply {
        ReviewReply::Decline => RefundPreference::Decline,
        ReviewReply::Grant => RefundPreference::Grant,
        // Apple refuses it if nothing or everything was used, or nothing was delivered.
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
        token: case.refund.case.review.as_ref().and_then(|request| request.token.clone()),
        delivery: report.delivery,
        consumed,
        sample_given: report.sample_given,
        preference,
        usage: report.usage.clone(),
    }
}
