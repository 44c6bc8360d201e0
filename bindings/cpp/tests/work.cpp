// The books of refunds, and operators' work on them. Part of the program "binding".
#include "binding.hpp"

#include "check.hpp"

#include <array>
#include <string>
#include <string_view>

namespace {

using recoup::Engine;
using recoup::Event;
using recoup::EventKind;
using recoup::Handled;
using recoup::Status;

/// An engine whose refund 1 is dora's order S-1, for 500 gems, and whose refund 2 has no player.
recoup::Result<Engine> with_refunds() {
  auto engine = Engine::open(config, new_folder());
  if (!engine) return engine;
  CHECK(engine->record_purchase(recoup::Purchase("custom:own", "dora").app("game").order_id("S-1").grant("gem", 500)));
  CHECK(engine->record_message_json(message("n1", std::string(refunded))));
  CHECK(engine->record_message_json(message("n2", std::string(refunded), false)));
  return engine;
}

/// The event of a kind, which is polled with all others.
Event polled(const Engine &engine, EventKind kind) {
  std::array<Event, 8> events;
  const std::size_t count = engine.poll(events).value_or(0);
  for (std::size_t i = 0; i < count; ++i) {
    if (events[i].kind() == kind) return events[i];
  }
  CHECK(false);
  return Event();
}

void an_event_is_settled() {
  auto engine = with_refunds();
  REQUIRE(engine);
  const Event event = polled(*engine, EventKind::refund);
  CHECK(event.items_owed() == 1 && event.items_to_return() == 0);
  const auto details = engine->query_event(event.id());
  REQUIRE(details && details->recovery());
  CHECK(details->recovery()->items().size() == 1);
  const auto to_do = engine->query_to_do(event.id());
  REQUIRE(to_do && to_do->take().size() == 1);
  const recoup::Grant take = *to_do->take().begin();
  CHECK(to_do->refund() == 1 && take.item() == "gem" && take.quantity() == 500 && to_do->give().empty());
  CHECK(to_do->key() == "event:" + std::to_string(event.id()));
  const auto outcome = engine->settle(event.id(), R"({"taken": [{"item": "gem", "quantity": 100}]})");
  REQUIRE(outcome && outcome->too_much().empty());
  const recoup::RecoveryItem item = *outcome->recovery().items().begin();
  CHECK(item.granted() == 500 && item.due() == 500 && item.taken() == 100 && item.forgiven() == 0);
  CHECK(item.owed() == 400 && item.to_return() == 0 && !outcome->recovery().settled());
  CHECK(engine->query_to_do(event.id()).status() == Status::not_found);
  CHECK(engine->settle(99, "{}").status() == Status::not_found);
}

void books_follow_reports_and_operators() {
  auto engine = with_refunds();
  REQUIRE(engine);
  const auto books = engine->query_recovery(1);
  REQUIRE(books);
  CHECK(books->known() && books->sized() && books->granted_by() == recoup::GrantSource::purchase);
  const auto reported =
      engine->report_recovery(1, R"({"key": "a", "taken": [{"item": "gem", "quantity": 100}], "who": "shop"})");
  REQUIRE(reported);
  CHECK(engine->query_debts("dora").value().debts().size() == 1);
  const auto repaid = engine->repay("dora", R"({"key": "b", "items": [{"item": "gem", "quantity": 100}]})");
  REQUIRE(repaid && repaid->applied().size() == 1);
  CHECK((*repaid->applied().begin()).quantity() == 100 && repaid->too_much().empty());
  CHECK((*repaid->debts().items().begin()).quantity() == 300);
  const auto forgiven = engine->forgive(1, R"({"key": "c", "written_off": true, "who": "eve", "why": "gone"})");
  REQUIRE(forgiven && forgiven->settled());
  const auto entries = engine->query_recovery_entries(1);
  REQUIRE(entries && entries->size() == 4);
  int64_t waiver = 0;
  for (const recoup::RecoveryEntry entry : *entries) {
    CHECK(entry.refund() == 1 && entry.user() == "dora" && entry.item() == "gem");
    if (entry.how() == recoup::RecoveryHow::written_off) waiver = entry.id();
  }
  CHECK(engine->correct(waiver, "eve", "a mistake").ok());
  const auto again = engine->correct(waiver, "eve", "a mistake");
  CHECK(again.status() == Status::refused && again.error().code() == "already_corrected");
  CHECK(engine->correct(99, "eve", "why").status() == Status::not_found);
  CHECK(engine->report_recovery(1, R"({"key": "a"})").error().code() == "key_reused");
  CHECK(engine->report_recovery(1, R"({"kay": "a"})").error().code() == "bad_json");
  CHECK(engine->report_recovery(9, R"({"key": "d"})").status() == Status::not_found);
  const auto granted = engine->set_granted(2, R"({"grants": [], "who": "eve", "why": "log"})");
  CHECK(granted && granted->known() && granted->items().empty());
  CHECK(engine->set_granted(1, R"({"grants": [], "who": "eve", "why": "log"})").error().code() == "granted_by_purchase");
}

void a_status_is_set() {
  auto engine = with_refunds();
  REQUIRE(engine);
  const auto status = [](const recoup::Result<recoup::Document<recoup::Refund>> &refund) {
    return refund ? refund->work_status() : recoup::WorkStatus::unnamed;
  };
  CHECK(status(engine->set_refund_status(1, "recovered", "eve", "why")) == recoup::WorkStatus::recovered);
  CHECK(status(engine->set_order_status("S-1", "open", "eve", "why")) == recoup::WorkStatus::open);
  CHECK(engine->set_order_status("S-9", "open", "eve", "why").status() == Status::not_found);
  const auto unknown = engine->set_refund_status(1, "gone", "eve", "why");
  CHECK(unknown.status() == Status::invalid_argument && unknown.error().code() == "unknown_status");
  CHECK(contains(unknown.error().message(), "written_off"));
  CHECK(status(engine->close_refund(2, "written_off", "eve", "why")) == recoup::WorkStatus::written_off);
  CHECK(status(engine->reopen_refund(2, "eve", "why")) == recoup::WorkStatus::open);
  CHECK(engine->close_refund(1, "recovered", "eve", "why").error().code() == "still_owed");
  const auto assigned = engine->assign_refund(1, "mia", "eve", "why");
  CHECK(assigned && assigned->assignee() == "mia");
  CHECK(!engine->assign_refund(1, "", "eve", "why").value().assignee());
}

void a_case_is_read_and_noted_on() {
  auto engine = with_refunds();
  REQUIRE(engine);
  const auto note = engine->add_note(R"({"refund": 1, "text": "called", "who": "eve"})");
  REQUIRE(note);
  CHECK(note->on().refund() == 1 && !note->on().user() && note->text() == "called" && note->who() == "eve");
  CHECK(engine->add_note(R"({"user": "dora", "text": "kind", "who": "eve"})").value().on().user() == "dora");
  CHECK(engine->query_notes(R"({"refund": 1})").value().size() == 1);
  CHECK(engine->query_notes(R"({"refund": 9})").status() == Status::not_found);
  CHECK(engine->add_note(R"({"text": "on what?", "who": "eve"})").status() == Status::invalid_argument);
  const auto file = engine->query_case(1);
  REQUIRE(file && file->refund().id() == 1 && file->notes().size() == 1 && file->entries().size() == 1);
  CHECK(file->blocks().size() == 1 && !file->journal().empty() && file->recovery().items().size() == 1);
  CHECK(engine->query_refund_of_order("S-1").value().id() == 1);
  CHECK(engine->query_refund_of_order("S-9").status() == Status::not_found);
  const auto found = engine->find("S-1");
  REQUIRE(found && found->refunds().size() == 1 && found->purchases().size() == 1);
  CHECK(engine->find("dora").value().users().size() == 1 && engine->find("").status() == Status::invalid_argument);
  CHECK(engine->count_refunds().value().count() == 2 && !engine->count_refunds().value().more());
  CHECK(engine->count_refunds(R"({"user": "dora"})").value().count() == 1);
}

void changed_books_have_a_callback() {
  int called = 0;
  auto engine = with_refunds();
  REQUIRE(engine && engine->on_recovery([&](const Event &event) noexcept {
    called += event.kind() == EventKind::recovery && event.items_owed() == 1;
    return Handled::done;
  }));
  CHECK(engine->forgive(1, R"({"key": "a", "items": [{"item": "gem", "quantity": 1}], "who": "eve", "why": "why"})"));
  CHECK(engine->tick() && called == 1);
}

}  // namespace

void run_work() {
  an_event_is_settled();
  books_follow_reports_and_operators();
  a_status_is_set();
  a_case_is_read_and_noted_on();
  changed_books_have_a_callback();
}
