// Figures, exports, privacy, and webhooks to endpoints of the game's own. Part of the program "binding".
#include "binding.hpp"

#include "check.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using recoup::Engine;
using recoup::Flow;
using recoup::Status;

constexpr std::string_view purchases = R"({"what": "purchases", "format": "csv"})";

/// Refund 1 is dora's order S-1, for 500 gems.
bool refund(const Engine &engine) {
  return engine.record_purchase(recoup::Purchase("custom:own", "dora").app("game").order_id("S-1").grant("gem", 500)) &&
         engine.record_message_json(message("n1", std::string(refunded)));
}

recoup::Result<Engine> with_refund() {
  auto engine = Engine::open(config, new_folder());
  if (engine) CHECK(refund(*engine));
  return engine;
}

void figures_are_of_a_question() {
  auto engine = with_refund();
  REQUIRE(engine);
  const auto figures = engine->query_figures(
      R"({"since": 1780000000000, "by": ["store", "product"], "lists": ["items", "waiting", "lags"]})");
  REQUIRE(figures);
  CHECK(figures->environment() == recoup::Environment::production && figures->grain() == recoup::Grain::month);
  REQUIRE(figures->total().refunds().refunds() == 1 && figures->groups().size() == 1 && figures->items().size() == 1);
  const recoup::GroupFigures group = *figures->groups().begin();
  CHECK(group.refunds().refunds() == 1 && group.group().find("store") == std::optional<std::string_view>("custom:own"));
  CHECK(group.group().find("product").has_value() && !*group.group().find("product"));
  const recoup::ItemFigures item = *figures->items().begin();
  CHECK(item.item() == "gem" && item.due() == 500 && item.owed() == 500);
  REQUIRE(figures->waiting());
  CHECK(figures->waiting()->players_owing() == 1 && !figures->reviews() && figures->rules().empty());
  CHECK(!figures->definitions().empty() && figures->since() < figures->until());
  CHECK(engine->query_figures().ok());
  CHECK(engine->query_figures(R"({"by": ["sku"]})").error().code() == "bad_json");
  CHECK(engine->query_figures(R"({"by": ["store", "store"]})").error().code() == "bad_question");
  const auto counts = engine->query_work_counts();
  REQUIRE(counts && counts->size() == 1);
  const recoup::WorkCount count = *counts->begin();
  CHECK(count.store() == "custom:own" && count.refunds() == 1 && count.work_status() == recoup::WorkStatus::open);
}

void debtors_come_in_pages() {
  auto engine = with_refund();
  REQUIRE(engine);
  const auto page = engine->query_debtors();
  REQUIRE(page && page->items().size() == 1 && !page->next());
  const recoup::Debtor debtor = *page->items().begin();
  CHECK(debtor.user() == "dora" && debtor.blocked() && debtor.debts().size() == 1);
  CHECK((*debtor.items().begin()).quantity() == 500);
  CHECK(engine->query_debtors("dora", 1).value().items().empty());
}

void an_export_is_written_in_pieces() {
  auto engine = with_refund();
  REQUIRE(engine);
  const std::string long_name(200, 'p');
  for (int i = 0; i < 400; ++i) {
    recoup::Purchase purchase("custom:own", "dora");
    const std::string order = "T-" + std::to_string(i);
    REQUIRE(engine->record_purchase(purchase.app("game").order_id(order).product(long_name)));
  }
  std::string text;
  int pieces = 0;
  const auto keep = [&](std::string_view piece) {
    text += piece;
    ++pieces;
    CHECK(engine->query_refund(1).ok() && engine->prune().ok());
  };
  const auto exported = engine->export_(purchases, keep);
  REQUIRE(exported && exported->rows() == 401);
  CHECK(std::count(text.begin(), text.end(), '\n') == 402 && pieces > 1);

  pieces = 0;
  const auto stopped = engine->export_(purchases, [&](std::string_view piece) {
    CHECK(!piece.empty());
    return ++pieces < 2 ? Flow::proceed : Flow::stop;
  });
  CHECK(stopped.status() == Status::io && stopped.error().code() == "output" && pieces == 2);

  text.clear();
  const auto debts = engine->export_(R"({"what": "debts"})", [&](std::string_view piece) {
    text += piece;
    return Flow::proceed;
  });
  CHECK(debts && debts->rows() == 1 && contains(text, R"({"end":{"rows":1}})"));
  CHECK(engine->export_(R"({"what": "players"})", keep).error().code() == "bad_json");
  CHECK(engine->export_(R"({"what": "journal", "store": "app-store"})", keep).error().code() == "bad_filter");
}

