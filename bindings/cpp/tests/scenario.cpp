// Plays a scenario through recoup.hpp, as tests/scenario/README.md describes:
//
//   scenario FOLDER      plays FOLDER/scenario.txt
//   scenario --layout    prints the size of every struct and the offset of every member
#include "heard.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using recoup::Completion;
using recoup::Error;
using recoup::Event;
using recoup::Handled;
using recoup::Outcome;
using recoup::Result;
using recoup::Text;

using namespace scenario;

/// Reads all of a file; empty if there is none.
std::string contents(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Host {
 public:
  explicit Host(std::string folder) : folder_(std::move(folder)) {}

  void play() {
    std::ifstream lines(folder_ + "/scenario.txt");
    if (!lines) stop(folder_ + " has no scenario.txt");
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line[0] == '#') continue;
      say("> " + line);
      step(split(line));
      std::fflush(stdout);
    }
  }

 private:
  Words split(const std::string &line) const {
    Words found;
    for (std::size_t at = 0; at < line.size();) {
      if (line[at] == ' ') {
        ++at;
        continue;
      }
      const bool quoted = line[at] == '"';
      const std::size_t begun = quoted ? at + 1 : at;
      const std::size_t end = std::min(line.find(quoted ? '"' : ' ', begun), line.size());
      std::string word = line.substr(begun, end - begun);
      if (!quoted && word[0] == '@') {
        word = contents(folder_ + "/" + word.substr(1));
        if (!word.empty() && word.back() == '\n') word.pop_back();
      }
      found.push_back(std::move(word));
      at = end + 1;
    }
    return found;
  }

  void step(const Words &line) {
    const std::string &command = line[0];
    arguments_.assign(line.begin() + 1, line.end());
    if (command == "version") return say(recoup::version());
    if (command == "clock") return void(heard.now_ms = number(0));
    if (command == "open") return open();
    if (command == "close") return print(engine_.close());
    if (command == "free") return free();
    if (command == "purchase") return purchase();
    if (command == "signed_purchase") return signed_purchase();
    if (command == "account_tag") return account_tag();
    if (command == "transfer") return print(engine_.transfer_purchase(word(0), word(1), word(2), word(3), word(4)));
    if (command == "purchases") return print("new ", engine_.record_purchases_json(word(0)));
    if (command == "ingest") return ingest();
    if (command == "submit") return submit();
    if (command == "completions") return completions();
    if (command == "message") return message();
    if (command == "is_blocked") return print("", engine_.is_blocked(word(0)));
    if (command == "block") {
      std::optional<std::chrono::milliseconds> duration;
      if (word(1) != "-") duration = std::chrono::milliseconds(number(1));
      return print("block ", engine_.block(word(0), duration, word(2), word(3)));
    }
    if (command == "unblock") return print("ended ", engine_.unblock(word(0), word(1), word(2)));
    if (command == "expire") return expire();
    if (command == "backup") return print(engine_.backup(folder_ + "/" + word(0)));
    if (command == "poll") return poll();
    if (command == "ack") return print(engine_.ack(number(0)));
    if (command == "on" || command == "off") return registration(command == "on");
    if (command == "tick") return tick();
    if (command == "dispatcher") return dispatcher();
    if (command == "await") return await();
    if (command == "wait") return print("ready ", engine_.wait(std::chrono::milliseconds(number(0))));
    if (command == "log") return log();
    if (command == "heard") return reported();
    if (command == "destroyed") return destroyed();
    if (command == "refund") return print(engine_.query_refund(number(0)));
    if (command == "event") return print(engine_.query_event(number(0)));
    if (command == "user") return print(engine_.query_user(word(0)));
    if (command == "order") return print(engine_.query_order(word(0)));
    if (command == "stats") return print(engine_.query_stats());
    if (command == "refunds") return print(engine_.query_refunds(word(0), number(1), count(2)));
    if (command == "blocks") return print(engine_.query_blocks(number(0) != 0, number(1), count(2)));
    if (command == "dead_letters") return print(engine_.query_dead_letters(number(0), count(1)));
    if (command == "recovery") return print(engine_.query_recovery(number(0)));
    if (command == "recovery_entries") return print(engine_.query_recovery_entries(number(0)));
    if (command == "to_do") return print(engine_.query_to_do(number(0)));
    if (command == "report_recovery") return print(engine_.report_recovery(number(0), word(1)));
    if (command == "settle") return print(engine_.settle(number(0), word(1)));
    if (command == "repay") return print(engine_.repay(word(0), word(1)));
    if (command == "forgive") return print(engine_.forgive(number(0), word(1)));
    if (command == "correct") return print(engine_.correct(number(0), word(1), word(2)));
    if (command == "set_granted") return print(engine_.set_granted(number(0), word(1)));
    if (command == "debts") return print(engine_.query_debts(word(0)));
    if (command == "close_refund") return print(engine_.close_refund(number(0), word(1), word(2), word(3)));
    if (command == "reopen_refund") return print(engine_.reopen_refund(number(0), word(1), word(2)));
    if (command == "assign_refund") return print(engine_.assign_refund(number(0), word(1), word(2), word(3)));
    if (command == "set_refund_status") return print(engine_.set_refund_status(number(0), word(1), word(2), word(3)));
    if (command == "set_order_status") return print(engine_.set_order_status(word(0), word(1), word(2), word(3)));
    if (command == "case") return print(engine_.query_case(number(0)));
    if (command == "refund_of_order") return print(engine_.query_refund_of_order(word(0)));
    if (command == "find") return print(engine_.find(word(0)));
    if (command == "count_refunds") return print(engine_.count_refunds(word(0)));
    if (command == "add_note") return print(engine_.add_note(word(0)));
    if (command == "notes") return print(engine_.query_notes(word(0)));
    if (command == "answer") return heard.answers.push_back(arguments_);
    if (command == "asked") return requests();
    if (command == "issue_refund") return print(engine_.issue_refund(word(0)));
    if (command == "revoke") return print(engine_.revoke_subscription(word(0)));
    if (command == "action") return print(engine_.query_action(number(0)));
    if (command == "actions") return print(engine_.query_actions(word(0), number(1), count(2)));
    if (command == "report") return print(engine_.report_consumption(word(0), word(1)));
    if (command == "reviews") return print(engine_.query_reviews(word(0), number(1), count(2)));
    if (command == "review_figures") return print(engine_.query_review_figures(number(0)));
    if (command == "reconcile") {
      return print(engine_.reconcile(word(0), [](std::string_view progress) { say("progress " + std::string(progress)); }));
    }
    if (command == "reconcile_order") return print(engine_.reconcile_order(word(0), word(1), word(2)));
    if (command == "doctor") {
      auto result = engine_.doctor(word(0), [this](std::string_view progress) { say("progress " + placed(progress)); });
      return result ? say(placed(result->raw())) : print(result.error());
    }
    if (command == "work") return print(engine_.work());
    if (command == "listen") return listen();
    if (command == "unlisten") return unlisten();
    decide(command);
  }

  /// Operators' decisions, and what leaves the ledger.
  void decide(const std::string &command) {
    if (command == "exclude") return print_lasting(engine_.exclude(word(0)));
    if (command == "end_exclusion") return print_lasting(engine_.end_exclusion(number(0), word(1), word(2)));
    if (command == "exclusions") return print_lasting(engine_.query_exclusions(number(0) != 0, number(1), count(2)));
    if (command == "debtors") return print_lasting(engine_.query_debtors(word(0), count(1)));
    if (command == "overrule") return print_lasting(engine_.overrule(number(0), word(1)));
    if (command == "try_policy") {
      return print_lasting(engine_.try_policy(word(1), word(2), [this](std::string_view progress) {
        say("progress " + std::string(progress));
        return number(0) == 0 ? recoup::Flow::proceed : recoup::Flow::stop;
      }));
    }
    if (command == "notices") return print_lasting(engine_.query_notices(word(0), word(1), count(2)));
    if (command == "mark_notice") return print_lasting(engine_.mark_notice(word(0), number(1), word(2)));
    if (command == "has_access") return print("", engine_.has_access(word(0), word(1)));
    if (command == "access") return print_lasting(engine_.query_access(word(0), word(1)));
    if (command == "set_access") return print_lasting(engine_.set_access(word(0), word(1), word(2)));
    if (command == "figures") return print_lasting(engine_.query_figures(word(0)));
    if (command == "work_counts") return print_lasting(engine_.query_work_counts());
    if (command == "export" || command == "export_user") return write_out(command == "export_user");
    if (command == "forget_user") return print_lasting(engine_.forget_user(word(0), word(1)));
    if (command == "prune") return print_lasting(engine_.prune());
    if (command == "webhooks") return print_lasting(engine_.query_webhooks());
    if (command == "webhook_messages") {
      return print_lasting(engine_.query_webhook_messages(word(0), number(1), count(2)));
    }
    if (command == "replay_webhooks") return print("replayed ", engine_.replay_webhooks(word(0)));
    if (command == "end_webhook") return print(engine_.end_webhook(word(0), word(1), word(2)));
    if (command == "test_webhook") return print_lasting(engine_.test_webhook(word(0)));
    if (command == "send_webhooks") return print("sent ", engine_.send_webhooks());
    stop("unknown command " + command);
  }

  void write_out(bool of_user) {
    std::string written;
    const auto keep = [&](std::string_view piece) { written += piece; };
    const auto result = of_user ? engine_.export_user(word(0), keep) : engine_.export_(word(0), keep);
    if (!result) return print(result.error());
    if (!written.empty() && written.back() == '\n') written.pop_back();
    if (!written.empty()) say(lasting(written));
    print_lasting(result);
  }

  const std::string &word(std::size_t index) const {
    if (index >= arguments_.size()) stop("an argument is missing");
    return arguments_[index];
  }
  int64_t number(std::size_t index) const { return parsed(word(index)); }
  std::size_t count(std::size_t index) const { return static_cast<std::size_t>(number(index)); }
  static int64_t parsed(const std::string &text) { return std::strtoll(text.c_str(), nullptr, 10); }

  /// A text that names files, with FOLDER for this host's folder.
  std::string placed(std::string_view text) const {
    std::string out(text);
    for (std::size_t at = 0; (at = out.find(folder_, at)) != std::string::npos; at += 6) {
      out.replace(at, folder_.size(), "FOLDER");
    }
    return out;
  }

  static void print(const Error &error) {
    say("error " + std::to_string(static_cast<int32_t>(error.status())) + " " + std::string(error.code()) + " " +
        joined(int{error.is_retryable()}, error.http_status()));
  }
  static void print(const Result<void> &result) { result ? say("ok") : print(result.error()); }
  template <class Part>
  static void print(const Result<recoup::Document<Part>> &result) { result ? say(result->raw()) : print(result.error()); }
  template <class Part>
  static void print_lasting(const Result<recoup::Document<Part>> &result) {
    result ? say(lasting(result->raw())) : print(result.error());
  }
  static void print(const Result<std::optional<recoup::Document<recoup::RefundReview>>> &result) {
    if (!result) return print(result.error());
    say(*result ? (*result)->raw() : "null");
  }
  template <class Number>
  static void print(const std::string &before, const Result<Number> &result) {
    if (!result.ok()) return print(result.error());
    say(before + std::to_string(*result));
  }
  static void print(const Result<Outcome> &result, const Text &details) {
    if (!result) return print(result.error());
    say(words(*result));
    say(details);
  }

  void open() {
    const std::string config = contents(folder_ + "/config.json"), file = folder_ + "/config.json";
    if (word(0) == "json") return opened(recoup::Engine::open(config, folder_));
    if (word(0) == "file") return opened(recoup::Engine::open_file(file));
    if (word(0) == "bad") return opened(recoup::Engine::open(R"({"no": 1})", folder_));
    if (word(0) != "with_json" && word(0) != "with_file" && word(0) != "with_transport") stop("open " + word(0));
    const bool has_transport = word(0) == "with_transport";
    recoup::Options options;
    const Result<void> set =
        has_transport ? options.set_config_json(contents(folder_ + "/config-api.json"), folder_)
                      : word(0) == "with_json" ? options.set_config_json(config, folder_) : options.set_config_file(file);
    if (!set) return print(set.error());
    const Result<void> clock =
        options.set_clock([registration = Registration()]() noexcept { return heard.now_ms.load(); });
    if (!clock) return print(clock.error());
    if (has_transport) {
      const Result<void> transport = options.set_transport(
          [registration = Registration()](const recoup::HttpRequest &request, recoup::HttpAnswer &answer) {
            heard.send(request, answer);
          });
      if (!transport) return print(transport.error());
      const Result<void> background = options.set_background(false);
      if (!background) return print(background.error());
    }
    opened(recoup::Engine::open_with(options));
  }

  void opened(Result<recoup::Engine> result) {
    if (!result) return print(result.error());
    engine_ = *std::move(result);
    say("ok");
  }

  void free() {
    const std::size_t before = destructors();
    engine_ = recoup::Engine(nullptr);
    say("freed, " + std::to_string(destructors() - before) + " destructors");
  }

  static std::size_t destructors() {
    const std::lock_guard<std::mutex> held(heard.lock);
    return heard.destructors;
  }

  /// The members of a purchase, by the names of the C struct.
  struct Members {
    std::map<std::string, std::string> values;
    std::vector<std::string> grants;
  };

  static Members members(const Words &arguments) {
    static const Words names = {"environment", "product_type", "quantity", "price_micros", "purchased_at_ms",
                                "store", "user", "app", "order_id", "purchase_token", "original_id",
                                "account_tag", "linked_token", "product", "price_currency",
                                "web_order_line_item_id"};
    Members found;
    for (const std::string &argument : arguments) {
      const std::size_t equals = std::min(argument.find('='), argument.size() - 1);
      const std::string name = argument.substr(0, equals), value = argument.substr(equals + 1);
      if (name == "grant") {
        found.grants.push_back(value);
      } else if (std::find(names.begin(), names.end(), name) == names.end()) {
        stop("no member " + name);
      } else {
        found.values[name] = value;
      }
    }
    return found;
  }

  /// Keeps views of the members.
  static void fill(recoup::Purchase &purchase, Members &from) {
    auto &values = from.values;
    purchase.order_id(values["order_id"]).purchase_token(values["purchase_token"]).original_id(values["original_id"]);
    purchase.account_tag(values["account_tag"]).linked_token(values["linked_token"]);
    purchase.web_order_line_item_id(values["web_order_line_item_id"]);
    purchase.app(values["app"]).product(values["product"]).price(parsed(values["price_micros"]), values["price_currency"]);
    purchase.purchased_at_ms(parsed(values["purchased_at_ms"]));
    purchase.quantity(static_cast<uint32_t>(parsed(values["quantity"])));
    purchase.environment(recoup::Environment(parsed(values["environment"])));
    purchase.product_type(recoup::ProductType(parsed(values["product_type"])));
    for (const std::string &grant : from.grants) {
      const std::size_t colon = std::min(grant.rfind(':'), grant.size() - 1);
      purchase.grant(std::string_view(grant).substr(0, colon), parsed(grant.substr(colon + 1)));
    }
  }

  static void print_outcome(const Result<recoup::PurchaseOutcome> &result) {
    result ? say("outcome " + std::to_string(static_cast<int32_t>(*result))) : print(result.error());
  }

  void purchase() {
    Members found = members(arguments_);
    recoup::Purchase purchase(found.values["store"], found.values["user"]);
    fill(purchase, found);
    print_outcome(engine_.record_purchase(purchase));
  }

  /// Tags differ each time the scenario is played.
  void account_tag() {
    const Result<Text> result = engine_.account_tag(word(0), word(1));
    if (!result) return print(result.error());
    const std::string tag((*result).view());
    if (tag.size() != 36 || tag[8] != '-') stop("no UUID: " + tag);
    const auto found = std::find(tags_.begin(), tags_.end(), tag);
    say("tag " + std::to_string(found - tags_.begin() + 1));
    if (found == tags_.end()) tags_.push_back(tag);
  }

  void signed_purchase() {
    if (arguments_.size() == 4) return print_outcome(engine_.record_signed_purchase(word(0), word(1), word(2), word(3)));
    Members found = members(Words(arguments_.begin() + 4, arguments_.end()));
    recoup::Purchase more;
    fill(more, found);
    print_outcome(engine_.record_signed_purchase(word(0), word(1), word(2), word(3), more));
  }

  /// A request of the folder, and the texts that it points to.
  struct Sent {
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
  };

  Sent sent(const std::string &name) const {
    Sent found{contents(folder_ + "/" + name + ".body"), {}};
    std::ifstream lines(folder_ + "/" + name + ".headers");
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos) found.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return found;
  }

  void ingest() {
    const Sent request = sent(word(1));
    Text details;
    const Result<Outcome> result =
        engine_.ingest(recoup::Request(word(0), request.body).headers(request.headers), &details);
    print(result, details);
  }

  void submit() {
    const Sent request = sent(word(1));
    const auto tag = static_cast<uint64_t>(std::strtoull(word(2).c_str(), nullptr, 10));
    print(engine_.submit(recoup::Request(word(0), request.body).headers(request.headers), tag));
  }

  /// One at a time, so that each has its own details.
  void completions() {
    std::vector<std::pair<Completion, Text>> found;
    while (found.size() < count(0)) {
      std::array<Completion, 1> room;
      Text details;
      const Result<bool> waited = engine_.wait(std::chrono::seconds(1));
      if (!waited.ok()) return print(waited.error());
      const Result<std::size_t> polled = engine_.poll_completions(room, &details);
      if (!polled) return print(polled.error());
      if (*polled > 0) found.emplace_back(room[0], std::move(details));
    }
    std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first.tag() < b.first.tag(); });
    for (const auto &[completion, details] : found) {
      say(words(completion));
      say(details);
    }
  }

  /// The engine may have been quicker, so the number is not printed.
  void expire() {
    const Result<std::size_t> result = engine_.expire_blocks();
    result ? say("ok") : print(result.error());
  }

  void message() {
    Text details;
    const Result<Outcome> result = engine_.record_message_json(word(0), word(1), &details);
    print(result, details);
  }

  void poll() {
    std::vector<Event> events(count(0));
    Text details;
    const Result<std::size_t> result = engine_.poll(events, &details);
    if (!result) return print(result.error());
    for (std::size_t i = 0; i < *result; ++i) say(words(events[i]));
    say(details);
  }

  void registration(bool on) {
    const std::string &kind = word(0);
    if (kind == "completion") {
      if (!on) return print(engine_.on_completion(nullptr));
      return print(engine_.on_completion(
          [registration = Registration()](const Completion &completion, std::string_view details) {
            heard.call(registration.name() + words(completion) + " " + std::string(details));
          }));
    }
    if (!on) return print(registered(kind, nullptr));
    const Handled answer = word(1) == "done" ? Handled::done : Handled::later;
    print(registered(kind, [registration = Registration(), answer](const Event &event) {
      heard.call(registration.name() + words(event));
      return answer;
    }));
  }

  template <class Callable>
  Result<void> registered(const std::string &kind, Callable &&callable) {
    if (kind == "block") return engine_.on_block(std::forward<Callable>(callable));
    if (kind == "unblock") return engine_.on_unblock(std::forward<Callable>(callable));
    if (kind == "alert") return engine_.on_alert(std::forward<Callable>(callable));
    if (kind == "refund") return engine_.on_refund(std::forward<Callable>(callable));
    if (kind == "reversal") return engine_.on_reversal(std::forward<Callable>(callable));
    if (kind == "review") return engine_.on_review(std::forward<Callable>(callable));
    if (kind == "unattributed") return engine_.on_unattributed(std::forward<Callable>(callable));
    if (kind == "recovery") return engine_.on_recovery(std::forward<Callable>(callable));
    if (kind == "notice") return engine_.on_notice(std::forward<Callable>(callable));
    if (kind == "access") return engine_.on_access(std::forward<Callable>(callable));
    if (kind == "event") return engine_.on_event(std::forward<Callable>(callable));
    stop("no callback for " + kind);
  }

  /// The output of the callbacks until now, in their order.
  static void flush() {
    const std::lock_guard<std::mutex> held(heard.lock);
    for (const std::string &line : heard.callbacks) say(line);
    heard.callbacks.clear();
  }

  void tick() {
    const Result<std::size_t> result =
        number(0) == 0 ? engine_.tick() : engine_.tick(std::chrono::microseconds(number(0)));
    if (result) heard.awaited += *result;
    flush();
    print("handled ", result);
  }

  void dispatcher() { print(word(0) == "start" ? engine_.start_dispatcher() : engine_.stop_dispatcher()); }

  void await() {
    {
      std::unique_lock<std::mutex> held(heard.lock);
      heard.awaited += count(0);
      const auto came = [] { return heard.called >= heard.awaited; };
      if (!heard.more.wait_for(held, std::chrono::seconds(60), came)) stop("the callbacks did not come");
    }
    flush();
  }

  void log() {
    static const Words levels = {"off", "error", "warn", "info", "debug", "trace"};
    const auto found = std::find(levels.begin(), levels.end(), word(0));
    if (found == levels.end()) stop("no level " + word(0));
    if (found == levels.begin()) return print(recoup::clear_log());
    print(recoup::set_log(
        recoup::LogLevel(found - levels.begin()),
        [registration = Registration()](recoup::LogLevel level, std::string_view target, std::string_view message) {
          const std::lock_guard<std::mutex> held(heard.lock);
          heard.messages.push_back("log " + std::to_string(static_cast<int32_t>(level)) + " " + std::string(target) +
                                   " " + std::string(message));
        }));
  }

  static void reported() {
    const std::lock_guard<std::mutex> held(heard.lock);
    for (const std::string &line : heard.messages) say(line);
    heard.messages.clear();
  }

  static void requests() {
    const std::lock_guard<std::mutex> held(heard.lock);
    for (const std::string &line : heard.requests) say(lasting(line));
    heard.requests.clear();
  }

  void listen() {
    Result<recoup::Gateway> result = engine_.listen(word(0), word(1));
    if (!result) return print(result.error());
    gateway_ = *std::move(result);
    const Result<Text> address = gateway_.address();
    if (!address) return print(address.error());
    const std::string text(address->view());
    say(text.rfind("127.0.0.1:", 0) == 0 && text.substr(text.size() - 2) != ":0" ? "listening" : text);
  }

  void unlisten() {
    gateway_ = recoup::Gateway(nullptr);
    say("ok");
  }

  static void destroyed() {
    const std::lock_guard<std::mutex> held(heard.lock);
    std::string line = "destroyed";
    std::sort(heard.destroyed.begin(), heard.destroyed.end());
    for (const int number : heard.destroyed) line += " " + std::to_string(number);
    say(line);
    heard.destroyed.clear();
  }

  std::string folder_;
  Words arguments_;
  Words tags_;
  recoup::Engine engine_{nullptr};
  recoup::Gateway gateway_{nullptr};
};

#define SIZE(type) std::printf(#type " %zu\n", sizeof(type))
#define OFFSET(type, member) std::printf(#type "." #member " %zu\n", offsetof(type, member))

void print_layout() {
#include "layout.inc"
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) stop("which folder, or --layout?");
  if (std::string_view(argv[1]) == "--layout") {
    print_layout();
    return 0;
  }
  Host(argv[1]).play();
  return 0;
}
