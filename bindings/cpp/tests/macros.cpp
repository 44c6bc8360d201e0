// recoup.hpp among macros of other libraries: before it, and after it (-DAFTER). The engine is used with the macros there.
#ifdef AFTER
#include "recoup.hpp"

#include "macros.h"
#else
#include "macros.h"

#include "recoup.hpp"
#endif

#include <string>

#if !defined(None) || !defined(Status) || !defined(small) || !defined(check)
#error "the headers have removed macros that are not theirs"
#endif

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  const std::string_view folder = argv[1];
  recoup::Options options;
  if (!options.set_config_json(R"({"database": "ledger.db"})", folder)) return 3;
  if (!options.set_clock([]() noexcept { return int64_t{0}; })) return 4;
  auto engine = recoup::Engine::open_with(options);
  if (!engine) return 5;
  int blocks = 0;
  auto on_block = engine->on_block([&](const recoup::Event &event) noexcept {
    blocks += event.kind() == recoup::EventKind::block && event.user() == "ann";
    return recoup::Handled::done;
  });
  if (!on_block || !engine->block("ann", recoup::until_unblocked, "op", "why")) return 6;
  if (!engine->tick() || blocks != 1) return 7;
  auto recorded = engine->record_purchase(
      recoup::Purchase("google-play", "bob").order_id("GPA.1").environment(recoup::Environment::sandbox).grant("gems", 1));
  if (!recorded || *recorded != recoup::PurchaseOutcome::recorded) return 8;
  auto outcome = engine->ingest(recoup::Request("google-play", "{}").header("Host", "game"));
  if (outcome && outcome->kind() != recoup::OutcomeKind::rejected) return 9;
  // X11's macro has the name of the type; a program that needs the name removes the macro.
#undef Status
  if (engine->query_refund(99).status() != recoup::Status::not_found) return 10;
  return engine->is_blocked("ann").value_or(false) ? 0 : 11;
}