void a_user_is_exported_and_forgotten() {
  auto engine = with_refund();
  REQUIRE(engine);
  std::string text;
  const auto exported = engine->export_user("dora", [&](std::string_view piece) { text += piece; });
  REQUIRE(exported && exported->rows() > 3);
  const auto views = recoup::Document<recoup::UserExport>::read(std::string_view(text));
  REQUIRE(views && views->user() == "dora" && views->refunds().size() == 1 && views->purchases().size() == 1);
  const recoup::UserRefund of_user = *views->refunds().begin();
  REQUIRE(of_user.refund().id() == 1 && of_user.recovery().size() == 1 && of_user.facts().size() == 1);
  const recoup::Fact fact = *of_user.facts().begin();
  REQUIRE(fact.refunded());
  CHECK(fact.refunded()->extent().kind() == recoup::Extent::Kind::full && fact.about().order_id() == "S-1");
  CHECK(!views->events().empty() && !views->journal().empty() && views->messages().size() == 1);

  const std::string_view request = R"({"who": "dpo", "why": "request 118"})";
  const auto needed = engine->forget_user("dora", request);
  CHECK(needed.status() == Status::refused && needed.error().code() == "still_needed");
  CHECK(engine->forget_user("dora", "{}").error().code() == "bad_json");
  const auto forgotten = engine->forget_user("dora", R"({"even_so": true, "who": "dpo", "why": "request 118"})");
  REQUIRE(forgotten && forgotten->pseudonym().rfind("forgotten-", 0) == 0);
  CHECK(forgotten->purchases() == 1 && forgotten->refunds() == 1 && forgotten->blocks() == 1);
  CHECK(engine->query_refund(1).value().user() == forgotten->pseudonym());
  const auto pruned = engine->prune();
  CHECK(pruned && pruned->bodies() == 0 && pruned->notices() == 0 && pruned->webhooks() == 0);
}

void messages_go_to_an_endpoint() {
  std::vector<std::string> sent;
  int32_t answer_with = 204;
  recoup::Options options;
  REQUIRE(options.set_transport([&](const recoup::HttpRequest &request, recoup::HttpAnswer &answer) {
    sent.emplace_back(request.body());
    CHECK(request.url() == "http://127.0.0.1:9/refunds" && answer.set(answer_with, ""));
  }));
  REQUIRE(options.set_config_json(R"({"database": "ledger.db", "webhooks": [{"name": "crm", "url": "http://127.0.0.1:9/refunds",
      "secrets": ["whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="], "events": ["refund"]}]})", new_folder()));
  REQUIRE(options.set_background(false));
  auto engine = Engine::open_with(options);
  REQUIRE(engine);
  const auto endpoints = engine->query_webhooks();
  REQUIRE(endpoints && endpoints->size() == 1);
  const recoup::WebhookEndpoint endpoint = *endpoints->begin();
  CHECK(endpoint.name() == "crm" && endpoint.format() == recoup::WebhookFormat::recoup && endpoint.configured());
  REQUIRE(endpoint.events() && endpoint.events()->size() == 1);
  CHECK(*endpoint.events()->begin() == recoup::EventKind::refund && !endpoint.stores() && !endpoint.ended());

  CHECK(refund(*engine) && engine->send_webhooks().value() == 1 && engine->send_webhooks().value() == 0);
  REQUIRE(sent.size() == 1);
  const auto body = recoup::Document<recoup::WebhookEvent>::read(std::string_view(sent[0]));
  REQUIRE(body && body->data().refund());
  CHECK(body->type() == "refund.refunded" && body->data().refund()->user() == "dora" && !body->data().block());
  const auto messages = engine->query_webhook_messages(R"({"endpoint": "crm", "user": "dora"})");
  REQUIRE(messages && messages->items().size() == 1 && !messages->next());
  const recoup::WebhookMessage delivered = *messages->items().begin();
  CHECK(delivered.state() == recoup::WebhookState::delivered && delivered.status() == 204 && delivered.attempts() == 1);
  CHECK(engine->query_webhook_messages(R"({"state": "dead"})", 0, 1).value().items().empty());
  CHECK(engine->query_webhook_messages(R"({"state": "lost"})").error().code() == "bad_json");

  const std::string id = std::to_string(delivered.id());
  CHECK(engine->replay_webhooks(R"({"replay": {"message": )" + id + R"(}, "who": "eve", "why": "w"})").value() == 1);
  CHECK(engine->replay_webhooks(R"({"replay": {"message": 99}, "who": "eve", "why": "w"})").error().code() ==
        "unknown_message");
  CHECK(engine->send_webhooks().value() == 1 && sent.size() == 2);

  answer_with = 500;
  const auto test = engine->test_webhook("crm");
  REQUIRE(test && sent.size() == 3);
  CHECK(!test->delivered() && test->status() == 500 && test->endpoint() == "crm" && test->problem());
  CHECK(contains(sent[2], "recoup.test") && engine->test_webhook("erp").status() == Status::not_found);
  CHECK(engine->end_webhook("crm", "eve", "moved"));
  CHECK(engine->end_webhook("crm", "eve", "moved").error().code() == "unknown_endpoint");
  CHECK((*engine->query_webhooks().value().begin()).ended()->why() == "moved");
}

#ifdef __cpp_exceptions
void an_export_whose_callable_throws_is_stopped() {
  auto engine = with_refund();
  REQUIRE(engine);
  int calls = 0;
  const auto stopped = engine->export_(purchases, [&](std::string_view) {
    ++calls;
    throw 1;
  });
  CHECK(stopped.status() == Status::io && stopped.error().code() == "output" && calls == 1);
  CHECK(engine->export_user("dora", [](std::string_view) -> Flow { throw 1; }).status() == Status::io);
}
#endif

}  // namespace

void run_exports() {
  figures_are_of_a_question();
  debtors_come_in_pages();
  an_export_is_written_in_pieces();
  a_user_is_exported_and_forgotten();
  messages_go_to_an_endpoint();
#ifdef __cpp_exceptions
  an_export_whose_callable_throws_is_stopped();
#endif
}
