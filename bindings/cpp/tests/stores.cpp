// A C++ program's requests to the stores, and the calls for support. Part of the program "binding".
#include "binding.hpp"

#include "check.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using recoup::Engine;
using recoup::Status;

constexpr std::string_view shop_config =
    R"({"database": "ledger.db",
        "stripe": [{"name": "web shop", "webhook_secrets": ["whsec_cpp"], "api_key": "sk_test_cpp"}]})";
constexpr std::string_view refund_order =
    R"({"order": {"store": "stripe", "app": "web shop", "payment": "ch_1"}, "who": "eve", "why": "test"})";

recoup::Result<Engine> open_shop(recoup::Options &options) {
  auto configured = options.set_config_json(shop_config, new_folder());
  if (!configured) return std::move(configured).error();
  auto set = options.set_background(false);
  if (!set) return std::move(set).error();
  return Engine::open_with(options);
}

void requests_go_through_a_transport() {
  struct FakeStore {
    std::vector<std::string> lines;
    int32_t status = 200;
    int ended = 0;
  } fake;
  struct End {
    FakeStore *fake;
    End(FakeStore *a) : fake(a) {}
    End(End &&from) noexcept : fake(std::exchange(from.fake, nullptr)) {}
    ~End() {
      if (fake) ++fake->ended;
    }
  };
  {
    recoup::Options options;
    REQUIRE(options.set_transport(
        [&fake, end = End(&fake)](const recoup::HttpRequest &request, recoup::HttpAnswer &answer) {
          bool authorized = false;
          for (std::size_t i = 0; i < request.header_count(); ++i) {
            authorized = authorized || request.header(i).second == "Bearer sk_test_cpp";
          }
          fake.lines.push_back(std::string(request.method()) + (authorized ? " + " : " - ") + std::string(request.url()));
          CHECK(request.time_limit() > 0ms && request.body_limit() > 0);
          CHECK(request.c().struct_size == sizeof(recoup_http_request));
          CHECK(answer.set(99, "{}").status() == Status::invalid_argument);
          const std::map<std::string, std::string> json = {{"Content-Type", "application/json"}};
          CHECK(answer.set(fake.status, json, R"({"object": "list", "data": [], "has_more": false})"));
        }));
    auto engine = open_shop(options);
    REQUIRE(engine);
    std::vector<std::string> stores;
    auto swept = engine->reconcile({}, [&](const recoup::Sweep &sweep) {
      stores.emplace_back(sweep.store());
      CHECK(engine->reconcile().status() == Status::reentrant && engine->is_blocked("ann").ok());
      CHECK(engine->doctor().status() == Status::reentrant);
    });
    REQUIRE(swept);
    REQUIRE(swept->sweeps().size() == 1);
    CHECK((*swept->sweeps().begin()).ended().what() == recoup::SweepEnd::What::complete);
    CHECK(stores.size() >= 2 && stores[0] == "stripe");
    std::string last;
    CHECK(engine->reconcile({}, [&](std::string_view progress_json) { last = progress_json; }).ok());
    CHECK(contains(last, R"("store":"stripe")"));
    REQUIRE(!fake.lines.empty());
    CHECK(fake.lines[0].rfind("GET + https://api.stripe.com/v1/", 0) == 0);
    CHECK(engine->work().ok());
    std::vector<std::string> findings;
    auto report = engine->doctor({}, [&](const recoup::Finding &finding) {
      findings.emplace_back(finding.raw());
      CHECK(finding.health() != recoup::Health::unnamed && finding.area() != recoup::DoctorArea::unnamed);
      CHECK(!finding.code().empty() && !finding.facts().empty());
    });
    REQUIRE(report);
    bool has_credentials = false;
    for (const recoup::Finding finding : report->findings()) {
      has_credentials |= finding.code() == "credentials" && finding.store() == "stripe" && finding.app() == "web shop";
    }
    CHECK(has_credentials);
    CHECK(findings.size() > 2);
    for (const auto &finding : findings) CHECK(contains(report->raw(), finding));
    CHECK(engine->doctor().value().health() == recoup::Health::warning);
    CHECK(engine->doctor(R"({"no": 1})").status() == Status::invalid_argument);
    CHECK(engine->reconcile_order("app-store", "", "1").error().code() == "api_not_configured");
    CHECK(engine->reconcile_order("stripe", "web shop", "ch_1").error().code() == "bad_action");
    fake.status = 302;
    auto redirected = engine->reconcile();
    REQUIRE(redirected);
    const recoup::SweepEnd end = (*redirected->sweeps().begin()).ended();
    REQUIRE(end.what() == recoup::SweepEnd::What::failed && end.failed());
    CHECK(!end.failed()->code().empty() && !end.failed()->message().empty());
    CHECK(engine->issue_refund("{}").status() == Status::invalid_argument);
    CHECK(engine->revoke_subscription(R"({"order": {"app": "a", "purchase_token": "t", "refund": "full"}, "who": "e",
                                           "why": "w"})").status() == Status::api);
    auto review = engine->report_consumption("GPA.1", R"({"consent": false})");
    CHECK(review.ok() && !review->has_value());
    CHECK(engine->query_reviews().value().items().empty());
    auto figures = engine->query_review_figures(0);
    CHECK(figures && figures->cases() == 0 && figures->money_kept().empty());
    CHECK(engine->query_action(1).status() == Status::not_found);
    CHECK(fake.ended == 0);
  }
  CHECK(fake.ended == 1);
}

