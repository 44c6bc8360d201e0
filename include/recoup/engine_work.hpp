// Operators' work on refunds. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_WORK_HPP
#define RECOUP_ENGINE_WORK_HPP

#include "document.hpp"
#include "documents/case_files.hpp"
#include "documents/refunds.hpp"
#include "engine_recovery.hpp"

#include <cstdint>
#include <string_view>

namespace recoup::detail {

/// Operators' work on refunds. Part of Engine. recoup.h describes the JSON that is given.
///
/// Queries read the disk, and never wait for a writer. All others block until the commit is on disk; who (a person or a
/// tool) and why go to the journal and cannot be empty, and what changes a refund gives the refund after it. An unknown
/// refund or order is Status::not_found, an unknown status Status::invalid_argument, and a call that does not fit the
/// refund Status::refused; Error::code() has the reason.
class EngineWork : public EngineRecovery {
 public:
  /// Sets the status of a refund and does all that it means: "recovered", "written_off", "excluded" or "open".
  Result<Document<Refund>> set_refund_status(int64_t refund_id, std::string_view status, std::string_view who,
                                             std::string_view why) const noexcept {
    return set<recoup_engine_set_refund_status>(refund_id, status, who, why);
  }
  /// As set_refund_status, by the store's order id or purchase token.
  Result<Document<Refund>> set_order_status(std::string_view order, std::string_view status, std::string_view who,
                                            std::string_view why) const noexcept {
    return document_of<Refund>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_set_order_status(handle(), order.data(), order.size(), status.data(), status.size(), who.data(),
                                            who.size(), why.data(), why.size(), json, error);
    });
  }
  /// Closes a refund of which the books do not know how much was due, as "recovered", "partly_recovered" or
  /// "written_off".
  Result<Document<Refund>> close_refund(int64_t refund_id, std::string_view closed_as, std::string_view who,
                                        std::string_view why) const noexcept {
    return set<recoup_engine_close_refund>(refund_id, closed_as, who, why);
  }
  /// Opens a refund that close_refund closed.
  Result<Document<Refund>> reopen_refund(int64_t refund_id, std::string_view who, std::string_view why) const noexcept {
    return document_of<Refund>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_reopen_refund(handle(), refund_id, who.data(), who.size(), why.data(), why.size(), json, error);
    });
  }
  /// Assigns a refund to an operator, by any name of 1 to 64 bytes; to none if to is empty.
  Result<Document<Refund>> assign_refund(int64_t refund_id, std::string_view to, std::string_view who,
                                         std::string_view why) const noexcept {
    return set<recoup_engine_assign_refund>(refund_id, to, who, why);
  }
  /// Writes a note: {"refund" or "user", "text", "who"}. Notes are never changed.
  Result<Document<Note>> add_note(std::string_view new_note_json) const noexcept {
    return document_of<Note>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_add_note(handle(), new_note_json.data(), new_note_json.size(), json, error);
    });
  }
  /// The notes on {"refund"} or {"user"}, oldest first.
  Result<Document<List<Note>>> query_notes(std::string_view on_json) const noexcept {
    return document_of<List<Note>>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_notes(handle(), on_json.data(), on_json.size(), json, error);
    });
  }
  /// All that is known of a refund: its books, blocks, notes and journal.
  Result<Document<CaseFile>> query_case(int64_t refund_id) const noexcept {
    return document_of<CaseFile>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_case(handle(), refund_id, json, error);
    });
  }
  /// The refund of an order id or purchase token. Fails with Status::not_found if nothing of it is refunded, and with
  /// Status::refused if several refunds have this id.
  Result<Document<Refund>> query_refund_of_order(std::string_view order) const noexcept {
    return document_of<Refund>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_refund_of_order(handle(), order.data(), order.size(), json, error);
    });
  }
  /// What an id belongs to: an order id, purchase token, original id, account tag or user id, or "refund:12", "block:12",
  /// "action:12", "event:12". The whole id is needed.
  Result<Document<Found>> find(std::string_view text) const noexcept {
    return document_of<Found>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_find(handle(), text.data(), text.size(), json, error);
    });
  }
  /// How many refunds match a filter, up to 10000. The filter as for query_refunds.
  Result<Document<RefundCount>> count_refunds(std::string_view filter_json = {}) const noexcept {
    return document_of<RefundCount>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_count_refunds(handle(), filter_json.data(), filter_json.size(), json, error);
    });
  }

 protected:
  using EngineRecovery::EngineRecovery;

 private:
  template <auto Set>
  Result<Document<Refund>> set(int64_t refund_id, std::string_view to, std::string_view who,
                               std::string_view why) const noexcept {
    return document_of<Refund>([&](recoup_text **json, recoup_error **error) noexcept {
      return Set(handle(), refund_id, to.data(), to.size(), who.data(), who.size(), why.data(), why.size(), json, error);
    });
  }
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_WORK_HPP
