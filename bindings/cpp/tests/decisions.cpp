// What operators decide above the rules, and what players see of it. Part of the program "binding".
#include "binding.hpp"

#include "check.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace {

using recoup::Engine;
using recoup::Event;
using recoup::EventKind;
using recoup::Flow;
using recoup::Handled;
using recoup::Status;

constexpr std::string_view milder = R"([{"name": "milder", "match": {}, "action": "record"}])";

/// An engine with dora's order S-1, whose product gives access, and nothing refunded.
recoup::Result<Engine> with_order() {
  auto engine = Engine::open(R"({"database": "ledger.db", "notices": {"events": true}})", new_folder());
  if (!engine) return engine;
  recoup::Purchase purchase("custom:own", "dora");
  purchase.app("game").order_id("S-1").product("no-ads").product_type(recoup::ProductType::non_consumable);
  CHECK(engine->record_purchase(purchase));
  return engine;
}

bool is_refunded(const Engine &engine) { return engine.record_message_json(message("n1", std::string(refunded))).ok(); }

void an_exclusion_is_made_and_ended() {
  auto engine = with_order();
  REQUIRE(engine);
  const std::string_view agreed = R"({"kind": "order", "value": "S-1", "who": "eve", "why": "agreed"})";
  const auto made = engine->exclude(agreed);
  REQUIRE(made && made->id() == 1 && made->value() == "S-1" && made->who() == "eve" && made->why() == "agreed");
  CHECK(made->kind() == recoup::ExclusionKind::order && made->action() == recoup::ExclusionAction::spare);
  CHECK(made->refunded_already().empty() && !made->until() && !made->store() && !made->ended() && made->uses() == 0);
  const auto again = engine->exclude(agreed);
  CHECK(again.status() == Status::refused && again.error().code() == "standing_exclusion");
  CHECK(engine->exclude(R"({"kind": "sku"})").error().code() == "bad_json");
  CHECK(is_refunded(*engine) && !engine->is_blocked("dora").value_or(true));
  CHECK(engine->query_refund(1).value().decision()->rule() == "exclusion 1");
  CHECK(engine->query_exclusions().value().items().size() == 1);
  const auto ended = engine->end_exclusion(1, "eve", "over");
  REQUIRE(ended && ended->ended() && ended->uses() == 1);
  CHECK(ended->ended()->who() == "eve" && ended->ended()->why() == "over" && ended->ended()->at() > recoup::Time());
  CHECK(engine->query_exclusions().value().items().empty());
  const auto all = engine->query_exclusions(true, 0, 1);
  REQUIRE(all && all->items().size() == 1 && !all->next());
  CHECK((*all->items().begin()).id() == 1);
  CHECK(engine->end_exclusion(9, "eve", "over").error().code() == "unknown_exclusion");
}

void a_refund_is_overruled() {
  auto engine = with_order();
  REQUIRE(engine && is_refunded(*engine) && engine->is_blocked("dora").value_or(false));
  const auto let_off = engine->overrule(1, R"({"action": "record", "who": "eve", "why": "our mistake"})");
  REQUIRE(let_off && let_off->decision());
  CHECK(let_off->decision()->action().kind() == recoup::RuleAction::Kind::record);
  CHECK(!engine->is_blocked("dora").value_or(true));
  CHECK(engine->overrule(1, R"({"who": "eve", "why": "to the rules"})") && engine->is_blocked("dora").value_or(false));
  CHECK(engine->overrule(1, R"({"action": "forgive", "who": "eve", "why": "w"})").error().code() == "bad_json");
  CHECK(engine->overrule(9, R"({"who": "eve", "why": "w"})").status() == Status::not_found);
}

void a_trial_of_rules_reports_and_can_be_stopped() {
  auto engine = with_order();
  REQUIRE(engine && is_refunded(*engine));
  const auto quiet = engine->try_policy(milder);
  REQUIRE(quiet && quiet->refunds() == 1 && quiet->users() == 1 && !quiet->stopped() && !quiet->since());
  CHECK(quiet->blocked().now() == 1 && quiet->blocked().then() == 0 && quiet->blocked().freed() == 1);
  REQUIRE(quiet->changes().size() == 1);
  const recoup::TrialChange change = *quiet->changes().begin();
  REQUIRE(change.refunds() == 1 && change.to() == "record" && change.examples().size() == 1);
  CHECK((*change.examples().begin()).user() == "dora" && (*change.examples().begin()).refund() == 1);

  std::vector<std::string> reported;
  const auto stopped = engine->try_policy(milder, R"({"examples": 0})", [&](const recoup::Tried &so_far) {
    reported.emplace_back(so_far.raw());
    CHECK(so_far.refunds() == 1 && so_far.users() == 1);
    CHECK(engine->try_policy(milder).status() == Status::reentrant && engine->query_refund(1).ok());
    CHECK(engine->export_(R"({"what": "debts"})", [](std::string_view) {}).status() == Status::reentrant);
    return Flow::stop;
  });
  REQUIRE(stopped && stopped->stopped() && reported.size() == 1);
  const auto continued = engine->try_policy(milder, {}, [&](std::string_view json) {
    CHECK(json == reported[0]);
    return Flow::proceed;
  });
  CHECK(continued && !continued->stopped());
  int calls = 0;
  const auto count = [&](const recoup::Tried &) noexcept { ++calls; };
  CHECK(engine->try_policy(milder, {}, count) && calls == 1);
  CHECK(engine->is_blocked("dora").value_or(false) && engine->query_refund(1).value().decision()->rule() != "milder");

  const auto bad = engine->try_policy(R"([{"name": "exclusion 1", "match": {}, "action": "alert"}])");
  CHECK(bad.status() == Status::invalid_argument && bad.error().code() == "bad_policy");
  CHECK(engine->try_policy("[]", R"({"example": 1})", count).error().code() == "bad_json" && calls == 1);
}

