// The additions of recoup.hpp to recoup.h: failures as values, owners that move, callables that end exactly once,
// exceptions that stop at the boundary.
//
//   binding FOLDER       runs all of it; FOLDER must be empty
//   binding --overrun    reads beyond an allocation, and
//   binding --leak       forgets one, and
//   binding --overflow   overflows an int: a program that is built with sanitizers must die of each
#include "binding.hpp"

#include "check.hpp"

#include <array>
#include <atomic>
#include <climits>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#ifdef __unix__
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

using namespace std::chrono_literals;
using recoup::Completion;
using recoup::Engine;
using recoup::Event;
using recoup::EventKind;
using recoup::Handled;
using recoup::Status;
using recoup::Text;

auto answering(Handled answer, int &called, int &ended) {
  return [answer, &called, token = Token(ended)](const Event &) noexcept {
    ++called;
    return answer;
  };
}

// ---- owners and failures ----

static_assert(!std::is_copy_constructible_v<Engine> && std::is_nothrow_move_constructible_v<Engine>);
static_assert(!std::is_copy_assignable_v<Engine> && std::is_nothrow_move_assignable_v<Engine>);
static_assert(!std::is_copy_constructible_v<Text> && std::is_nothrow_move_constructible_v<Text>);
static_assert(!std::is_copy_constructible_v<recoup::Error> && std::is_nothrow_move_constructible_v<recoup::Error>);
static_assert(std::is_nothrow_move_constructible_v<recoup::Result<Engine>>);
static_assert(std::is_constructible_v<bool, recoup::Result<int64_t>>);
static_assert(!std::is_constructible_v<bool, recoup::Result<bool>>, "ok or blocked? the code must choose");

void a_failure_has_status_code_and_message() {
  recoup::Result<Engine> bad = Engine::open(R"({"no": 1})");
  REQUIRE(!bad && bad.status() == Status::config);
  CHECK(!bad.error().code().empty() && contains(bad.error().message(), "no"));
  CHECK(!bad.error().is_retryable() && bad.error().http_status() == 500);
  recoup::Error error = std::move(bad).error();
  CHECK(error.status() == Status::config && bad.error().status() == Status::ok && bad.error().code().empty());

  CHECK(Engine::open_file("/there/is/no.json").status() == Status::config);
  CHECK(Engine::open_with(recoup::Options()).error().code() == "no_config");
  recoup::Options options;
  CHECK(options.set_config_json("{").status() == Status::config);
  CHECK(options.set_config_file("/there/is/no.json").status() == Status::config);
}

void every_call_fails_as_it_should() {
  auto opened = Engine::open(config, new_folder());
  REQUIRE(opened);
  const Engine &engine = *opened;
  CHECK(engine.is_blocked("\xff").error().code() == "not_utf8");
  CHECK(engine.query_refund(9).status() == Status::not_found);
  CHECK(engine.query_event(9).status() == Status::not_found);
  CHECK(engine.query_refunds("{\"usr\": 1}").status() == Status::invalid_argument);
  CHECK(engine.ack(9).status() == Status::not_found);
  CHECK(engine.block("ann", recoup::until_unblocked, "", "why").status() == Status::invalid_argument);
  CHECK(engine.record_signed_purchase("google-play", "ann", "{}", "AAAA").status() == Status::rejected);
  CHECK(engine.record_signed_purchase("google-play", "ann", "{}", "AAAA", recoup::Purchase("", "").order_id("GPA.1"))
            .error()
            .code() == "bad_purchase");
  CHECK(engine.block("ann", 0ms, "op", "why").error().code() == "bad_duration");
  CHECK(engine.block("ann", -1ms, "op", "why").error().code() == "bad_duration");
  CHECK(engine.record_purchases_json("[{}]").status() == Status::invalid_argument);
  CHECK(engine.record_message_json("{}").status() == Status::invalid_argument);
  CHECK(engine.record_purchase(recoup::Purchase("app-store", "ann")).status() == Status::invalid_argument);
  CHECK(engine.record_purchase(recoup::Purchase("app-store", "ann").order_id("1")));
  CHECK(engine.record_purchase(recoup::Purchase("app-store", "bob").order_id("1")).status() ==
        Status::purchase_of_another_user);
  CHECK(engine.poll(static_cast<Event *>(nullptr), 0).status() == Status::invalid_argument);
  CHECK(engine.block("eve", recoup::until_unblocked, "op", "why"));
  REQUIRE(engine.close() && engine.close());
  CHECK(engine.query_stats().status() == Status::closed);
  CHECK(engine.is_blocked("eve").value_or(false) && !engine.is_blocked("ann").value_or(true));
}

