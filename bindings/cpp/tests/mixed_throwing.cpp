// The file with exceptions; mixed.hpp describes its purpose. Exceptions of its callables must not reach the library.
//
//   mixed FOLDER         FOLDER must be empty
#include "mixed.hpp"

#include "check.hpp"

#include <stdexcept>
#include <string>

#ifndef __cpp_exceptions
#error "compile this file with exceptions"
#endif

namespace {

using recoup::Handled;

constexpr std::string_view config =
    R"({"database": "ledger.db", "stripe": [{"name": "web shop", "webhook_secrets": ["whsec_cpp"], "api_key": "sk_test_cpp"}]})";

[[noreturn]] void fail() { throw std::runtime_error("a fault of the game"); }

void any_exception_stops_at_the_boundary(std::string_view folder) {
  int calls = 0;
  const OnEvent on_event = [&](const recoup::Event &) -> Handled {
    ++calls;
    fail();
  };
  recoup::Options options;
  REQUIRE(options.set_config_json(config, folder));
  REQUIRE(options.set_background(false));
  REQUIRE(options.set_transport(Transport([&](const recoup::HttpRequest &, recoup::HttpAnswer &) {
    ++calls;
    fail();
  })));
  auto engine = recoup::Engine::open_with(options);
  REQUIRE(engine);
  REQUIRE(use_in_bare_file(*engine));

  for (auto on : {&recoup::Engine::on_block<const OnEvent &>, &recoup::Engine::on_unblock<const OnEvent &>,
                  &recoup::Engine::on_alert<const OnEvent &>, &recoup::Engine::on_refund<const OnEvent &>,
                  &recoup::Engine::on_reversal<const OnEvent &>, &recoup::Engine::on_review<const OnEvent &>,
                  &recoup::Engine::on_unattributed<const OnEvent &>, &recoup::Engine::on_event<const OnEvent &>}) {
    REQUIRE((*engine.*on)(on_event));
  }
  REQUIRE(engine->on_completion(OnCompletion([&](const recoup::Completion &, std::string_view) {
    ++calls;
    fail();
  })));
  REQUIRE(recoup::set_log(recoup::LogLevel::trace, OnLog([](recoup::LogLevel, std::string_view, std::string_view) { fail(); })));

  REQUIRE(engine->block("ann", recoup::until_unblocked, "op", "test"));
  REQUIRE(engine->submit(recoup::Request("stripe", "{}"), 7));
  while (calls < 2) {
    REQUIRE(engine->tick());
    static_cast<void>(engine->wait(std::chrono::milliseconds(1000)));
  }
  const OnProgress progress = [&](std::string_view) {
    ++calls;
    fail();
  };
  calls = 0;
  auto swept = engine->reconcile({}, progress);
  REQUIRE(swept);
  CHECK(calls > 1 && swept->raw().find("the program's transport threw") != std::string_view::npos);
  calls = 0;
  CHECK(engine->doctor({}, progress).ok() && calls > 1);
  CHECK(recoup::clear_log().ok());
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  any_exception_stops_at_the_boundary(argv[1]);
  return check::failures == 0 ? 0 : 1;
}
