// The output of the scenario's host, and the records that its callables leave for it.
#ifndef RECOUP_TESTS_HEARD_HPP
#define RECOUP_TESTS_HEARD_HPP

#include "recoup.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scenario {

using Words = std::vector<std::string>;

[[noreturn]] inline void stop(const std::string &why) {
  std::fprintf(stderr, "scenario: %s\n", why.c_str());
  std::exit(2);
}

inline void say(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

template <class... Numbers>
std::string joined(Numbers... numbers) {
  std::string text;
  ((text += text.empty() ? std::to_string(numbers) : " " + std::to_string(numbers)), ...);
  return text;
}

/// Text without what is another one each time the scenario is played.
inline std::string lasting(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    std::size_t length = 0;
    for (const std::string_view before : {"evt_", "forgotten-", "\"ledger\":\"", "\"millis\":"}) {
      if (text.substr(0, before.size()) == before) length = before.size();
    }
    kept += text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(length == 0 ? 1 : length);
    if (length > 0) text.remove_prefix(std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), text.size()));
  }
  return kept;
}

inline std::string words(const recoup::Outcome &outcome) {
  const recoup_outcome &c = outcome.c();
  return "outcome " + joined(c.kind, c.meaning, c.http_status, c.refund_id, c.is_new);
}

inline std::string words(const recoup::Completion &completion) {
  const recoup_completion &c = completion.c();
  return "completion " + joined(c.status, c.tag, c.refund_id, c.kind, c.meaning, c.http_status, c.is_new);
}

inline std::string words(const recoup::Event &event) {
  const auto or_dash = [](std::string_view text) { return text.empty() ? std::string("-") : std::string(text); };
  const auto time = [](std::optional<int64_t> ms) { return ms ? std::to_string(*ms) : std::string("-"); };
  return "event " +
         joined(event.id(), static_cast<int32_t>(event.kind()), event.refund_id(), event.at_ms(), event.attempt(),
                event.block_id()) +
         " " + time(event.until_ms()) + " " + time(event.deadline_ms()) + " " + joined(event.amount_micros()) + " " +
         or_dash(event.currency()) + " " + or_dash(event.user()) + " " +
         joined(static_cast<int32_t>(event.attributed_by()));
}

/// The records that callables of any thread leave for the thread that prints.
struct Heard {
  std::mutex lock;
  std::condition_variable more;
  std::vector<std::string> callbacks;
  std::size_t called = 0;
  std::size_t awaited = 0;
  std::vector<std::string> messages;
  std::vector<int> destroyed;
  std::size_t destructors = 0;
  std::atomic<int64_t> now_ms{0};

  std::deque<Words> answers;
  std::vector<std::string> requests;

  /// Answers with the oldest stored answer.
  void send(const recoup::HttpRequest &request, recoup::HttpAnswer &answer) {
    const std::lock_guard<std::mutex> held(lock);
    std::string line = "request " + std::string(request.method()) + " " + std::string(request.url()) + " ";
    for (std::size_t i = 0; i < request.header_count(); ++i) {
      line += (i == 0 ? "" : ",") + std::string(request.header(i).first);
    }
    requests.push_back(line + " " + (request.body().empty() ? "-" : std::string(request.body())));
    if (answers.empty()) return;
    const Words words = answers.front();
    answers.pop_front();
    const int32_t number = static_cast<int32_t>(std::strtol(words[words[0] == "failure"].c_str(), nullptr, 10));
    static const std::map<std::string, std::string> json = {{"Content-Type", "application/json"}};
    const recoup::Result<void> set = words[0] == "failure"
                                  ? answer.fail(recoup::TransportFailure(number), "as expected")
                                  : answer.set(number, json, words[1]);
    if (!set) stop("the answer was refused: " + std::string(set.error().message()));
  }

  void call(std::string line) {
    const std::lock_guard<std::mutex> held(lock);
    callbacks.push_back(std::move(line));
    ++called;
    more.notify_all();
  }
};

inline Heard heard;

/// User data: a number. Its end is noted once, however often it was moved.
class Registration {
 public:
  Registration() : number_(++count) {}
  Registration(Registration &&from) noexcept : number_(std::exchange(from.number_, 0)) {}
  ~Registration() {
    if (number_ == 0) return;
    const std::lock_guard<std::mutex> held(heard.lock);
    heard.destroyed.push_back(number_);
    ++heard.destructors;
  }
  [[nodiscard]] std::string name() const { return "callback " + std::to_string(number_) + " "; }

 private:
  inline static int count = 0;
  int number_;
};

}  // namespace scenario

#endif  // RECOUP_TESTS_HEARD_HPP