void a_moved_engine_continues_and_the_empty_one_refuses() {
  int called = 0, ended = 0, ended_too = 0;
  auto first = Engine::open(config, new_folder()), second = Engine::open(config, new_folder());
  REQUIRE(first && second);
  REQUIRE(first->on_block(answering(Handled::done, called, ended)));
  REQUIRE(second->on_block(answering(Handled::done, called, ended_too)));
  Engine moved(*std::move(first));
  CHECK(first->handle() == nullptr && ended == 0);
  CHECK(first->tick().error().code() == "null_pointer");
  CHECK(first->is_blocked("ann").value_or(true));
  CHECK(moved.block("ann", recoup::until_unblocked, "op", "why"));
  CHECK(moved.tick().value() == 1 && called == 1);
  moved = *std::move(second);
  CHECK(ended == 1 && ended_too == 0);
  CHECK(moved.tick().value() == 0);
  Engine adopted(moved.release());
  CHECK(moved.handle() == nullptr && adopted.handle() != nullptr && ended_too == 0);
  adopted = Engine(nullptr);
  CHECK(ended == 1 && ended_too == 1);
}

void a_result_holds_one_of_two() {
  recoup::Result<int64_t> seven = int64_t{7};
  CHECK(seven.ok() && *seven == 7 && seven.status() == Status::ok);
  recoup::Result<void> done;
  CHECK(done.ok() && done.status() == Status::ok);
  Text none;
  CHECK(none.empty() && none.view().empty() && std::string_view(none.c_str()).empty());
  {
    recoup::Outcome outcome;
    CHECK(outcome.kind() == recoup::OutcomeKind::none && outcome.c().struct_size == sizeof(recoup_outcome));
  }
#ifdef __unix__
  for (const bool value : {true, false}) {
    const pid_t child = fork();
    if (child == 0) {
      std::set_terminate([] { _exit(42); });
      const recoup::Result<bool> failed = Engine(nullptr).is_blocked("ann");
      _exit(value ? (failed.value() ? 1 : 0) : int(seven.error().status()));
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
  }
#endif
}

// ---- callbacks ----

void each_kind_goes_to_its_own_callback() {
  // Before the engine, which destroys the callbacks that write to them.
  std::map<EventKind, int> called;
  bool right = true;
  int others = 0, gone = 0, rest = 0, ended = 0;
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  const auto only = [&](EventKind kind) {
    return [&called, &right, kind](const Event &event) noexcept {
      right = right && event.kind() == kind;
      ++called[kind];
      return Handled::done;
    };
  };
  CHECK(engine->on_block(only(EventKind::block)) && engine->on_unblock(only(EventKind::unblock)));
  CHECK(engine->on_alert(only(EventKind::alert)) && engine->on_refund(only(EventKind::refund)));
  CHECK(engine->on_reversal(only(EventKind::reversal)) && engine->on_review(only(EventKind::review)));
  CHECK(engine->on_unattributed(only(EventKind::unattributed)));
  // Last, so that it replaces a callback that was registered under this kind by mistake.
  CHECK(engine->on_event(answering(Handled::done, others, gone)));
  REQUIRE(delivered(*engine));
  CHECK(engine->record_message_json(message("n1", R"("what": "requested", "deadline": 1890000000000)")));
  CHECK(engine->record_message_json(message("n2", R"("what": "refunded", "extent": "full")")));
  CHECK(engine->record_message_json(message("n3", R"("what": "reversed")")));
  CHECK(engine->record_message_json(message("n4", R"("what": "refunded", "extent": "full")", false)));
  CHECK(engine->tick().value_or(0) >= 7);
  CHECK(right && called.size() == 7 && others == 0);
  const auto newest = engine->query_refunds({}, 0, 1), behind = engine->query_refunds({}, 2, 1);
  REQUIRE(newest && behind);
  REQUIRE(newest->items().size() == 1 && behind->items().size() == 1);
  CHECK((*newest->items().begin()).about().order_id() == "S-2" && newest->next() == 2);
  CHECK((*behind->items().begin()).about().order_id() == "S-1" && !behind->next());
  CHECK(engine->on_event(answering(Handled::done, rest, ended)) && engine->on_block(nullptr));
  CHECK(engine->block("ann", 1h, "op", "why"));
  CHECK(engine->tick().value() == 1 && rest == 1);
}

Handled plain(const Event &) noexcept { return Handled::done; }

struct Counting {
  int *calls;
  Handled operator()(const Event &event) {
    *calls += event.user() == "ann";
    return Handled::done;
  }
};

void any_callable_is_a_callback() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  int blocks = 0;
  const auto is_called = [&] {
    return engine->block("ann", 1h, "op", std::to_string(++blocks)).ok() && engine->tick().value_or(0) == 1;
  };
  CHECK(engine->on_event(plain) && is_called());
  CHECK(engine->on_event(&plain) && is_called());
  int calls = 0;
  Counting counting{&calls};
  CHECK(engine->on_event(counting) && is_called() && calls == 1);
  const std::function<Handled(const Event &)> function = counting;
  CHECK(engine->on_event(function) && is_called() && calls == 2);
  auto owned = std::make_unique<int>(0);
  const int *seen = owned.get();
  CHECK(engine->on_event([owned = std::move(owned)](const Event &) mutable {
    ++*owned;
    return Handled::done;
  }));
  CHECK(is_called() && *seen == 1);
}

