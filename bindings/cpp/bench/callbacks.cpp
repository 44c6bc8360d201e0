// The cost of callbacks for a main loop: an idle tick, the way through the binding alone, and whole round trips. Each
// line is the median of some rounds, and its ratio to a bare call through a function pointer in the same run.
//
//   callbacks FOLDER      an empty folder, on the disk that a ledger would be on
#include <recoup.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using recoup::Completion;
using recoup::Event;
using recoup::Handled;

constexpr int rounds = 31;

std::uint64_t seen = 0;

[[noreturn]] void stop(const recoup::Error &error) {
  std::fprintf(stderr, "%s\n", std::string(error.message()).c_str());
  std::exit(1);
}

template <class T>
T must(recoup::Result<T> result) {
  if (!result.ok()) stop(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Nanoseconds that one call of many takes: the median of the rounds.
template <class Call>
double timed(std::size_t calls, const Call &call) {
  std::vector<double> each;
  for (int round = 0; round < rounds; ++round) {
    const auto begun = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < calls; ++i) call();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    each.push_back(took.count() / static_cast<double>(calls));
  }
  std::nth_element(each.begin(), each.begin() + rounds / 2, each.end());
  return each[rounds / 2];
}

recoup_handled bare(std::uintptr_t data, const recoup_event *event) {
  seen += data + static_cast<std::uint64_t>(event->id);
  return RECOUP_HANDLED_DONE;
}

void print(const char *what, double nanoseconds, double beside) {
  std::printf("%-58s %12.1f ns %10.1f x\n", what, nanoseconds, nanoseconds / beside);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "callbacks FOLDER\n");
    return 2;
  }
  const auto engine = must(recoup::Engine::open(R"({"database": "ledger.db"})", argv[1]));
  recoup_event event{};
  event.struct_size = sizeof event;

  // Read again before each call, so that it stays a call.
  recoup_event_callback volatile pointer = bare;
  const double call = timed(1'000'000, [&] { pointer(1, &event); });
  print("a call through a function pointer", call, call);

  const auto on_event = [](const Event &reported) noexcept {
    seen += static_cast<std::uint64_t>(reported.id());
    return Handled::done;
  };
  using Kept = recoup::detail::Kept<std::decay_t<decltype(on_event)>, recoup::detail::ExceptionMode>;
  const std::uintptr_t data = Kept::keep(on_event);
  pointer = Kept::event;
  print("the same by the binding: copy, guard, callable", timed(1'000'000, [&] { pointer(data, &event); }), call);
  Kept::destroy(data);

  must(engine.on_event(on_event));
  must(engine.on_completion([](const Completion &reported, std::string_view) noexcept { seen += reported.tag(); }));
  print("tick with nothing to do", timed(100'000, [&] { must(engine.tick()); }), call);
  must(engine.block("ann", recoup::until_unblocked, "bench", "bench"));
  print("is_blocked", timed(100'000, [&] { must(engine.is_blocked("ann")); }), call);
  must(engine.tick());

  // Rejected without a ledger: there and back through the library's threads, and no disk.
  const recoup::Request request("app-store", "{}");
  print("submit, wait, tick until its callback has run", timed(200, [&] {
          must(engine.submit(request, 1));
          while (must(engine.tick()) == 0) must(engine.wait(std::chrono::seconds(1)));
        }),
        call);
  print("block, tick until its callback has run (3 commits)", timed(4, [&] {
          must(engine.block("ann", recoup::until_unblocked, "bench", "bench"));
          while (must(engine.tick()) == 0) must(engine.wait(std::chrono::seconds(1)));
        }),
        call);
  std::vector<double> each;
  constexpr std::size_t many = 64;
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < many; ++i) must(engine.block("user-" + std::to_string(i), std::chrono::hours(1), "b", "b"));
    const auto begun = std::chrono::steady_clock::now();
    const std::size_t handled = must(engine.tick());
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    each.push_back(took.count() / static_cast<double>(handled));
  }
  std::sort(each.begin(), each.end());
  print("an event of a tick of 64 (2 commits)", each[each.size() / 2], call);
  return seen == 0;
}
