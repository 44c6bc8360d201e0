// Shared by the files of the program "binding".
#ifndef RECOUP_TESTS_BINDING_HPP
#define RECOUP_TESTS_BINDING_HPP

#include "recoup.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

constexpr std::string_view config = R"({"database": "ledger.db"})";

/// What a message reports of its order.
constexpr std::string_view refunded = R"("what": "refunded", "extent": "full")";

inline std::filesystem::path root;

inline std::string new_folder() {
  static int folders = 0;
  const std::filesystem::path folder = root / std::to_string(++folders);
  std::filesystem::create_directory(folder);
  return folder.string();
}

/// Counts its ends; a moved-from one has none.
class Token {
 public:
  explicit Token(int &ended) noexcept : ended_(&ended) {}
  Token(Token &&from) noexcept : ended_(std::exchange(from.ended_, nullptr)) {}
  ~Token() {
    if (ended_) ++*ended_;
  }

 private:
  int *ended_;
};

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A report by a store of the game's own about an order: dora's, or one without a player.
inline std::string message(const std::string &id, const std::string &what, bool known = true) {
  return R"({"store": "custom:own", "app": "game", "environment": "production", "notification_id": ")" + id +
         R"(", "name": "N", "at": 1790000000000, "fact": {"at": 1790000000000, "trust": "signed", )" + what +
         R"(, "about": {"order_id": ")" + (known ? "S-1\", \"account_tag\": \"dora\"" : "S-2\"") + "}}}";
}

/// The purchase that it is about.
inline bool delivered(const recoup::Engine &engine) {
  return engine.record_purchase(recoup::Purchase("custom:own", "dora").app("game").order_id("S-1")).ok();
}

/// In layout.cpp, a second translation unit.
recoup::Result<recoup::Engine> open_in_another_unit(std::string_view config, std::string_view folder);

/// In inputs_and_outputs.cpp: inputs and outputs of an engine.
void run_inputs_and_outputs();
/// In stores.cpp: requests to stores, and the calls for support.
void run_stores();
/// In work.cpp: the books of refunds, and operators' work on them.
void run_work();
/// In decisions.cpp: operators' decisions above the rules, and what players see of them.
void run_decisions();
/// In exports.cpp: figures, exports, privacy, webhooks.
void run_exports();

#endif  // RECOUP_TESTS_BINDING_HPP
