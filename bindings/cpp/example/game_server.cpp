// A game server's side of refunds, in C++. The arguments are what happens to the server, in order:
//
//   game_server CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER]...
//
// BODY is a file with a store's raw request body, or "-" for standard input; HEADERS one with its header fields,
// "Name: value" a line, or "-" for none. A real server does the same from its shop, its webhook, its login and its
// game loop.
#include <recoup.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Prints why a call failed. A server would try again later if is_retryable is true.
int failed(std::string_view what, const recoup::Error &error) {
  std::cerr << what << ": " << error.message() << " (" << error.code() << ")\n";
  return 1;
}

std::string body_of(const std::string &path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream &from = path == "-" ? std::cin : file;
  if (!from) std::cerr << path << " cannot be read\n";
  return {std::istreambuf_iterator<char>(from), {}};
}

Headers headers_of(const std::string &path) {
  Headers headers;
  if (path == "-") return headers;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    const std::size_t end = line.find_last_not_of(" \t\r");
    headers.emplace_back(line.substr(0, colon), begin > end ? "" : line.substr(begin, end - begin + 1));
  }
  return headers;
}

class Server {
 public:
  explicit Server(recoup::Engine engine) : engine_(std::move(engine)) {}

  // Registers the callbacks for the engine's events. They run inside pump, on this thread. An event may come twice if a
  // crash interrupts a tick, so act on its id once: a game would look it up in its own database.
  int listen() {
    const auto on_block = engine_.on_block([this](const recoup::Event &event) noexcept {
      online_.erase(std::string(event.user()));  // End the session.
      return say(event, "block");
    });
    if (!on_block) return failed("on_block", on_block.error());
    const auto on_event = engine_.on_event([](const recoup::Event &event) noexcept {
      static const char *const kinds[] = {"unknown",  "block",  "unblock",      "alert",    "refund",
                                          "reversal", "review", "unattributed", "sweep_gap", "recovery",
                                          "notice",   "access"};
      const auto kind = static_cast<std::size_t>(event.kind());
      return say(event, kinds[kind < std::size(kinds) ? kind : 0]);
    });
    return on_event ? 0 : failed("on_event", on_event.error());
  }

  // One turn of the game loop. A game at 60 frames a second would give it a budget: tick(1ms).
  int pump() {
    const auto handled = engine_.tick();
    return handled ? 0 : failed("tick", handled.error());
  }

  // The shop has delivered something.
  int buy(const std::string &store, const std::string &user, const std::string &order) {
    const auto outcome = engine_.record_purchase(recoup::Purchase(store, user).order_id(order));
    if (!outcome) return failed("buy", outcome.error());
    std::cout << "buy " << order << (*outcome == recoup::PurchaseOutcome::recorded ? ": recorded\n" : ": known\n");
    return 0;
  }

  // A store has called the webhook. Whatever happens, it gets an HTTP status.
  int request(const std::string &store, const std::string &body_file, const std::string &header_file) {
    const std::string body = body_of(body_file);
    const Headers headers = headers_of(header_file);
    recoup::Text text;
    const auto outcome = engine_.ingest(recoup::Request(store, body).headers(headers), &text);
    std::cout << "request from " << store << ": answer ";
    if (!outcome) {
      std::cout << outcome.error().http_status() << '\n';
      return failed("request", outcome.error());
    }
    // A log would contain all of it: details->raw().
    const auto details = recoup::Document<recoup::OutcomeDetails>::read(std::move(text));
    if (!details) return failed("request", details.error());
    std::cout << outcome->http_status() << (outcome->is_new() ? ", new: " : ", nothing new: ");
    if (const auto accepted = details->accepted()) std::cout << accepted->name() << '\n';
    if (const auto dead_letter = details->dead_letter()) std::cout << dead_letter->code() << '\n';
    if (const auto rejected = details->rejected()) std::cout << rejected->code() << '\n';
    return 0;
  }

  // A player logs in. A blocked player is refused.
  int login(const std::string &user) {
    const auto blocked = engine_.is_blocked(user);
    if (!blocked.ok()) return failed("login", blocked.error());
    std::cout << "login " << user << (*blocked ? ": refused" : ": welcome");
    if (*blocked) return say_why(user);
    online_.insert(user);
    std::cout << '\n';
    return 0;
  }

  int close() {
    const auto closed = engine_.close();
    return closed ? 0 : failed("close", closed.error());
  }

 private:
  // The view of a blocked player for support. It reads the disk: a login calls only is_blocked.
  int say_why(const std::string &user) {
    const auto history = engine_.query_user(user);
    if (!history) return failed("query_user", history.error());
    for (const recoup::Block block : history->blocks()) {
      if (block.ended()) continue;
      if (const auto refund = block.cause().refund()) std::cout << ", refund " << refund->refund() << ": " << refund->rule();
      if (const auto by = block.cause().operator_()) std::cout << ", " << by->who() << ": " << by->why();
    }
    std::cout << '\n';
    return 0;
  }

  static recoup::Handled say(const recoup::Event &event, const char *kind) noexcept {
    const bool known = !event.user().empty();
    std::cout << "event " << event.id() << ": " << kind << ' ' << (known ? event.user() : "(player unknown)") << '\n';
    return recoup::Handled::done;
  }

  std::set<std::string> online_;  // Before the engine: the callbacks use it until the engine is gone.
  recoup::Engine engine_;
};

}  // namespace

int main(int argc, char **argv) {
  auto engine = recoup::Engine::open_file(argc > 1 ? argv[1] : "");
  if (!engine) return failed("open", engine.error());
  Server server(*std::move(engine));
  int status = server.listen();
  if (!status) status = server.pump();
  const std::vector<std::string> words(argv + (argc > 2 ? 2 : argc), argv + argc);
  for (std::size_t at = 0; !status && at < words.size();) {
    const std::string &what = words[at];
    const std::size_t takes = what == "buy" || what == "request" ? 3 : what == "login" ? 1 : words.size();
    if (at + takes >= words.size()) {
      std::cerr << "not understood: " << what << '\n';
      return 2;
    }
    if (what == "buy") status = server.buy(words[at + 1], words[at + 2], words[at + 3]);
    if (what == "request") status = server.request(words[at + 1], words[at + 2], words[at + 3]);
    if (what == "login") status = server.login(words[at + 1]);
    if (!status) status = server.pump();
    at += takes + 1;
  }
  const int closed = server.close();
  return status ? status : closed;
}
