// What a player sees, and has access to. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_PLAYERS_HPP
#define RECOUP_ENGINE_PLAYERS_HPP

#include "document.hpp"
#include "documents/access.hpp"
#include "documents/notices.hpp"
#include "engine_decisions.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace recoup::detail {

/// Notices for players, and their access to products. Part of Engine.
///
/// Queries read the disk, and never wait for a writer. The others block until the commit is on disk.
class EnginePlayers : public EngineDecisions {
 public:
  /// The notices that a user is to be shown, oldest first, up to limit (1 to 1000): call it at every login. locale is the
  /// player's language, such as "ko-KR"; without texts in it they are in the configured default language, else in English.
  /// An unknown user has none.
  Result<Document<List<Notice>>> query_notices(std::string_view user, std::string_view locale = {},
                                               std::size_t limit = 100) const noexcept {
    return document_of<List<Notice>>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_notices(handle(), user.data(), user.size(), locale.data(), locale.size(), limit, json,
                                         error);
    });
  }
  /// Reports that a user has seen a notice ("shown") or has confirmed it ("acknowledged": it is no longer pending). A
  /// notice only moves forward, and repeating a report changes nothing. Gives the notice after it. Fails with
  /// Status::not_found if this user has no such notice, and with Status::invalid_argument (unknown_mark).
  Result<Document<Notice>> mark_notice(std::string_view user, int64_t notice_id, std::string_view mark) const noexcept {
    return document_of<Notice>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_mark_notice(handle(), user.data(), user.size(), notice_id, mark.data(), mark.size(), json,
                                       error);
    });
  }
  /// Whether a user has access to a product now, by an operator's decision or else by what was bought and not refunded.
  /// An unknown user or product has none.
  Result<bool> has_access(std::string_view user, std::string_view product) const noexcept {
    return value_of<bool, uint8_t>([&](uint8_t *has, recoup_error **error) noexcept {
      return recoup_engine_has_access(handle(), user.data(), user.size(), product.data(), product.size(), has, error);
    });
  }
  /// As has_access, with the reason and the end.
  Result<Document<Access>> query_access(std::string_view user, std::string_view product) const noexcept {
    return document_of<Access>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_access(handle(), user.data(), user.size(), product.data(), product.size(), json, error);
    });
  }
  /// Grants a user access to a product, or revokes it, whatever was bought and refunded: {"access": true or false, "until",
  /// "who", "why"}. Gives the access after it. Fails with Status::invalid_argument.
  Result<Document<Access>> set_access(std::string_view user, std::string_view product,
                                      std::string_view decision_json) const noexcept {
    return document_of<Access>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_set_access(handle(), user.data(), user.size(), product.data(), product.size(),
                                      decision_json.data(), decision_json.size(), json, error);
    });
  }

 protected:
  using EngineDecisions::EngineDecisions;
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_PLAYERS_HPP
