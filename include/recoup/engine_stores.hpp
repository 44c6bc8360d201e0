// An engine's requests to the stores. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_STORES_HPP
#define RECOUP_ENGINE_STORES_HPP

#include "callbacks.hpp"
#include "document.hpp"
#include "documents/doctor.hpp"
#include "documents/reviews.hpp"
#include "documents/store_actions.hpp"
#include "documents/sweeps.hpp"
#include "engine_webhooks.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace recoup::detail {

/// Requests to the stores, and their results. Part of Engine. What recoup.h says of each holds here. All of them block
/// on commits, and on the stores unless their documentation excludes it.
class EngineStores : public EngineWebhooks {
 public:
  /// Refunds a player, as Google Play and Stripe let a seller do, by {"order", "who", "why", "key"}. A store's refusal
  /// is no failure of the call. Fails with Status::api, invalid_argument.
  Result<Document<StoreAction>> issue_refund(std::string_view refund_json) const noexcept {
    return document_of<StoreAction>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_issue_refund(handle(), refund_json.data(), refund_json.size(), json, error);
    });
  }
  /// Ends a Google Play subscription at once and refunds it.
  Result<Document<StoreAction>> revoke_subscription(std::string_view revoke_json) const noexcept {
    return document_of<StoreAction>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_revoke_subscription(handle(), revoke_json.data(), revoke_json.size(), json, error);
    });
  }
  /// The current state of one action. Sends no request to a store.
  Result<Document<StoreAction>> query_action(int64_t action_id) const noexcept {
    return document_of<StoreAction>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_action(handle(), action_id, json, error);
    });
  }
  /// A page of actions, newest first; filter, after and limit as for query_refunds. Sends no request to a store.
  Result<Document<StoreActionPage>> query_actions(std::string_view filter_json = {}, int64_t after = 0,
                                                  std::size_t limit = 100) const noexcept {
    return document_of<StoreActionPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_actions(handle(), filter_json.data(), filter_json.size(), after, limit, json, error);
    });
  }
  /// Reports how far an order was used, before a refund review or when on_review reports one. Gives the store's latest
  /// refund review of it; empty if there is none. Sends no request to a store.
  Result<std::optional<Document<RefundReview>>> report_consumption(std::string_view order,
                                                                   std::string_view report_json) const noexcept {
    using Review = std::optional<Document<RefundReview>>;
    Result<Text> text = value_of<Text, recoup_text *>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_report_consumption(handle(), order.data(), order.size(), report_json.data(),
                                              report_json.size(), json, error);
    });
    if (!text) return std::move(text).error();
    if (text->view() == "null") return Review();
    Result<Document<RefundReview>> review = Document<RefundReview>::read(*std::move(text));
    if (!review) return std::move(review).error();
    return Review(*std::move(review));
  }
  /// A page of refund reviews, newest first. Sends no request to a store.
  Result<Document<RefundReviewPage>> query_reviews(std::string_view filter_json = {}, int64_t after = 0,
                                                   std::size_t limit = 100) const noexcept {
    return document_of<RefundReviewPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_reviews(handle(), filter_json.data(), filter_json.size(), after, limit, json, error);
    });
  }
  /// What became of the refund reviews since a time in Unix milliseconds. Sends no request to a store.
  Result<Document<ReviewFigures>> query_review_figures(int64_t since_ms) const noexcept {
    return document_of<ReviewFigures>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_review_figures(handle(), since_ms, json, error);
    });
  }
  /// Queries the stores for refunds since the last sweep, and ingests them as their webhooks would be. Engines do this
  /// by themselves, too. Blocks for as long as the stores take.
  Result<Document<ReconcileResult>> reconcile(std::string_view options_json = {}) const noexcept {
    return reported<ReconcileResult, recoup_engine_reconcile>(options_json, nullptr, 0);
  }
  /// The same, with a callable for the progress of each sweep: void(const Sweep &), or void(std::string_view) for its
  /// JSON, called on this thread and only inside of this call. Exceptions are dropped. Inside of it close, work and
  /// the functions that take a callable of this or another kind fail with Status::reentrant.
  template <class Callable, class Mode = ExceptionMode>
  Result<Document<ReconcileResult>> reconcile(std::string_view options_json, Callable &&progress) const {
    return reporting<ReconcileResult, recoup_engine_reconcile, Sweep, Mode>(options_json, progress);
  }
  /// Queries a store for the refunds of an order: the App Store ("app-store") reports all refunds of the transaction's
  /// customer. app is a bundle id, or empty for all. Blocks on the store. Fails with Status::api, invalid_argument.
  Result<Document<ReconcileOrderResult>> reconcile_order(std::string_view store, std::string_view app,
                                                         std::string_view order) const noexcept {
    return document_of<ReconcileOrderResult>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_reconcile_order(handle(), store.data(), store.size(), app.data(), app.size(), order.data(),
                                           order.size(), json, error);
    });
  }
  /// Checks the configuration, each store's credentials, clock, reachability and last message, what waits for a person,
  /// and the ledger's file. Changes nothing. A problem that it finds is no failure of the call. Blocks for as long as
  /// the stores take; with {"app_store_test_notification": true} for a minute more.
  Result<Document<DoctorReport>> doctor(std::string_view options_json = {}) const noexcept {
    return reported<DoctorReport, recoup_engine_doctor>(options_json, nullptr, 0);
  }
  /// The same, with a callable that gets each finding as it is made: void(const Finding &) or void(std::string_view),
  /// as for reconcile.
  template <class Callable, class Mode = ExceptionMode>
  Result<Document<DoctorReport>> doctor(std::string_view options_json, Callable &&progress) const {
    return reporting<DoctorReport, recoup_engine_doctor, Finding, Mode>(options_json, progress);
  }
  /// Does the work with the stores that is due, once, on this thread; for engines with Options::set_background(false).
  Result<Document<WorkResult>> work() const noexcept {
    return document_of<WorkResult>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_work(handle(), json, error);
    });
  }

 protected:
  using EngineWebhooks::EngineWebhooks;

 private:
  template <class Part, auto Call, class Step, class Mode, class Callable>
  Result<Document<Part>> reporting(std::string_view options_json, Callable &progress) const {
    static_assert(std::is_invocable_v<Callable &, std::string_view> || std::is_invocable_v<Callable &, const Step &>,
                  "progress is void(const Sweep &) for reconcile, void(const Finding &) for doctor, or takes JSON");
    const auto report = [](std::uintptr_t data, recoup_string progress_json) noexcept {
      guarded<Mode>([&] {
        Callable &callable = *reinterpret_cast<Callable *>(data);
        if constexpr (std::is_invocable_v<Callable &, std::string_view>) {
          callable(out(progress_json));
        } else {
          call_with_document<Step>(callable, out(progress_json));
        }
      });
    };
    return reported<Part, Call>(options_json, report, reinterpret_cast<std::uintptr_t>(std::addressof(progress)));
  }

  template <class Part, auto Call>
  Result<Document<Part>> reported(std::string_view options_json, recoup_progress_callback progress,
                                  std::uintptr_t data) const noexcept {
    return document_of<Part>([&](recoup_text **json, recoup_error **error) noexcept {
      return Call(handle(), options_json.data(), options_json.size(), progress, data, json, error);
    });
  }
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_STORES_HPP
