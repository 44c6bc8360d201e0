// Figures, exports, and what is removed. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_EXPORTS_HPP
#define RECOUP_ENGINE_EXPORTS_HPP

#include "callbacks.hpp"
#include "document.hpp"
#include "documents/exports.hpp"
#include "documents/figures.hpp"
#include "engine_players.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>

namespace recoup::detail {

/// Figures, exports, and what is removed. Part of Engine. recoup.h describes the JSON that is given.
///
/// Figures and exports read the disk, and never wait for a writer. forget_user and prune block until commits are on disk.
class EngineExports : public EnginePlayers {
 public:
  /// Figures of a time: purchases, refunds, rates, sums by currency. The question is {"since", "until", "environment", "by",
  /// "lists", "repeat"}, or empty for the last 30 days. Fails with Status::invalid_argument.
  Result<Document<Figures>> query_figures(std::string_view question_json = {}) const noexcept {
    return document_of<Figures>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_figures(handle(), question_json.data(), question_json.size(), json, error);
    });
  }
  /// How many refunds have each work status, by store and environment. Costs the same whatever the number of refunds.
  Result<Document<List<WorkCount>>> query_work_counts() const noexcept {
    return document_of<List<WorkCount>>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_work_counts(handle(), json, error);
    });
  }

  /// Writes rows of the ledger to a callable, for a spreadsheet or a data warehouse: {"what", "format", "user", "store",
  /// "since", "until", "changed_since"}. The callable is Flow(std::string_view piece), or void to never stop it: UTF-8 text
  /// of up to 64 KiB, which may be cut anywhere and lives until the callable returns. It is called on this thread and only
  /// inside of this call, as that of Engine::reconcile. An exception stops it.
  ///
  /// Only a complete export gives its number of rows. Fails with Status::invalid_argument (bad_json, bad_filter), and with
  /// Status::io (output) if the callable stops it.
  template <class Callable, class Mode = ExceptionMode>
  Result<Document<Exported>> export_(std::string_view export_json, Callable &&write) const {
    return exported<recoup_engine_export, Mode>(export_json, write);
  }
  /// Writes all that the ledger has under a user id, as one JSON document, to a callable as that of export_:
  ///
  ///     std::string text;
  ///     auto done = engine.export_user(user, [&](std::string_view piece) { text += piece; });
  ///     auto views = recoup::Document<recoup::UserExport>::read(std::string_view(text));
  ///
  /// Entries of the journal may name other users, who had or claimed the same order: look before you hand it out.
  template <class Callable, class Mode = ExceptionMode>
  Result<Document<Exported>> export_user(std::string_view user, Callable &&write) const {
    return exported<recoup_engine_export_user, Mode>(user, write);
  }

  /// Forgets a user: a random pseudonym replaces the user id everywhere, and what only describes the user is removed.
  /// {"even_so", "who", "why"}. There is no way back. Blocks at most 5 seconds more for programs that read the ledger.
  /// Fails with Status::refused (still_needed) while something is open with the user, unless "even_so" is true, and with
  /// Status::invalid_argument.
  Result<Document<Forgotten>> forget_user(std::string_view user, std::string_view forget_json) const noexcept {
    return document_of<Forgotten>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_forget_user(handle(), user.data(), user.size(), forget_json.data(), forget_json.size(), json,
                                       error);
    });
  }
  /// Removes what is older than the configuration's "retention" and "privacy" allow. An engine does this by itself every
  /// hour; call it with Options::set_background(false).
  Result<Document<Pruned>> prune() const noexcept {
    return document_of<Pruned>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_prune(handle(), json, error);
    });
  }

 protected:
  using EnginePlayers::EnginePlayers;

 private:
  template <auto Call, class Mode, class Callable>
  Result<Document<Exported>> exported(std::string_view what, Callable &write) const {
    static_assert(steers<Callable, std::string_view>(), "write is recoup::Flow(std::string_view) or void(std::string_view)");
    const auto piece = [](std::uintptr_t data, const uint8_t *bytes, std::size_t len) noexcept {
      return steered<Mode>(*reinterpret_cast<Callable *>(data),
                           std::string_view(reinterpret_cast<const char *>(bytes), len));
    };
    return document_of<Exported>([&](recoup_text **json, recoup_error **error) noexcept {
      return Call(handle(), what.data(), what.size(), piece, reinterpret_cast<std::uintptr_t>(std::addressof(write)), json,
                  error);
    });
  }
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_EXPORTS_HPP
