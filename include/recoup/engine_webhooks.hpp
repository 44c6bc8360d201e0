// Webhooks to endpoints of your own. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_WEBHOOKS_HPP
#define RECOUP_ENGINE_WEBHOOKS_HPP

#include "document.hpp"
#include "documents/webhooks.hpp"
#include "engine_exports.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace recoup::detail {

/// The endpoints of the configuration's "webhooks", and the messages to them. Part of Engine. recoup.h describes the JSON
/// that is given.
///
/// Queries read the disk, and never wait for a writer. replay_webhooks and end_webhook block until the commit is on disk;
/// test_webhook and send_webhooks also on the network. What an endpoint answers is no failure of a call.
class EngineWebhooks : public EngineExports {
 public:
  /// All endpoints that the ledger knows, by name, with the ended ones.
  Result<Document<List<WebhookEndpoint>>> query_webhooks() const noexcept {
    return document_of<List<WebhookEndpoint>>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_webhooks(handle(), json, error);
    });
  }
  /// A page of messages, newest first. The filter has any of "endpoint", "state", "user" and "refund_id", or is empty for
  /// all; after and limit as for query_refunds.
  Result<Document<WebhookMessagePage>> query_webhook_messages(std::string_view filter_json = {}, int64_t after = 0,
                                                              std::size_t limit = 100) const noexcept {
    return document_of<WebhookMessagePage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_webhook_messages(handle(), filter_json.data(), filter_json.size(), after, limit, json,
                                                  error);
    });
  }
  /// Has settled messages sent again, under the same webhook-id, and gives how many: {"replay": {"message"}, {"dead":
  /// {"endpoint"}} or {"period": {"endpoint", "since", "until"}}, "who", "why"}. Fails with Status::not_found, with
  /// Status::refused (not_a_message) if the message is not settled, and with Status::invalid_argument.
  Result<uint64_t> replay_webhooks(std::string_view replay_json) const noexcept {
    return value_of<uint64_t, uint64_t>([&](uint64_t *replayed, recoup_error **error) noexcept {
      return recoup_engine_replay_webhooks(handle(), replay_json.data(), replay_json.size(), replayed, error);
    });
  }
  /// Ends an endpoint: nothing more is queued for it, and what waits is dropped; who and why as in Engine::block. Remove it
  /// from the configuration as well. Fails with Status::not_found, also for one that has ended, and invalid_argument.
  Result<void> end_webhook(std::string_view endpoint, std::string_view who, std::string_view why) const noexcept {
    return done([&](recoup_error **error) noexcept {
      return recoup_engine_end_webhook(handle(), endpoint.data(), endpoint.size(), who.data(), who.size(), why.data(),
                                       why.size(), error);
    });
  }
  /// Sends a test message to an endpoint of the configuration, once, and waits for the answer, at most for the endpoint's
  /// timeout. Fails with Status::not_found, and with Status::refused (no_secret) if this engine cannot sign for it.
  Result<Document<WebhookTest>> test_webhook(std::string_view endpoint) const noexcept {
    return document_of<WebhookTest>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_test_webhook(handle(), endpoint.data(), endpoint.size(), json, error);
    });
  }
  /// Sends the messages that are due, waits for the answers, and gives how many it sent. An engine does this by itself; call
  /// it every second or so with Options::set_background(false), on a thread that may wait.
  Result<uint64_t> send_webhooks() const noexcept {
    return value_of<uint64_t, uint64_t>([&](uint64_t *sent, recoup_error **error) noexcept {
      return recoup_engine_send_webhooks(handle(), sent, error);
    });
  }

 protected:
  using EngineExports::EngineExports;
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_WEBHOOKS_HPP