void a_callable_ends_exactly_once() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  int called = 0;
  std::array<int, 8> ended{};
  const auto noop = [](int &end) { return [token = Token(end)](const Completion &, std::string_view) {}; };
  CHECK(engine->on_alert(answering(Handled::done, called, ended[0])) && ended[0] == 0);
  CHECK(engine->on_alert(answering(Handled::done, called, ended[1])) && ended[0] == 1 && ended[1] == 0);
  CHECK(engine->on_alert(nullptr) && ended[1] == 1);
  CHECK(engine->on_completion(noop(ended[2])) && ended[2] == 0);
  CHECK(engine->on_completion(noop(ended[3])) && ended[2] == 1);
  CHECK(engine->on_completion(nullptr) && ended[3] == 1);
  const Engine none(nullptr);
  CHECK(none.on_block(answering(Handled::done, called, ended[4])).status() == Status::invalid_argument);
  CHECK(ended[4] == 1);
  CHECK(none.on_completion(noop(ended[5])).status() == Status::invalid_argument && ended[5] == 1);
  CHECK(engine->on_block(answering(Handled::done, called, ended[6])));
  {
    const Engine last(*std::move(engine));
    CHECK(ended[6] == 0);
  }
  CHECK(ended[6] == 1);
  recoup::Options options;
  const recoup::Options emptied = std::move(options);
  CHECK(!options.set_clock([token = Token(ended[7])]() noexcept { return int64_t{0}; }) && ended[7] == 1);
  CHECK(ended == std::array<int, 8>{1, 1, 1, 1, 1, 1, 1, 1});
}

void inside_a_callback_all_but_pumping_may_be_called() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  std::vector<Status> refused;
  int ended = 0, ended_inside = -1;
  bool free_calls_work = false;
  const Engine &inside = *engine;
  CHECK(engine->on_block([&, token = Token(ended)](const Event &event) {
    std::array<Event, 1> room;
    refused = {inside.tick().status(), inside.poll(room).status(), inside.start_dispatcher().status(),
               inside.stop_dispatcher().status()};
    free_calls_work = inside.is_blocked(event.user()).value_or(false) && inside.query_event(event.id()).ok() &&
                      inside.block("bob", 1h, "op", "why").ok() && inside.on_block(plain).ok();
    ended_inside = ended;
    return Handled::done;
  }));
  CHECK(engine->block("ann", 1h, "op", "why"));
  CHECK(engine->tick().value_or(0) >= 1);
  CHECK(refused == std::vector<Status>(4, Status::reentrant) && free_calls_work);
  CHECK(ended_inside == 0 && ended == 1);
}

