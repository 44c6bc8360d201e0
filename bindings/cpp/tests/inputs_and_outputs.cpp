// The inputs and outputs of an engine. Part of the program "binding".
#include "binding.hpp"

#include "check.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using recoup::Completion;
using recoup::Engine;
using recoup::Event;
using recoup::EventKind;
using recoup::Status;
using recoup::Text;

void a_purchase_is_reported_member_by_member() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  recoup::Purchase purchase("google-play", "ann");
  purchase.order_id("GPA.1").purchase_token("token").account_tag("tag").linked_token("linked");
  purchase.app("com.example").product("gems.100").environment(recoup::Environment::sandbox);
  purchase.product_type(recoup::ProductType::consumable).quantity(3).price(4'990'000, "EUR");
  purchase.purchased_at_ms(1'789'990'000'000).expires_at_ms(1'799'990'000'000).country("KR").grant("gem", 100).grant("chest", 1);
  CHECK(engine->record_purchase(purchase).value() == recoup::PurchaseOutcome::recorded);
  CHECK(engine->record_purchase(purchase).value() == recoup::PurchaseOutcome::already_recorded);
  CHECK(engine->record_purchase(recoup::Purchase("app-store", "ann").original_id("1")));
  const auto order = engine->query_order("GPA.1");
  REQUIRE(order && order->order() == "GPA.1" && order->purchases().size() == 1 && order->refunds().empty());
  const recoup::RecordedPurchase kept = *order->purchases().begin();
  CHECK(kept.store() == "google-play" && kept.user() == "ann" && kept.order_id() == "GPA.1");
  CHECK(kept.purchase_token() == "token" && kept.account_tag() == "tag" && kept.linked_token() == "linked");
  CHECK(kept.app() == "com.example");
  CHECK(kept.product() == "gems.100" && kept.environment() == recoup::Environment::sandbox && kept.quantity() == 3);
  CHECK(kept.product_type() == recoup::ProductType::consumable && kept.product_type_text() == "consumable");
  REQUIRE(kept.price());
  CHECK(kept.price()->micros() == 4'990'000 && kept.price()->currency() == "EUR");
  CHECK(kept.purchased_at() == recoup::Time(1'789'990'000'000ms) && !kept.original_id() && kept.grants().size() == 2);
  CHECK(kept.expires_at() == recoup::Time(1'799'990'000'000ms) && kept.country() == "KR" && !kept.repays());
  CHECK(purchase.c().repays == 0 && recoup::Purchase().repays(7).c().repays == 7);
  std::string grants;
  for (const recoup::Grant grant : kept.grants()) grants += std::string(grant.item()) + std::to_string(grant.quantity());
  CHECK(grants == "gem100chest1");
  CHECK(engine->record_purchases_json(R"([{"store": "app-store", "user": "bob", "order_id": "7"}])").value() == 1);
  const auto bob = engine->query_user("bob");
  REQUIRE(bob && !bob->purchases().empty());
  CHECK((*bob->purchases().begin()).order_id() == "7" && !bob->blocked() && bob->journal().empty());
}

void a_request_is_answered_at_once_or_later() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  const std::map<std::string, std::string> headers = {{"Authorization", "none"}, {"Host", "game"}};
  const recoup::Request request = recoup::Request("app-store", "{}").header("Accept", "*/*").headers(headers);
  CHECK(request.c().header_count == 3 && std::string_view(request.c().headers[1].name.data) == "Authorization");
  Text details;
  auto outcome = engine->ingest(request, &details);
  REQUIRE(outcome);
  CHECK(outcome->kind() == recoup::OutcomeKind::rejected && outcome->http_status() == 403 && !outcome->is_new());
  CHECK(outcome->meaning() == recoup::Meaning::unknown && outcome->refund_id() == 0);
  auto read = recoup::Document<recoup::OutcomeDetails>::read(std::move(details));
  REQUIRE(read && read->rejected());
  CHECK(read->rejected()->code() == "store_not_configured" && read->http_status() == 403 && !read->refund());
  CHECK(engine->ingest(request).ok());

  REQUIRE(engine->submit(request, std::numeric_limits<uint64_t>::max()));
  std::array<Completion, 4> completions;
  std::size_t count = 0;
  while (count == 0) {
    CHECK(engine->wait(1s).ok());
    count = engine->poll_completions(completions, &details).value_or(1);
  }
  CHECK(count == 1 && completions[0].tag() == std::numeric_limits<uint64_t>::max());
  CHECK(completions[0].status() == Status::ok && completions[0].http_status() == 403);
  CHECK(completions[0].kind() == recoup::OutcomeKind::rejected && !completions[0].is_new());
  CHECK(contains(details, "store_not_configured"));
  CHECK(engine->wait(-5ms).ok());
  CHECK(engine->poll_completions(completions.data(), 4).value() == 0);
}

