// Mistakes that the compiler must refuse: with -DMISTAKE=n for each n but 0 this does not compile.
#include "recoup.hpp"

#include <map>
#include <string>

#ifndef MISTAKE
#define MISTAKE 0
#endif

void mistake(const recoup::Engine &engine, recoup::Options &options);

void mistake(const recoup::Engine &engine, recoup::Options &options) {
  static_cast<void>(engine);
  static_cast<void>(options);
#if MISTAKE == 1
  engine.block("ann", recoup::until_unblocked, "op", "why");  // The result is dropped.
#elif MISTAKE == 2
  if (engine.is_blocked("ann")) return;  // True for every successful call.
#elif MISTAKE == 3
  static_cast<void>(engine.on_block([](const recoup::Event &) { return true; }));  // Done or later?
#elif MISTAKE == 4
  static_cast<void>(options.set_clock([now = int64_t{0}]() mutable noexcept { return ++now; }));  // Several threads.
#elif MISTAKE == 5
  static_cast<void>(options.set_clock([] { return int64_t{0}; }));  // May throw into the library.
#elif MISTAKE == 6
  recoup::Request request("app-store", "");
  request.headers(std::map<std::string, std::string>{{"Host", "game"}});  // Destroyed before the request is used.
#elif MISTAKE == 7
  const recoup::Engine copy(engine);  // Who frees it?
#elif MISTAKE == 8
  static_cast<void>(recoup::set_log(recoup::LogLevel::info, [](recoup::LogLevel, const char *) {}));
#elif MISTAKE == 9
  static_cast<void>(engine.reconcile({}, [](const recoup::Finding &) {}));  // A sweep is no finding.
#elif MISTAKE == 10
  const recoup::Document<recoup::Stats> stats = recoup::Document<recoup::Stats>();
  const recoup::Document<recoup::Stats> copy(stats);  // Which one owns the text?
#elif MISTAKE == 11
  recoup::Text text;
  static_cast<void>(recoup::Document<recoup::Stats>::read(text));  // The text must be moved or copied.
#elif MISTAKE == 12
  static_cast<void>(engine.on_completion([](const recoup::Completion &, const recoup::Finding &) {}));
#elif MISTAKE == 13
  for (const recoup::Block block : engine.query_user("ann")->blocks()) static_cast<void>(block);  // The result is destroyed before the loop.
#elif MISTAKE == 14
  static_cast<void>(engine.export_("{}", [](std::string_view piece) { return piece.empty(); }));  // Proceed or stop?
#elif MISTAKE == 15
  static_cast<void>(engine.try_policy("[]", {}, [](const recoup::Sweep &) {}));  // A trial is no sweep.
#endif
}