void a_postponed_event_comes_again_after_a_restart() {
  const std::string folder = new_folder();
  int called = 0, ended = 0;
  {
    auto engine = Engine::open(config, folder);
    REQUIRE(engine && engine->on_block(answering(Handled::later, called, ended)));
    CHECK(engine->block("ann", 1h, "op", "why") && engine->tick().value() == 1 && engine->tick().value() == 0);
  }
  CHECK(called == 1 && ended == 1);
  auto engine = open_in_another_unit(config, folder);
  REQUIRE(engine);
  CHECK(engine->is_blocked("ann").value_or(false));
  std::array<Event, 2> events;
  CHECK(engine->poll(events).value() == 1 && events[0].attempt() == 2 && events[0].user() == "ann");
  CHECK(engine->ack(events[0].id()));
}

void a_budget_always_leaves_room_for_one() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine && engine->on_event(plain));
  for (const char *user : {"a", "b", "c", "d", "e"}) CHECK(engine->block(user, 1h, "op", "why"));
  CHECK(engine->tick(0us).value() == 1);
  CHECK(engine->tick(-1ms).value() == 1);
  CHECK(engine->tick(1h).value() == 3 && engine->tick().value() == 0);
}

void the_dispatcher_calls_by_itself() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  std::atomic<int> events{0}, completions{0};
  CHECK(engine->on_event([&](const Event &) noexcept {
    ++events;
    return Handled::done;
  }));
  CHECK(engine->on_completion([&](const Completion &completion, const recoup::CompletionDetails &details) noexcept {
    if (completion.tag() == 7 && details.outcome() && details.outcome()->rejected()) ++completions;
  }));
  REQUIRE(engine->start_dispatcher());
  CHECK(engine->start_dispatcher().status() == Status::pumping && engine->tick().status() == Status::pumping);
  CHECK(engine->block("ann", 1h, "op", "why") && engine->submit(recoup::Request("app-store", ""), 7));
  while (events == 0 || completions == 0) std::this_thread::yield();
  CHECK(engine->stop_dispatcher() && engine->stop_dispatcher() && engine->tick().value() == 0);
}

void time_comes_from_a_clock() {
  std::atomic<int64_t> now{1'790'000'000'000};
  int ended = 0, replaced = 0;
  std::optional<Engine> engine;
  {
    recoup::Options options;
    CHECK(options.set_config_json(config, new_folder()));
    CHECK(options.set_clock([token = Token(replaced)]() noexcept { return int64_t{0}; }));
    CHECK(options.set_clock([&now, token = Token(ended)]() noexcept { return now.load(); }) && replaced == 1);
    auto opened = Engine::open_with(options);
    REQUIRE(opened);
    engine.emplace(*std::move(opened));
  }
  CHECK(ended == 0 && engine->block("ann", 1min, "op", "why").ok());
  const auto ann = engine->query_user("ann");
  REQUIRE(ann && ann->blocked());
  CHECK((*ann->blocks().begin()).made_at() == recoup::Time(1'790'000'000'000ms));
  CHECK((*ann->blocks().begin()).until() == recoup::Time(1'790'000'060'000ms));
  now += 61'000;
  CHECK(engine->expire_blocks().ok() && !engine->is_blocked("ann").value_or(true));
  engine.reset();
  CHECK(ended == 1);
}