void polled_events_have_all_members() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  REQUIRE(delivered(*engine));
  Text details;
  const auto outcome = engine->record_message_json(
      message("n1", R"("what": "refunded", "extent": {"amount": {"micros": 990000, "currency": "JPY"}})"), "raw",
      &details);
  REQUIRE(outcome);
  CHECK(outcome->kind() == recoup::OutcomeKind::accepted && outcome->is_new() && outcome->refund_id() == 1);
  CHECK(outcome->meaning() == recoup::Meaning::refund && contains(details, "dora"));
  std::vector<Event> events(8);
  const auto count = engine->poll(events, &details);
  REQUIRE(count && *count == 3);
  const Event &event = events[0];
  CHECK(event.kind() == EventKind::refund && event.user() == "dora" && event.refund_id() == 1 && event.attempt() == 1);
  CHECK(event.currency() == "JPY" && event.amount_micros() == 990'000 && event.id() == 1);
  CHECK(!event.deadline_ms() && !event.until_ms() && event.at_ms() > 0 && event.block_id() == 0);
  const auto all = recoup::Document<recoup::List<recoup::EventDetails>>::read(std::move(details));
  REQUIRE(all && all->size() == 3);
  const recoup::EventDetails first = *all->begin();
  CHECK(first.id() == 1 && first.kind() == EventKind::refund && first.kind_text() == "refund" && first.user() == "dora");
  CHECK(first.at() == recoup::Time(std::chrono::milliseconds(event.at_ms())) && first.attempt() == 1 && !first.gap());
  REQUIRE(first.refund() && first.refund()->amount() && first.refund()->decision());
  CHECK(first.refund()->amount()->micros() == 990'000 && first.refund()->amount()->currency() == "JPY");
  const auto waiting = engine->query_event(1);
  REQUIRE(waiting && waiting->refund());
  CHECK(waiting->refund()->user() == "dora" && waiting->refund()->attributed_by() == recoup::AttributedBy::order);
  const auto refund = engine->query_refund(1);
  REQUIRE(refund && refund->decision());
  CHECK(refund->user() == "dora" && refund->state() == recoup::StoreState::partly_refunded);
  CHECK(refund->at() == recoup::Time(1'790'000'000'000ms));
  CHECK(refund->trust() == recoup::Trust::signed_ && refund->about().order_id() == "S-1" && refund->claimants().empty());
  const recoup::RuleAction action = refund->decision()->action();
  CHECK(action.kind() == recoup::RuleAction::Kind::block && action.block().has_value());
  CHECK(engine->query_refunds().value().items().size() == 1 && !engine->query_refunds().value().next());
  CHECK((*engine->query_refunds(R"({"user": "dora"})", 0, 1).value().items().begin()).id() == 1);
  CHECK(engine->query_stats().value().blocked_users() == 1 && engine->query_dead_letters().value().items().empty());
  const auto user = engine->query_user("dora");
  REQUIRE(user && user->blocked() && user->blocks().size() == 1);
  CHECK((*user->blocks().begin()).cause().by() == recoup::BlockCause::By::refund);
  int received = 0, decided = 0, blocked = 0;
  for (const recoup::JournalEntry entry : user->journal()) {
    CHECK(entry.what() != recoup::JournalEntry::What::unnamed && entry.id() > 0 && entry.at() > recoup::Time());
    received += entry.received() && entry.received()->meaning() == recoup::Meaning::refund;
    decided += entry.decided() && entry.decided()->action().kind() == recoup::RuleAction::Kind::block;
    blocked += entry.blocked() && entry.blocked()->block() == (*user->blocks().begin()).id();
  }
  CHECK(received == 1 && decided == 1 && blocked == 1);
  for (std::size_t i = 0; i < *count; ++i) CHECK(engine->ack(events[i].id()));
  CHECK(engine->ack(events[0].id()).ok());
  Event few[2];
  CHECK(engine->poll(few).value() == 0);

  REQUIRE(engine->block("erin", 60s, "op", "a minute"));
  CHECK(engine->poll(few).value() == 1 && few[0].kind() == EventKind::block && few[0].block_id() > 0);
  CHECK(few[0].until_ms() && *few[0].until_ms() > few[0].at_ms() && few[0].currency().empty() && few[0].refund_id() == 0);
  const auto newest = engine->query_blocks(false, 0, 1);
  REQUIRE(newest && newest->items().size() == 1 && newest->next());
  const recoup::Block block = *newest->items().begin();
  CHECK(block.user() == "erin" && block.id() == few[0].block_id() && block.until() && !block.ended());
  CHECK(*block.until() == recoup::Time(std::chrono::milliseconds(*few[0].until_ms())));
  REQUIRE(block.cause().operator_());
  CHECK(block.cause().operator_()->who() == "op" && block.cause().operator_()->why() == "a minute");
  CHECK(engine->unblock("erin", "op", "sorry").value() == 1);
  CHECK(!contains(engine->query_blocks().value().raw(), "erin"));
  CHECK(contains(engine->query_blocks(true).value().raw(), "erin"));
}

void a_struct_of_an_older_library_is_filled_with_zeros() {
  recoup_event older{};
  older.struct_size = offsetof(recoup_event, currency);
  older.id = 5;
  std::memcpy(older.currency, "USD", 4);
  const Event event(older);
  CHECK(event.id() == 5 && event.currency().empty() && event.c().struct_size == sizeof(recoup_event));
  recoup_event longest{};
  longest.struct_size = sizeof longest + 64;
  longest.user_len = 9999;
  std::memcpy(longest.currency, "ABCDEFGH", 8);
  CHECK(Event(longest).user().size() == sizeof longest.user - 1 && Event(longest).currency() == "ABCDEFGH");
}

}  // namespace

void run_inputs_and_outputs() {
  a_purchase_is_reported_member_by_member();
  a_request_is_answered_at_once_or_later();
  polled_events_have_all_members();
  a_struct_of_an_older_library_is_filled_with_zeros();
}