void a_notice_waits_for_the_player() {
  auto engine = with_order();
  REQUIRE(engine && is_refunded(*engine));
  const auto notices = engine->query_notices("dora", "ko-KR", 10);
  REQUIRE(notices && !notices->empty());
  int64_t id = 0;
  for (const recoup::Notice notice : *notices) {
    CHECK(notice.user() == "dora" && notice.locale() == "ko" && !notice.title().empty() && !notice.text().empty());
    CHECK(notice.state() == recoup::NoticeState::waiting && !notice.shown_at() && !notice.ended_at());
    if (notice.name() == recoup::NoticeName::blocked) id = notice.id();
  }
  REQUIRE(id > 0);
  const auto shown = engine->mark_notice("dora", id, "shown");
  CHECK(shown && shown->state() == recoup::NoticeState::shown && shown->shown_at() && shown->locale() == "en");
  CHECK(engine->query_notices("dora", {}, 1).value().size() == 1);
  const std::size_t before = engine->query_notices("dora").value().size();
  CHECK(engine->mark_notice("dora", id, "acknowledged").value().state() == recoup::NoticeState::acknowledged);
  CHECK(engine->query_notices("dora").value().size() == before - 1 && engine->query_notices("nemo").value().empty());
  CHECK(engine->mark_notice("bob", id, "shown").error().code() == "unknown_notice");
  const auto unknown = engine->mark_notice("dora", id, "read");
  CHECK(unknown.status() == Status::invalid_argument && unknown.error().code() == "unknown_mark");
}

void access_has_a_reason() {
  auto engine = with_order();
  REQUIRE(engine);
  using By = recoup::AccessReason::By;
  CHECK(engine->has_access("dora", "no-ads").value_or(false) && !engine->has_access("dora", "other").value_or(true));
  const auto bought = engine->query_access("dora", "no-ads");
  REQUIRE(bought && bought->because().purchase());
  CHECK(bought->has() && bought->product() == "no-ads" && bought->because().purchase()->order() == "S-1");
  CHECK(engine->query_access("nemo", "no-ads").value().because().by() == By::no_purchase);
  CHECK(is_refunded(*engine) && !engine->has_access("dora", "no-ads").value_or(true));
  const auto lost = engine->query_access("dora", "no-ads");
  REQUIRE(lost && lost->because().refund());
  CHECK(!lost->has() && lost->because().refund()->refund() == 1);
  const auto kept = engine->set_access("dora", "no-ads", R"({"access": true, "who": "eve", "why": "goodwill"})");
  REQUIRE(kept && kept->has() && kept->because().operator_());
  CHECK(kept->because().operator_()->who() == "eve" && !kept->until());
  CHECK(engine->has_access("dora", "no-ads").value_or(false));
  CHECK(engine->set_access("dora", "no-ads", R"({"access": 1})").error().code() == "bad_json");
  CHECK(engine->set_access("dora", "no-ads", R"({"access": true, "until": 1, "who": "e", "why": "w"})").error().code() ==
        "bad_until");
}

void notices_and_access_have_callbacks() {
  int notices = 0, access = 0;
  auto engine = with_order();
  REQUIRE(engine && engine->on_notice([&](const Event &event) noexcept {
    notices += event.kind() == EventKind::notice && event.user() == "dora";
    return Handled::done;
  }));
  REQUIRE(engine->on_access([&](const Event &event) noexcept {
    const auto details = engine->query_event(event.id());
    access += event.kind() == EventKind::access && details && details->access() && !details->access()->has();
    return Handled::done;
  }));
  CHECK(is_refunded(*engine) && engine->tick() && notices > 0 && access == 1);
}

#ifdef __cpp_exceptions
void a_trial_whose_progress_throws_is_stopped() {
  auto engine = with_order();
  REQUIRE(engine && is_refunded(*engine));
  const auto as_view = engine->try_policy(milder, {}, [](const recoup::Tried &) { throw 1; });
  CHECK(as_view && as_view->stopped());
  const auto as_json = engine->try_policy(milder, {}, [](std::string_view) -> Flow { throw 1; });
  CHECK(as_json && as_json->stopped());
}
#endif

}  // namespace

void run_decisions() {
  an_exclusion_is_made_and_ended();
  a_refund_is_overruled();
  a_trial_of_rules_reports_and_can_be_stopped();
  a_notice_waits_for_the_player();
  access_has_a_reason();
  notices_and_access_have_callbacks();
#ifdef __cpp_exceptions
  a_trial_whose_progress_throws_is_stopped();
#endif
}
