// Queries of an engine. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_QUERIES_HPP
#define RECOUP_ENGINE_QUERIES_HPP

#include "document.hpp"
#include "documents/blocks.hpp"
#include "documents/doctor.hpp"
#include "documents/events.hpp"
#include "documents/histories.hpp"
#include "documents/outcomes.hpp"
#include "documents/refunds.hpp"
#include "engine_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace recoup::detail {

/// The queries. Part of Engine.
///
/// All of these read the disk, and never wait for a writer. A page has up to limit items (1 to 1000), newest first: give
/// 0 as after for the first one, and the page's next() for the one behind it, until that is empty. Each document has
/// its JSON as well: raw().
class EngineQueries : public EngineHandle {
 public:
  /// One refund: the store's report, its user, the policy's decision. Fails with Status::not_found.
  Result<Document<Refund>> query_refund(int64_t refund_id) const noexcept {
    return document_of<Refund>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_refund(handle(), refund_id, json, error);
    });
  }
  /// A page of refunds. The filter is a JSON object, or empty for all.
  Result<Document<RefundPage>> query_refunds(std::string_view filter_json = {}, int64_t after = 0,
                                             std::size_t limit = 100) const noexcept {
    return document_of<RefundPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_refunds(handle(), filter_json.data(), filter_json.size(), after, limit, json, error);
    });
  }
  /// All that is known of a user. It answers "why is this player blocked?".
  Result<Document<UserHistory>> query_user(std::string_view user) const noexcept {
    return document_of<UserHistory>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_user(handle(), user.data(), user.size(), json, error);
    });
  }
  /// All that is known of an order, by its order id or its purchase token.
  Result<Document<OrderHistory>> query_order(std::string_view order) const noexcept {
    return document_of<OrderHistory>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_order(handle(), order.data(), order.size(), json, error);
    });
  }
  /// An event that was not acknowledged yet, with the refund and the block as they were when it was made. Fails with
  /// Status::not_found.
  Result<Document<EventDetails>> query_event(int64_t event_id) const noexcept {
    return document_of<EventDetails>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_event(handle(), event_id, json, error);
    });
  }
  /// A page of blocks: the active ones, or all, ended ones included.
  Result<Document<BlockPage>> query_blocks(bool with_ended = false, int64_t after = 0, std::size_t limit = 100) const noexcept {
    return document_of<BlockPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_blocks(handle(), with_ended, after, limit, json, error);
    });
  }
  /// A page of authentic messages that were not understood, for a person to look at.
  Result<Document<DeadLetterPage>> query_dead_letters(int64_t after = 0, std::size_t limit = 100) const noexcept {
    return document_of<DeadLetterPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_dead_letters(handle(), after, limit, json, error);
    });
  }
  /// Figures for a dashboard.
  Result<Document<Stats>> query_stats() const noexcept {
    return document_of<Stats>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_stats(handle(), json, error);
    });
  }

 protected:
  using EngineHandle::EngineHandle;
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_QUERIES_HPP
