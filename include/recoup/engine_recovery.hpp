// The books of refunds: what came back, and what is owed. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_RECOVERY_HPP
#define RECOUP_ENGINE_RECOVERY_HPP

#include "document.hpp"
#include "documents/recovery.hpp"
#include "engine_queries.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace recoup::detail {

/// The books of refunds. Part of Engine. recoup.h describes the JSON that is given.
///
/// Queries read the disk, and never wait for a writer. All others block until the commit is on disk; each identifies
/// itself by a key, and repeating it under that key changes nothing and gives the first outcome. An unknown refund, event
/// or entry is Status::not_found; a call that does not fit the books is Status::refused, and Error::code() has the reason.
class EngineRecovery : public EngineQueries {
 public:
  /// The books of a refund as they are now.
  Result<Document<Recovery>> query_recovery(int64_t refund_id) const noexcept {
    return document_of<Recovery>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_recovery(handle(), refund_id, json, error);
    });
  }
  /// The entries of a refund's books, oldest first.
  Result<Document<List<RecoveryEntry>>> query_recovery_entries(int64_t refund_id) const noexcept {
    return document_of<List<RecoveryEntry>>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_recovery_entries(handle(), refund_id, json, error);
    });
  }
  /// What to take from an event's user, or to give to them, by the books as they are now, and the key to report it under.
  /// Call it just before you act on an event of kind refund, reversal or recovery; then report with settle. Fails with
  /// Status::not_found if the event does not wait to be acknowledged.
  Result<Document<ToDo>> query_to_do(int64_t event_id) const noexcept {
    return document_of<ToDo>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_to_do(handle(), event_id, json, error);
    });
  }
  /// What a user owes, by item and by refund.
  Result<Document<Debts>> query_debts(std::string_view user) const noexcept {
    return document_of<Debts>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_debts(handle(), user.data(), user.size(), json, error);
    });
  }
  /// A page of the users who owe something, by user id. after is empty for the first one; then the page's next().
  Result<Document<DebtorPage>> query_debtors(std::string_view after = {}, std::size_t limit = 100) const noexcept {
    return document_of<DebtorPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_debtors(handle(), after.data(), after.size(), limit, json, error);
    });
  }
  /// Reports what the game took back for a refund, or gave again: {"key", "taken", "returned", "rest", "who"}. Give what
  /// is in too_much() back at once.
  Result<Document<ReportOutcome>> report_recovery(int64_t refund_id, std::string_view report_json) const noexcept {
    return document_of<ReportOutcome>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_report_recovery(handle(), refund_id, report_json.data(), report_json.size(), json, error);
    });
  }
  /// Reports what the game did about an event of kind refund, reversal or recovery, and acknowledges it in the same
  /// commit. report_json as for report_recovery; without a key that of query_to_do counts.
  Result<Document<ReportOutcome>> settle(int64_t event_id, std::string_view report_json) const noexcept {
    return document_of<ReportOutcome>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_settle(handle(), event_id, report_json.data(), report_json.size(), json, error);
    });
  }
  /// Books items that a player gives back of their own accord, for the oldest debts first: {"key", "items", "who", "why"}.
  Result<Document<RepaymentOutcome>> repay(std::string_view user, std::string_view repayment_json) const noexcept {
    return document_of<RepaymentOutcome>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_repay(handle(), user.data(), user.size(), repayment_json.data(), repayment_json.size(), json,
                                 error);
    });
  }
  /// Forgives what is owed for a refund: {"key", "items" (absent: all), "written_off", "who", "why"}. Gives the books
  /// after it.
  Result<Document<Recovery>> forgive(int64_t refund_id, std::string_view forgive_json) const noexcept {
    return document_of<Recovery>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_forgive(handle(), refund_id, forgive_json.data(), forgive_json.size(), json, error);
    });
  }
  /// Cancels an entry of the books that was a mistake; who and why as in Engine::block. Gives the books after it.
  Result<Document<Recovery>> correct(int64_t entry_id, std::string_view who, std::string_view why) const noexcept {
    return document_of<Recovery>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_correct(handle(), entry_id, who.data(), who.size(), why.data(), why.size(), json, error);
    });
  }
  /// Sets what a refunded purchase granted, where its record does not have it: {"grants", "who", "why"}. Gives the books
  /// after it.
  Result<Document<Recovery>> set_granted(int64_t refund_id, std::string_view granted_json) const noexcept {
    return document_of<Recovery>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_set_granted(handle(), refund_id, granted_json.data(), granted_json.size(), json, error);
    });
  }

 protected:
  using EngineQueries::EngineQueries;
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_RECOVERY_HPP
