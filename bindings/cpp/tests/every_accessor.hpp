// Calls every accessor of every view. Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_TESTS_EVERY_ACCESSOR_HPP
#define RECOUP_TESTS_EVERY_ACCESSOR_HPP

#include "recoup.hpp"

namespace every_accessor {

template <class Visit>
void each(const recoup::Money &it, Visit &visit) {
  visit(it.micros()); visit(it.currency());
}

template <class Visit>
void each(const recoup::CaptureReport &it, Visit &visit) {
  visit(it.at()); visit(it.authorised()); visit(it.captured()); visit(it.refunded());
}

template <class Visit>
void each(const recoup::Capture &it, Visit &visit) {
  visit(it.kind()); visit(it.kind_text()); visit(it.reported());
}

template <class Visit>
void each(const recoup::OrderDetails &it, Visit &visit) {
  visit(it.account_tag()); visit(it.acknowledged()); visit(it.app_transaction_id()); visit(it.capture());
  visit(it.country()); visit(it.family_shared()); visit(it.latest_order_id()); visit(it.linked_token());
  visit(it.order_id()); visit(it.original_id()); visit(it.paid_at()); visit(it.price()); visit(it.product());
  visit(it.product_type()); visit(it.product_type_text()); visit(it.purchase_token()); visit(it.purchased_at());
  visit(it.quantity()); visit(it.related_ids()); visit(it.tag_by_merchant()); visit(it.web_order_line_item_id());
}

template <class Visit>
void each(const recoup::Grant &it, Visit &visit) {
  visit(it.item()); visit(it.quantity());
}

template <class Visit>
void each(const recoup::RecordedPurchase &it, Visit &visit) {
  visit(it.store()); visit(it.user()); visit(it.recorded_at()); visit(it.account_tag()); visit(it.app());
  visit(it.country()); visit(it.environment()); visit(it.environment_text()); visit(it.expires_at());
  visit(it.grants()); visit(it.linked_token()); visit(it.order_id()); visit(it.original_id()); visit(it.price());
  visit(it.product()); visit(it.product_type()); visit(it.product_type_text()); visit(it.purchase_token());
  visit(it.purchased_at()); visit(it.quantity()); visit(it.repays()); visit(it.web_order_line_item_id());
}

template <class Visit>
void each(const recoup::RuleAction &it, Visit &visit) {
  visit(it.kind()); visit(it.kind_text()); visit(it.block()); visit(it.grace());
}

template <class Visit>
void each(const recoup::Decision &it, Visit &visit) {
  visit(it.rule()); visit(it.action());
}

template <class Visit>
void each(const recoup::ReportedTotal &it, Visit &visit) {
  visit(it.full()); visit(it.parts()); visit(it.quantity()); visit(it.amount()); visit(it.share());
}

template <class Visit>
void each(const recoup::Review &it, Visit &visit) {
  visit(it.at()); visit(it.deadline()); visit(it.reason()); visit(it.reason_text()); visit(it.token());
}

template <class Visit>
void each(const recoup::Refund &it, Visit &visit) {
  visit(it.id()); visit(it.revision()); visit(it.store()); visit(it.app()); visit(it.environment());
  visit(it.environment_text()); visit(it.user()); visit(it.attributed_by()); visit(it.attributed_by_text());
  visit(it.state()); visit(it.state_text()); visit(it.at()); visit(it.reported_total()); visit(it.trust());
  visit(it.trust_text()); visit(it.about()); visit(it.work_status()); visit(it.work_status_text());
  visit(it.decision()); visit(it.policy_version()); visit(it.first_seen_at()); visit(it.updated_at());
  visit(it.amount()); visit(it.assignee()); visit(it.claimants()); visit(it.failure()); visit(it.initiator());
  visit(it.initiator_text()); visit(it.merged_into()); visit(it.paid_back_twice()); visit(it.quantity());
  visit(it.reason()); visit(it.reason_text()); visit(it.review()); visit(it.share()); visit(it.subscription_live());
}

template <class Visit>
void each(const recoup::RefundPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::Inquiry &it, Visit &visit) {
  visit(it.refund_id()); visit(it.store()); visit(it.app()); visit(it.state()); visit(it.state_text());
  visit(it.opened_at()); visit(it.deadline()); visit(it.attempts()); visit(it.error()); visit(it.next_at());
  visit(it.settled_at());
}

template <class Visit>
void each(const recoup::RecoveryItem &it, Visit &visit) {
  visit(it.item()); visit(it.granted()); visit(it.due()); visit(it.taken()); visit(it.forgiven()); visit(it.owed());
  visit(it.to_return());
}

template <class Visit>
void each(const recoup::Recovery &it, Visit &visit) {
  visit(it.known()); visit(it.sized()); visit(it.granted_by()); visit(it.granted_by_text()); visit(it.settled());
  visit(it.items());
}

template <class Visit>
void each(const recoup::RecoveryEntry &it, Visit &visit) {
  visit(it.id()); visit(it.refund()); visit(it.user()); visit(it.item()); visit(it.kind()); visit(it.kind_text());
  visit(it.quantity()); visit(it.how()); visit(it.how_text()); visit(it.at()); visit(it.corrects());
  visit(it.purchase()); visit(it.who());
}

template <class Visit>
void each(const recoup::ToDo &it, Visit &visit) {
  visit(it.refund()); visit(it.key()); visit(it.take()); visit(it.give());
}

template <class Visit>
void each(const recoup::ReportOutcome &it, Visit &visit) {
  visit(it.recovery()); visit(it.too_much());
}

template <class Visit>
void each(const recoup::Debt &it, Visit &visit) {
  visit(it.refund()); visit(it.item()); visit(it.owed());
}

template <class Visit>
void each(const recoup::Debts &it, Visit &visit) {
  visit(it.user()); visit(it.items()); visit(it.debts());
}

template <class Visit>
void each(const recoup::Debtor &it, Visit &visit) {
  visit(it.user()); visit(it.blocked()); visit(it.since()); visit(it.items()); visit(it.debts());
}

template <class Visit>
void each(const recoup::DebtorPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::AppliedRepayment &it, Visit &visit) {
  visit(it.refund()); visit(it.item()); visit(it.quantity());
}

template <class Visit>
void each(const recoup::RepaymentOutcome &it, Visit &visit) {
  visit(it.applied()); visit(it.too_much()); visit(it.debts());
}

template <class Visit>
void each(const recoup::BlockCause::Refund &it, Visit &visit) {
  visit(it.refund()); visit(it.rule());
}

template <class Visit>
void each(const recoup::BlockCause::Operator &it, Visit &visit) {
  visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::BlockCause &it, Visit &visit) {
  visit(it.by()); visit(it.by_text()); visit(it.refund()); visit(it.operator_());
}

template <class Visit>
void each(const recoup::BlockEnd::Operator &it, Visit &visit) {
  visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::BlockEnd &it, Visit &visit) {
  visit(it.ended_by()); visit(it.ended_by_text()); visit(it.at()); visit(it.operator_());
}

template <class Visit>
void each(const recoup::Block &it, Visit &visit) {
  visit(it.id()); visit(it.user()); visit(it.cause()); visit(it.made_at()); visit(it.until()); visit(it.ended());
  visit(it.owes()); visit(it.until_settled());
}

template <class Visit>
void each(const recoup::BlockPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::AccessReason::Operator &it, Visit &visit) {
  visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::AccessReason::Purchase &it, Visit &visit) {
  visit(it.store()); visit(it.order());
}

template <class Visit>
void each(const recoup::AccessReason::Refund &it, Visit &visit) {
  visit(it.refund());
}

template <class Visit>
void each(const recoup::AccessReason::Expired &it, Visit &visit) {
  visit(it.at());
}

template <class Visit>
void each(const recoup::AccessReason::NotBegun &it, Visit &visit) {
  visit(it.at());
}

template <class Visit>
void each(const recoup::AccessReason &it, Visit &visit) {
  visit(it.by()); visit(it.by_text()); visit(it.operator_()); visit(it.purchase()); visit(it.refund());
  visit(it.expired()); visit(it.not_begun());
}

template <class Visit>
void each(const recoup::Access &it, Visit &visit) {
  visit(it.product()); visit(it.has()); visit(it.because()); visit(it.until());
}

template <class Visit>
void each(const recoup::NoticeDetails &it, Visit &visit) {
  visit(it.amount()); visit(it.block()); visit(it.items()); visit(it.owed()); visit(it.product()); visit(it.store());
  visit(it.until()); visit(it.until_settled());
}

template <class Visit>
void each(const recoup::Notice &it, Visit &visit) {
  visit(it.id()); visit(it.user()); visit(it.name()); visit(it.name_text()); visit(it.state()); visit(it.state_text());
  visit(it.refund()); visit(it.made_at()); visit(it.expires_at()); visit(it.shown_at()); visit(it.ended_at());
  visit(it.details()); visit(it.locale()); visit(it.title()); visit(it.text());
}

template <class Visit>
void each(const recoup::SweepGap &it, Visit &visit) {
  visit(it.store()); visit(it.app()); visit(it.from()); visit(it.to());
}

template <class Visit>
void each(const recoup::EventDetails &it, Visit &visit) {
  visit(it.id()); visit(it.kind()); visit(it.kind_text()); visit(it.user()); visit(it.refund_id()); visit(it.at());
  visit(it.attempt()); visit(it.refund()); visit(it.block()); visit(it.access()); visit(it.gap()); visit(it.notice());
  visit(it.recovery());
}

template <class Visit>
void each(const recoup::Usage &it, Visit &visit) {
  visit(it.at()); visit(it.what()); visit(it.ip_address());
}

template <class Visit>
void each(const recoup::Consumption &it, Visit &visit) {
  visit(it.delivery()); visit(it.delivery_text()); visit(it.consumed()); visit(it.sample_given()); visit(it.usage());
  visit(it.consent());
}

template <class Visit>
void each(const recoup::RefundReview &it, Visit &visit) {
  visit(it.id()); visit(it.refund_id()); visit(it.store()); visit(it.app()); visit(it.order_id()); visit(it.user());
  visit(it.requested_at()); visit(it.deadline()); visit(it.state()); visit(it.state_text()); visit(it.consumption());
  visit(it.rule()); visit(it.answer()); visit(it.answer_text()); visit(it.action()); visit(it.outcome());
  visit(it.outcome_text());
}

template <class Visit>
void each(const recoup::RefundReviewPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::ReviewFigures &it, Visit &visit) {
  visit(it.cases()); visit(it.answered()); visit(it.declined_by_store()); visit(it.refunded()); visit(it.missed());
  visit(it.money_kept());
}

template <class Visit>
void each(const recoup::ExclusionEnd &it, Visit &visit) {
  visit(it.at()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::Exclusion &it, Visit &visit) {
  visit(it.id()); visit(it.kind()); visit(it.kind_text()); visit(it.value()); visit(it.action());
  visit(it.action_text()); visit(it.who()); visit(it.why()); visit(it.made_at()); visit(it.uses()); visit(it.ended());
  visit(it.store()); visit(it.until());
}

template <class Visit>
void each(const recoup::ExclusionMade &it, Visit &visit) {
  visit(it.id()); visit(it.kind()); visit(it.kind_text()); visit(it.value()); visit(it.action());
  visit(it.action_text()); visit(it.who()); visit(it.why()); visit(it.made_at()); visit(it.uses());
  visit(it.refunded_already()); visit(it.ended()); visit(it.store()); visit(it.until());
}

template <class Visit>
void each(const recoup::ExclusionPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::BlockedExamples &it, Visit &visit) {
  visit(it.newly()); visit(it.freed());
}

template <class Visit>
void each(const recoup::BlockedUsers &it, Visit &visit) {
  visit(it.now()); visit(it.then()); visit(it.newly()); visit(it.freed());
}

template <class Visit>
void each(const recoup::RuleTrial &it, Visit &visit) {
  visit(it.name()); visit(it.now()); visit(it.then()); visit(it.users());
}

template <class Visit>
void each(const recoup::ShadowedRule &it, Visit &visit) {
  visit(it.rule()); visit(it.by());
}

template <class Visit>
void each(const recoup::TrialExample &it, Visit &visit) {
  visit(it.refund()); visit(it.user()); visit(it.at());
}

template <class Visit>
void each(const recoup::TrialChange &it, Visit &visit) {
  visit(it.from()); visit(it.to()); visit(it.refunds()); visit(it.users()); visit(it.examples());
}

template <class Visit>
void each(const recoup::PolicyTrial &it, Visit &visit) {
  visit(it.policy_version()); visit(it.refunds()); visit(it.users()); visit(it.since()); visit(it.until());
  visit(it.rules()); visit(it.changes()); visit(it.blocked()); visit(it.blocked_examples()); visit(it.never_fits());
  visit(it.shadowed()); visit(it.stopped());
}

template <class Visit>
void each(const recoup::Tried &it, Visit &visit) {
  visit(it.refunds()); visit(it.users());
}

template <class Visit>
void each(const recoup::Rate &it, Visit &visit) {
  visit(it.count()); visit(it.among()); visit(it.per_million());
}

template <class Visit>
void each(const recoup::BlockFigures &it, Visit &visit) {
  visit(it.made()); visit(it.made_by_refunds()); visit(it.ended()); visit(it.active()); visit(it.blocking_refunds());
}

template <class Visit>
void each(const recoup::PurchaseFigures &it, Visit &visit) {
  visit(it.purchases()); visit(it.unpriced()); visit(it.sold());
}

template <class Visit>
void each(const recoup::RefundFigures &it, Visit &visit) {
  visit(it.refunds()); visit(it.whole()); visit(it.amount_unknown()); visit(it.amount_back()); visit(it.recorded());
}

template <class Visit>
void each(const recoup::FigureRow &it, Visit &visit) {
  visit(it.purchases()); visit(it.refunds()); visit(it.rate_of_purchases()); visit(it.rate_of_time());
  visit(it.coverage());
}

template <class Visit>
void each(const recoup::GroupFigures &it, Visit &visit) {
  visit(it.group()); visit(it.purchases()); visit(it.refunds()); visit(it.rate_of_purchases());
  visit(it.rate_of_time()); visit(it.coverage());
}

template <class Visit>
void each(const recoup::ItemFigures &it, Visit &visit) {
  visit(it.item()); visit(it.due()); visit(it.taken()); visit(it.repaid()); visit(it.returned()); visit(it.forgiven());
  visit(it.owed());
}

template <class Visit>
void each(const recoup::LagFigures &it, Visit &visit) {
  visit(it.stage()); visit(it.stage_text()); visit(it.store()); visit(it.refunds()); visit(it.median_millis());
  visit(it.p90_millis()); visit(it.p99_millis());
}

template <class Visit>
void each(const recoup::PeriodFigures &it, Visit &visit) {
  visit(it.since()); visit(it.until()); visit(it.total());
}

template <class Visit>
void each(const recoup::RepeatRefunder &it, Visit &visit) {
  visit(it.user()); visit(it.refunds()); visit(it.amount_unknown()); visit(it.amount_back()); visit(it.owed());
  visit(it.blocked());
}

template <class Visit>
void each(const recoup::RuleFigures &it, Visit &visit) {
  visit(it.rule()); visit(it.refunds()); visit(it.blocks());
}

template <class Visit>
void each(const recoup::SeriesPoint &it, Visit &visit) {
  visit(it.at()); visit(it.purchases()); visit(it.refunds()); visit(it.purchases_refunded());
}

template <class Visit>
void each(const recoup::StatusFigures &it, Visit &visit) {
  visit(it.work_status()); visit(it.work_status_text()); visit(it.refunds()); visit(it.amount_unknown());
  visit(it.amount_back());
}

template <class Visit>
void each(const recoup::WaitingFigures &it, Visit &visit) {
  visit(it.to_do()); visit(it.unattributed()); visit(it.players_owing()); visit(it.reviews_open());
  visit(it.next_review_deadline()); visit(it.dead_letters());
}

template <class Visit>
void each(const recoup::Figures &it, Visit &visit) {
  visit(it.since()); visit(it.until()); visit(it.utc_offset()); visit(it.environment()); visit(it.environment_text());
  visit(it.total()); visit(it.before()); visit(it.groups()); visit(it.by_status()); visit(it.grain());
  visit(it.grain_text()); visit(it.series()); visit(it.definitions()); visit(it.blocks()); visit(it.items());
  visit(it.lags()); visit(it.others()); visit(it.repeat_refunders()); visit(it.reviews()); visit(it.rules());
  visit(it.waiting());
}

template <class Visit>
void each(const recoup::WorkCount &it, Visit &visit) {
  visit(it.environment()); visit(it.environment_text()); visit(it.store()); visit(it.work_status());
  visit(it.work_status_text()); visit(it.refunds()); visit(it.unattributed());
}

template <class Visit>
void each(const recoup::StoreAnswer::Done &it, Visit &visit) {
  visit(it.id());
}

template <class Visit>
void each(const recoup::StoreAnswer::Accepted &it, Visit &visit) {
  visit(it.id());
}

template <class Visit>
void each(const recoup::StoreAnswer::Error &it, Visit &visit) {
  visit(it.code()); visit(it.message());
}

template <class Visit>
void each(const recoup::StoreAnswer &it, Visit &visit) {
  visit(it.result()); visit(it.result_text()); visit(it.done()); visit(it.accepted()); visit(it.error());
}

template <class Visit>
void each(const recoup::StoreAction &it, Visit &visit) {
  visit(it.id()); visit(it.store()); visit(it.app()); visit(it.kind()); visit(it.kind_text()); visit(it.order_id());
  visit(it.request()); visit(it.who()); visit(it.why()); visit(it.state()); visit(it.state_text());
  visit(it.attempts()); visit(it.answer()); visit(it.at()); visit(it.next_at()); visit(it.settled_at());
  visit(it.key()); visit(it.refund_id());
}

template <class Visit>
void each(const recoup::StoreActionPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::JournalEntry::Received &it, Visit &visit) {
  visit(it.store()); visit(it.name()); visit(it.meaning()); visit(it.meaning_text()); visit(it.notification_id());
}

template <class Visit>
void each(const recoup::JournalEntry::PurchaseRecorded &it, Visit &visit) {
  visit(it.store()); visit(it.product());
}

template <class Visit>
void each(const recoup::JournalEntry::StateChanged &it, Visit &visit) {
  visit(it.from()); visit(it.from_text()); visit(it.to()); visit(it.to_text());
}

template <class Visit>
void each(const recoup::JournalEntry::Updated &it, Visit &visit) {
  visit(it.state()); visit(it.state_text());
}

template <class Visit>
void each(const recoup::JournalEntry::Attributed &it, Visit &visit) {
  visit(it.by()); visit(it.by_text()); visit(it.before());
}

template <class Visit>
void each(const recoup::JournalEntry::Claimed &it, Visit &visit) {
  visit(it.keeper()); visit(it.claimant());
}

template <class Visit>
void each(const recoup::JournalEntry::PurchaseTransferred &it, Visit &visit) {
  visit(it.store()); visit(it.to()); visit(it.who()); visit(it.why()); visit(it.from());
}

template <class Visit>
void each(const recoup::JournalEntry::Merged &it, Visit &visit) {
  visit(it.into());
}

template <class Visit>
void each(const recoup::JournalEntry::Decided &it, Visit &visit) {
  visit(it.rule()); visit(it.action()); visit(it.policy_version());
}

template <class Visit>
void each(const recoup::JournalEntry::Blocked &it, Visit &visit) {
  visit(it.block()); visit(it.until()); visit(it.until_settled()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::BlockEnded::Operator &it, Visit &visit) {
  visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::BlockEnded &it, Visit &visit) {
  visit(it.ended_by()); visit(it.ended_by_text()); visit(it.block()); visit(it.operator_());
}

template <class Visit>
void each(const recoup::JournalEntry::RecoveryReported &it, Visit &visit) {
  visit(it.taken()); visit(it.returned()); visit(it.rest()); visit(it.rest_text()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::Forgiven &it, Visit &visit) {
  visit(it.items()); visit(it.written_off()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::GrantedSet &it, Visit &visit) {
  visit(it.grants()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::Repaid &it, Visit &visit) {
  visit(it.items()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::BoughtAgain &it, Visit &visit) {
  visit(it.purchase()); visit(it.items());
}

template <class Visit>
void each(const recoup::JournalEntry::Corrected &it, Visit &visit) {
  visit(it.entry()); visit(it.kind()); visit(it.kind_text()); visit(it.item()); visit(it.quantity()); visit(it.who());
  visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::Closed &it, Visit &visit) {
  visit(it.closed_as()); visit(it.closed_as_text()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::Reopened &it, Visit &visit) {
  visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::StatusSet &it, Visit &visit) {
  visit(it.status()); visit(it.status_text()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::Assigned &it, Visit &visit) {
  visit(it.to()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::Noted &it, Visit &visit) {
  visit(it.note()); visit(it.who());
}

template <class Visit>
void each(const recoup::JournalEntry::Overruled &it, Visit &visit) {
  visit(it.action()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::ExclusionMade &it, Visit &visit) {
  visit(it.exclusion()); visit(it.kind()); visit(it.kind_text()); visit(it.value()); visit(it.action());
  visit(it.action_text()); visit(it.until()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::ExclusionEnded &it, Visit &visit) {
  visit(it.exclusion()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::NoticeMade &it, Visit &visit) {
  visit(it.notice()); visit(it.name()); visit(it.name_text());
}

template <class Visit>
void each(const recoup::JournalEntry::NoticeEnded &it, Visit &visit) {
  visit(it.notice()); visit(it.name()); visit(it.name_text()); visit(it.state()); visit(it.state_text());
}

template <class Visit>
void each(const recoup::JournalEntry::AccessGranted &it, Visit &visit) {
  visit(it.product()); visit(it.who()); visit(it.why()); visit(it.until());
}

template <class Visit>
void each(const recoup::JournalEntry::AccessRevoked &it, Visit &visit) {
  visit(it.product()); visit(it.who()); visit(it.why()); visit(it.until());
}

template <class Visit>
void each(const recoup::JournalEntry::EventMade &it, Visit &visit) {
  visit(it.event()); visit(it.kind()); visit(it.kind_text());
}

template <class Visit>
void each(const recoup::JournalEntry::EventAcknowledged &it, Visit &visit) {
  visit(it.event()); visit(it.kind()); visit(it.kind_text());
}

template <class Visit>
void each(const recoup::JournalEntry::EndpointEnded &it, Visit &visit) {
  visit(it.endpoint()); visit(it.why()); visit(it.who());
}

template <class Visit>
void each(const recoup::JournalEntry::MessageDead &it, Visit &visit) {
  visit(it.endpoint()); visit(it.message()); visit(it.event()); visit(it.problem());
}

template <class Visit>
void each(const recoup::JournalEntry::MessagesReplayed &it, Visit &visit) {
  visit(it.endpoint()); visit(it.count()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::InquiryOpened &it, Visit &visit) {
  visit(it.deadline());
}

template <class Visit>
void each(const recoup::JournalEntry::InquirySettled &it, Visit &visit) {
  visit(it.state()); visit(it.state_text()); visit(it.error());
}

template <class Visit>
void each(const recoup::JournalEntry::ActionWritten &it, Visit &visit) {
  visit(it.action()); visit(it.kind()); visit(it.kind_text()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::ActionSending &it, Visit &visit) {
  visit(it.action()); visit(it.attempt());
}

template <class Visit>
void each(const recoup::JournalEntry::ActionAnswered &it, Visit &visit) {
  visit(it.action()); visit(it.state()); visit(it.state_text()); visit(it.answer());
}

template <class Visit>
void each(const recoup::JournalEntry::ConsumptionReported &it, Visit &visit) {
  visit(it.consent());
}

template <class Visit>
void each(const recoup::JournalEntry::ReviewSettled &it, Visit &visit) {
  visit(it.review()); visit(it.state()); visit(it.state_text()); visit(it.reply()); visit(it.reply_text());
  visit(it.rule());
}

template <class Visit>
void each(const recoup::JournalEntry::ReviewDecided &it, Visit &visit) {
  visit(it.review()); visit(it.outcome()); visit(it.outcome_text());
}

template <class Visit>
void each(const recoup::JournalEntry::Pruned &it, Visit &visit) {
  visit(it.audit()); visit(it.bodies()); visit(it.dead_letters()); visit(it.forgotten()); visit(it.notices());
  visit(it.requests()); visit(it.sessions()); visit(it.webhooks());
}

template <class Visit>
void each(const recoup::JournalEntry::UserForgotten &it, Visit &visit) {
  visit(it.purchases()); visit(it.refunds()); visit(it.blocks()); visit(it.journal()); visit(it.messages());
  visit(it.events()); visit(it.consumption()); visit(it.notices()); visit(it.notes()); visit(it.access_overrides());
  visit(it.exclusions()); visit(it.webhook_messages()); visit(it.who()); visit(it.why());
}

template <class Visit>
void each(const recoup::JournalEntry::SweepGap &it, Visit &visit) {
  visit(it.store()); visit(it.app()); visit(it.from()); visit(it.to());
}

template <class Visit>
void each(const recoup::JournalEntry &it, Visit &visit) {
  visit(it.what()); visit(it.what_text()); visit(it.id()); visit(it.at()); visit(it.inbox()); visit(it.refund());
  visit(it.user()); visit(it.received()); visit(it.purchase_recorded()); visit(it.state_changed()); visit(it.updated());
  visit(it.attributed()); visit(it.claimed()); visit(it.purchase_transferred()); visit(it.merged());
  visit(it.decided()); visit(it.blocked()); visit(it.block_ended()); visit(it.recovery_reported());
  visit(it.forgiven()); visit(it.granted_set()); visit(it.repaid()); visit(it.bought_again()); visit(it.corrected());
  visit(it.closed()); visit(it.reopened()); visit(it.status_set()); visit(it.assigned()); visit(it.noted());
  visit(it.overruled()); visit(it.exclusion_made()); visit(it.exclusion_ended()); visit(it.notice_made());
  visit(it.notice_ended()); visit(it.access_granted()); visit(it.access_revoked()); visit(it.event_made());
  visit(it.event_acknowledged()); visit(it.endpoint_ended()); visit(it.message_dead()); visit(it.messages_replayed());
  visit(it.inquiry_opened()); visit(it.inquiry_settled()); visit(it.action_written()); visit(it.action_sending());
  visit(it.action_answered()); visit(it.consumption_reported()); visit(it.review_settled()); visit(it.review_decided());
  visit(it.pruned()); visit(it.user_forgotten()); visit(it.sweep_gap());
}

template <class Visit>
void each(const recoup::NoteOn &it, Visit &visit) {
  visit(it.refund()); visit(it.user());
}

template <class Visit>
void each(const recoup::Note &it, Visit &visit) {
  visit(it.id()); visit(it.on()); visit(it.at()); visit(it.who()); visit(it.text());
}

template <class Visit>
void each(const recoup::CaseFile &it, Visit &visit) {
  visit(it.refund()); visit(it.recovery()); visit(it.entries()); visit(it.blocks()); visit(it.notes());
  visit(it.journal());
}

template <class Visit>
void each(const recoup::Found &it, Visit &visit) {
  visit(it.refunds()); visit(it.purchases()); visit(it.users()); visit(it.blocks()); visit(it.actions());
  visit(it.events());
}

template <class Visit>
void each(const recoup::RefundCount &it, Visit &visit) {
  visit(it.count()); visit(it.more());
}

template <class Visit>
void each(const recoup::UserHistory &it, Visit &visit) {
  visit(it.user()); visit(it.blocked()); visit(it.blocks()); visit(it.refunds()); visit(it.purchases());
  visit(it.journal());
}

template <class Visit>
void each(const recoup::OrderHistory &it, Visit &visit) {
  visit(it.order()); visit(it.purchases()); visit(it.refunds()); visit(it.journal()); visit(it.inquiries());
}

template <class Visit>
void each(const recoup::TransferResult &it, Visit &visit) {
  visit(it.store()); visit(it.order()); visit(it.from()); visit(it.to()); visit(it.purchases()); visit(it.refunds());
}

template <class Visit>
void each(const recoup::Gap &it, Visit &visit) {
  visit(it.from()); visit(it.to());
}

template <class Visit>
void each(const recoup::SweepEnd::Failed &it, Visit &visit) {
  visit(it.code()); visit(it.message()); visit(it.retryable());
}

template <class Visit>
void each(const recoup::SweepEnd::Elsewhere &it, Visit &visit) {
  visit(it.process());
}

template <class Visit>
void each(const recoup::SweepEnd &it, Visit &visit) {
  visit(it.what()); visit(it.what_text()); visit(it.failed()); visit(it.elsewhere());
}

template <class Visit>
void each(const recoup::Sweep &it, Visit &visit) {
  visit(it.store()); visit(it.app()); visit(it.from()); visit(it.to()); visit(it.resumed()); visit(it.pages());
  visit(it.found()); visit(it.new_()); visit(it.changed()); visit(it.unread()); visit(it.refused());
  visit(it.postponed()); visit(it.gap()); visit(it.ended());
}

template <class Visit>
void each(const recoup::ReconcileResult &it, Visit &visit) {
  visit(it.sweeps());
}

template <class Visit>
void each(const recoup::ReconcileOrderResult &it, Visit &visit) {
  visit(it.store()); visit(it.app()); visit(it.sandbox()); visit(it.found()); visit(it.new_()); visit(it.changed());
  visit(it.unread());
}

template <class Visit>
void each(const recoup::WorkResult &it, Visit &visit) {
  visit(it.actions()); visit(it.reviews()); visit(it.reconciled()); visit(it.inquiries());
}

template <class Visit>
void each(const recoup::Finding &it, Visit &visit) {
  visit(it.health()); visit(it.health_text()); visit(it.area()); visit(it.area_text()); visit(it.code());
  visit(it.store()); visit(it.app()); visit(it.facts()); visit(it.advice());
}

template <class Visit>
void each(const recoup::DoctorReport &it, Visit &visit) {
  visit(it.at()); visit(it.health()); visit(it.health_text()); visit(it.findings());
}

template <class Visit>
void each(const recoup::Stats &it, Visit &visit) {
  visit(it.blocked_users()); visit(it.events_waiting());
}

template <class Visit>
void each(const recoup::OutcomeDetails::Accepted &it, Visit &visit) {
  visit(it.name()); visit(it.meaning()); visit(it.meaning_text());
}

template <class Visit>
void each(const recoup::OutcomeDetails::DeadLetter &it, Visit &visit) {
  visit(it.code()); visit(it.message());
}

template <class Visit>
void each(const recoup::OutcomeDetails::Rejected &it, Visit &visit) {
  visit(it.code()); visit(it.message());
}

template <class Visit>
void each(const recoup::OutcomeDetails &it, Visit &visit) {
  visit(it.outcome()); visit(it.outcome_text()); visit(it.http_status()); visit(it.new_()); visit(it.refund());
  visit(it.user()); visit(it.confirm_url()); visit(it.accepted()); visit(it.dead_letter()); visit(it.rejected());
}

template <class Visit>
void each(const recoup::CompletionDetails::Failure &it, Visit &visit) {
  visit(it.code()); visit(it.message()); visit(it.retryable());
}

template <class Visit>
void each(const recoup::CompletionDetails &it, Visit &visit) {
  visit(it.outcome()); visit(it.failure());
}

template <class Visit>
void each(const recoup::DeadLetter &it, Visit &visit) {
  visit(it.id()); visit(it.store()); visit(it.received_at()); visit(it.code()); visit(it.message());
}

template <class Visit>
void each(const recoup::DeadLetterPage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::WebhookEnd &it, Visit &visit) {
  visit(it.at()); visit(it.why());
}

template <class Visit>
void each(const recoup::WebhookEndpoint &it, Visit &visit) {
  visit(it.name()); visit(it.format()); visit(it.format_text()); visit(it.events()); visit(it.stores());
  visit(it.environments()); visit(it.configured()); visit(it.since()); visit(it.served_at());
  visit(it.held_back_until()); visit(it.ended()); visit(it.waiting()); visit(it.held()); visit(it.dead());
  visit(it.delivered_at()); visit(it.problem()); visit(it.problem_at());
}

template <class Visit>
void each(const recoup::WebhookMessage &it, Visit &visit) {
  visit(it.id()); visit(it.endpoint()); visit(it.webhook_id()); visit(it.event()); visit(it.kind());
  visit(it.kind_text()); visit(it.user()); visit(it.refund_id()); visit(it.made_at()); visit(it.state());
  visit(it.state_text()); visit(it.attempts()); visit(it.next_at()); visit(it.status()); visit(it.problem());
  visit(it.settled_at());
}

template <class Visit>
void each(const recoup::WebhookMessagePage &it, Visit &visit) {
  visit(it.items()); visit(it.next());
}

template <class Visit>
void each(const recoup::WebhookData &it, Visit &visit) {
  visit(it.event()); visit(it.kind()); visit(it.kind_text()); visit(it.ledger()); visit(it.user()); visit(it.refund());
  visit(it.recovery()); visit(it.block()); visit(it.notice()); visit(it.access()); visit(it.gap());
}

template <class Visit>
void each(const recoup::WebhookEvent &it, Visit &visit) {
  visit(it.type()); visit(it.timestamp()); visit(it.data());
}

template <class Visit>
void each(const recoup::WebhookTest &it, Visit &visit) {
  visit(it.endpoint()); visit(it.delivered()); visit(it.status()); visit(it.millis()); visit(it.problem());
}

template <class Visit>
void each(const recoup::Exported &it, Visit &visit) {
  visit(it.rows());
}

template <class Visit>
void each(const recoup::UserAccessOverride &it, Visit &visit) {
  visit(it.id()); visit(it.product()); visit(it.access()); visit(it.who()); visit(it.why()); visit(it.made_at());
  visit(it.ended_at()); visit(it.until());
}

template <class Visit>
void each(const recoup::UserConsumption &it, Visit &visit) {
  visit(it.order_id()); visit(it.report());
}

template <class Visit>
void each(const recoup::UserMessage &it, Visit &visit) {
  visit(it.id()); visit(it.store()); visit(it.name()); visit(it.received_at()); visit(it.body_base64());
  visit(it.refund());
}

template <class Visit>
void each(const recoup::Extent &it, Visit &visit) {
  visit(it.kind()); visit(it.kind_text()); visit(it.quantity()); visit(it.amount()); visit(it.total_amount());
  visit(it.share());
}

template <class Visit>
void each(const recoup::Fact::Refunded &it, Visit &visit) {
  visit(it.extent()); visit(it.initiator()); visit(it.initiator_text()); visit(it.reason()); visit(it.reason_text());
  visit(it.step()); visit(it.subscription_live());
}

template <class Visit>
void each(const recoup::Fact::Reversed &it, Visit &visit) {
  visit(it.extent()); visit(it.failure()); visit(it.step());
}

template <class Visit>
void each(const recoup::Fact::Requested &it, Visit &visit) {
  visit(it.deadline()); visit(it.reason()); visit(it.reason_text()); visit(it.token());
}

template <class Visit>
void each(const recoup::Fact &it, Visit &visit) {
  visit(it.what()); visit(it.what_text()); visit(it.at()); visit(it.trust()); visit(it.trust_text()); visit(it.about());
  visit(it.refunded()); visit(it.reversed()); visit(it.requested());
}

template <class Visit>
void each(const recoup::UserRefund &it, Visit &visit) {
  visit(it.refund()); visit(it.facts()); visit(it.recovery());
}

template <class Visit>
void each(const recoup::UserWebhookMessage &it, Visit &visit) {
  visit(it.message()); visit(it.event());
}

template <class Visit>
void each(const recoup::UserExport &it, Visit &visit) {
  visit(it.user()); visit(it.at()); visit(it.account_tags()); visit(it.purchases()); visit(it.orders());
  visit(it.refunds()); visit(it.recovery()); visit(it.messages()); visit(it.blocks()); visit(it.notices());
  visit(it.notes()); visit(it.access_overrides()); visit(it.exclusions()); visit(it.consumption()); visit(it.actions());
  visit(it.reviews()); visit(it.events()); visit(it.webhook_messages()); visit(it.journal());
}

template <class Visit>
void each(const recoup::Forgotten &it, Visit &visit) {
  visit(it.pseudonym()); visit(it.purchases()); visit(it.refunds()); visit(it.blocks()); visit(it.journal());
  visit(it.messages()); visit(it.events()); visit(it.consumption()); visit(it.notices()); visit(it.notes());
  visit(it.access_overrides()); visit(it.exclusions()); visit(it.webhook_messages()); visit(it.log_emptied());
}

template <class Visit>
void each(const recoup::Pruned &it, Visit &visit) {
  visit(it.audit()); visit(it.bodies()); visit(it.dead_letters()); visit(it.forgotten()); visit(it.notices());
  visit(it.requests()); visit(it.sessions()); visit(it.webhooks());
}

}  // namespace every_accessor

#endif  // RECOUP_TESTS_EVERY_ACCESSOR_HPP