void a_failure_of_a_transport_is_the_actions() {
  recoup::Options options;
  REQUIRE(options.set_transport([](const recoup::HttpRequest &, recoup::HttpAnswer &answer) {
    CHECK(answer.fail(recoup::TransportFailure::tls, "no such certificate"));
  }));
  auto engine = open_shop(options);
  REQUIRE(engine);
  auto action = engine->issue_refund(refund_order);
  REQUIRE(action);
  CHECK(contains(action->raw(), "no such certificate") && action->store() == "stripe" && action->order_id() == "ch_1");
  CHECK(action->kind() == recoup::StoreActionKind::refund && action->who() == "eve" && action->answer().has_value());
  CHECK(action->request().member("payment").text() == "ch_1");
  CHECK(engine->query_action(1).value().raw() == action->raw());
  CHECK(contains(engine->query_actions(R"({"store": "stripe"})").value().raw(), action->raw()));
}

void a_backup_is_a_ledger() {
  const std::string folder = new_folder();
  {
    auto engine = Engine::open(config, folder);
    REQUIRE(engine);
    CHECK(engine->block("ann", recoup::until_unblocked, "op", "why"));
    CHECK(engine->backup(folder + "/copy.db"));
    CHECK(engine->block("bob", recoup::until_unblocked, "op", "why"));
    auto again = engine->backup(folder + "/copy.db");
    CHECK(!again && again.error().code() == "backup_exists" && !again.error().sqlite_code());
  }
  auto restored = Engine::open(R"({"database": "copy.db"})", folder);
  REQUIRE(restored);
  CHECK(restored->is_blocked("ann").value_or(false) && !restored->is_blocked("bob").value_or(true));
}

void a_tag_is_the_users_and_a_purchase_moves() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  auto tag = engine->account_tag("app-store", "ann");
  REQUIRE(tag);
  CHECK(tag->view().size() == 36 && engine->account_tag("app-store", "ann")->view() == tag->view());
  CHECK(engine->account_tag("app-store", "bob")->view() != tag->view());
  CHECK(engine->account_tag("amazon", "ann").status() == Status::invalid_argument);
  CHECK(engine->record_purchase(recoup::Purchase("google-play", "ann").order_id("GPA.1")));
  auto moved = engine->transfer_purchase("google-play", "GPA.1", "bob", "eve", "ticket 7");
  REQUIRE(moved);
  CHECK(moved->from() == "ann" && moved->to() == "bob" && moved->purchases() == 1 && moved->refunds() == 0);
  CHECK(engine->transfer_purchase("", "GPA.2", "bob", "eve", "ticket 7").status() == Status::not_found);
}

void a_gateway_reports_its_address() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  CHECK(engine->listen("nowhere").status() == Status::invalid_argument);
  CHECK(engine->listen("0.0.0.0:0").error().code() == "public_address");
  auto gateway = engine->listen("127.0.0.1:0", R"({"path_secret": "0123456789abcdef", "grace": "1s"})");
  REQUIRE(gateway);
  CHECK(gateway->address()->view().rfind("127.0.0.1:", 0) == 0);
  CHECK(engine->listen(gateway->address()->view()).status() == Status::listen);
  recoup::Gateway moved = *std::move(gateway);
  CHECK(gateway->address().status() == Status::invalid_argument && moved.address().ok());
  REQUIRE(engine->close());
  CHECK(engine->listen("127.0.0.1:0").status() == Status::closed);
}

void a_gateway_may_outlive_its_engine() {
  int ended = 0;
  {
    recoup::Options options;
    REQUIRE(options.set_config_json(config, new_folder()));
    REQUIRE(options.set_clock([token = Token(ended)]() noexcept { return int64_t{0}; }));
    std::optional<recoup::Gateway> gateway;
    {
      auto engine = Engine::open_with(options);
      REQUIRE(engine);
      auto listening = engine->listen("127.0.0.1:0");
      REQUIRE(listening);
      gateway.emplace(*std::move(listening));
    }
    CHECK(ended == 0 && gateway->address().ok());
    gateway.reset();
  }
  CHECK(ended == 1);
}

#ifdef __cpp_exceptions
void a_transport_that_throws_has_no_answer() {
  recoup::Options options;
  REQUIRE(options.set_transport([](const recoup::HttpRequest &, recoup::HttpAnswer &answer) {
    CHECK(answer.fail(recoup::TransportFailure::unsendable, "never sent"));
    throw 1;
  }));
  auto engine = open_shop(options);
  REQUIRE(engine);
  auto swept = engine->reconcile({}, [](std::string_view) { throw 1; });
  REQUIRE(swept);
  CHECK(contains(swept->raw(), "the program's transport threw"));
  CHECK(engine->doctor({}, [](const recoup::Finding &) { throw 1; }).ok());
}
#endif

}  // namespace

void run_stores() {
  requests_go_through_a_transport();
  a_failure_of_a_transport_is_the_actions();
  a_backup_is_a_ledger();
  a_tag_is_the_users_and_a_purchase_moves();
  a_gateway_reports_its_address();
  a_gateway_may_outlive_its_engine();
#ifdef __cpp_exceptions
  a_transport_that_throws_has_no_answer();
#endif
}