void messages_go_to_the_log_function() {
  std::atomic<int> logged{0};
  int ended = 0, refused = 0;
  const auto listening = recoup::set_log(
      recoup::LogLevel::trace,
      [&logged, token = Token(ended)](recoup::LogLevel level, std::string_view target, std::string_view text) {
        if (level >= recoup::LogLevel::error && contains(target, "recoup") && !text.empty()) ++logged;
      });
  REQUIRE(listening);
  {
    auto engine = Engine::open(config, new_folder());
    REQUIRE(engine);
    CHECK(engine->ingest(recoup::Request("app-store", "{}")));
  }
  CHECK(logged > 0 && ended == 0);
  const auto ignore = [](int &end) {
    return [token = Token(end)](recoup::LogLevel, std::string_view, std::string_view) noexcept {};
  };
  CHECK(recoup::set_log(recoup::LogLevel(99), ignore(refused)).status() == Status::invalid_argument && refused == 1);
  CHECK(ended == 0 && recoup::clear_log() && ended == 1);
}

#ifdef __cpp_exceptions
void an_exception_stops_at_the_boundary() {
  const std::string folder = new_folder();
  auto engine = Engine::open(config, folder);
  REQUIRE(engine);
  CHECK(engine->on_block([](const Event &) -> Handled { throw std::string("no"); }));
  int reported = 0;
  CHECK(engine->on_completion([&](const Completion &, std::string_view) {
    ++reported;
    throw 7;
  }));
  CHECK(recoup::set_log(recoup::LogLevel::trace,
                        [](recoup::LogLevel, std::string_view, std::string_view) { throw 8; }));
  CHECK(engine->block("ann", 1h, "op", "why") && engine->tick().value() == 1);
  CHECK(engine->query_event(1).value().user() == "ann");
  CHECK(engine->submit(recoup::Request("app-store", ""), 1));
  while (reported == 0) CHECK(engine->wait(1s).ok() && engine->tick().ok());
  CHECK(engine->tick().value() == 0 && reported == 1);
  CHECK(recoup::clear_log());
  engine = Engine::open(config, folder);
  std::array<Event, 1> events;
  REQUIRE(engine && engine->poll(events).value() == 1);
  CHECK(events[0].attempt() == 2);

  struct Uncopyable {
    Uncopyable() = default;
    Uncopyable(const Uncopyable &) { throw 9; }
    Handled operator()(const Event &) const noexcept { return Handled::done; }
  };
  const Uncopyable uncopyable;
  bool thrown = false;
  try {
    static_cast<void>(engine->on_block(uncopyable));
  } catch (int) {
    thrown = true;
  }
  CHECK(thrown);
}
#endif

#ifdef __unix__
void a_forked_child_is_reported() {
  auto engine = Engine::open(config, new_folder());
  REQUIRE(engine);
  const pid_t child = fork();
  if (child == 0) _exit(engine->is_blocked("ann").status() == Status::forked ? 42 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}
#endif

void run() {
  CHECK(recoup::version() == RECOUP_VERSION);
  a_failure_has_status_code_and_message();
  every_call_fails_as_it_should();
  a_moved_engine_continues_and_the_empty_one_refuses();
  a_result_holds_one_of_two();
  run_inputs_and_outputs();
  each_kind_goes_to_its_own_callback();
  any_callable_is_a_callback();
  a_callable_ends_exactly_once();
  inside_a_callback_all_but_pumping_may_be_called();
  a_postponed_event_comes_again_after_a_restart();
  a_budget_always_leaves_room_for_one();
  the_dispatcher_calls_by_itself();
  time_comes_from_a_clock();
  messages_go_to_the_log_function();
  run_stores();
  run_work();
  run_decisions();
  run_exports();
#ifdef __cpp_exceptions
  an_exception_stops_at_the_boundary();
#endif
#ifdef __unix__
  a_forked_child_is_reported();
#endif
}

}  // namespace

int main(int argc, char **argv) {
  const std::string_view argument = argc == 2 ? argv[1] : "";
  if (argument == "--overrun") {
    const std::vector<char> bytes(std::size_t(argc), 'x');
    return static_cast<volatile const char *>(bytes.data())[argc];
  }
  if (argument == "--leak") {
    static_cast<volatile char *>(std::malloc(std::size_t(argc)))[0] = 'x';
    return 0;
  }
  if (argument == "--overflow") {
    volatile int most = INT_MAX;
    most = most + argc;
    return 0;
  }
  root = argument;
  run();
  return check::failures == 0 ? 0 : 1;
}
