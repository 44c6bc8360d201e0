// The file without exceptions; mixed.hpp describes its purpose.
#include "mixed.hpp"

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)
#error "compile this file with -fno-exceptions"
#endif

recoup::Result<void> use_in_bare_file(const recoup::Engine &engine) {
  recoup::Options options;
  if (auto set = options.set_transport(Transport([](const recoup::HttpRequest &, recoup::HttpAnswer &) {})); !set) return set;
  if (auto set = recoup::set_log(recoup::LogLevel::error, OnLog([](recoup::LogLevel, std::string_view, std::string_view) {}));
      !set) {
    return set;
  }
  if (auto on = engine.on_completion(OnCompletion([](const recoup::Completion &, std::string_view) {})); !on) return on;
  const OnEvent done = [](const recoup::Event &) { return recoup::Handled::done; };
  for (auto on : {&recoup::Engine::on_block<const OnEvent &>, &recoup::Engine::on_unblock<const OnEvent &>,
                  &recoup::Engine::on_alert<const OnEvent &>, &recoup::Engine::on_refund<const OnEvent &>,
                  &recoup::Engine::on_reversal<const OnEvent &>, &recoup::Engine::on_review<const OnEvent &>,
                  &recoup::Engine::on_unattributed<const OnEvent &>, &recoup::Engine::on_event<const OnEvent &>}) {
    if (auto registered = (engine.*on)(done); !registered) return registered;
  }
  const OnProgress progress = [](std::string_view) {};
  if (auto swept = engine.reconcile({}, progress); !swept) return std::move(swept).error();
  if (auto report = engine.doctor({}, progress); !report) return std::move(report).error();
  return {};
}
