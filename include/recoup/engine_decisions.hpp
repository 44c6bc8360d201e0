// What operators decide above the rules, and trials of rules. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_DECISIONS_HPP
#define RECOUP_ENGINE_DECISIONS_HPP

#include "callbacks.hpp"
#include "document.hpp"
#include "documents/decisions.hpp"
#include "documents/refunds.hpp"
#include "engine_work.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>

namespace recoup::detail {

/// What operators decide above the rules. Part of Engine. recoup.h describes the JSON that is given.
///
/// Queries read the disk, and never wait for a writer; so does try_policy, which changes nothing. All others block until the
/// commit is on disk; who (a person or a tool) and why go to the journal and cannot be empty.
class EngineDecisions : public EngineWork {
 public:
  /// Makes an exclusion: the rules do not decide refunds that it fits. {"kind", "value", "store", "action", "until", "who",
  /// "why"}. Its refunded_already() are decided, and stay so: overrule them. Fails with Status::invalid_argument, and with
  /// Status::refused (standing_exclusion) if one of the same kind, value and store is active.
  Result<Document<ExclusionMade>> exclude(std::string_view exclusion_json) const noexcept {
    return document_of<ExclusionMade>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_exclude(handle(), exclusion_json.data(), exclusion_json.size(), json, error);
    });
  }
  /// Ends an exclusion; one that has ended stays as it is. Refunds that it decided stay so. Gives the exclusion after it.
  /// Fails with Status::not_found, invalid_argument.
  Result<Document<Exclusion>> end_exclusion(int64_t exclusion_id, std::string_view who,
                                            std::string_view why) const noexcept {
    return document_of<Exclusion>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_end_exclusion(handle(), exclusion_id, who.data(), who.size(), why.data(), why.size(), json,
                                         error);
    });
  }
  /// A page of exclusions: the active ones, or all, ended ones included. after and limit as for query_refunds.
  Result<Document<ExclusionPage>> query_exclusions(bool with_ended = false, int64_t after = 0,
                                                   std::size_t limit = 100) const noexcept {
    return document_of<ExclusionPage>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_query_exclusions(handle(), with_ended, after, limit, json, error);
    });
  }
  /// Decides one refund whatever exclusions and rules say: {"action", "who", "why"}; without an action the rules decide it
  /// again. Blocks, events and books follow. Gives the refund after it. Fails with Status::not_found, invalid_argument.
  Result<Document<Refund>> overrule(int64_t refund_id, std::string_view overrule_json) const noexcept {
    return document_of<Refund>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_overrule(handle(), refund_id, overrule_json.data(), overrule_json.size(), json, error);
    });
  }
  /// Compares what other rules would have decided about refunds of a time with what was decided. policy_json is the whole
  /// list of rules, as the configuration's "policy"; options_json is {"since", "until", "examples"}, or empty for all
  /// refunds. Takes as long as there are refunds. Fails with Status::invalid_argument, whose message has the place.
  Result<Document<PolicyTrial>> try_policy(std::string_view policy_json, std::string_view options_json = {}) const noexcept {
    return tried(policy_json, options_json, nullptr, 0);
  }
  /// The same, with a callable that gets how far it has come after each user, and may stop it: Flow(const Tried &), or
  /// Flow(std::string_view) for its JSON; one that returns void does not stop it. A trial that was stopped is of the users
  /// so far, and stopped() is true. An exception stops it. Called as that of Engine::reconcile.
  template <class Callable, class Mode = ExceptionMode>
  Result<Document<PolicyTrial>> try_policy(std::string_view policy_json, std::string_view options_json,
                                           Callable &&progress) const {
    using Stored = std::remove_reference_t<Callable>;
    constexpr bool takes_json = steers<Stored, std::string_view>();
    static_assert(takes_json || steers<Stored, const Tried &>(),
                  "progress is recoup::Flow(const Tried &) or void(const Tried &), or takes JSON");
    const auto report = [](std::uintptr_t data, recoup_string progress_json) noexcept {
      Stored &callable = *reinterpret_cast<Stored *>(data);
      auto answer = uint8_t(Flow::stop);
      guarded<Mode>([&] {
        const auto call = [&](const auto &so_far) { answer = steered<Mode>(callable, so_far); };
        if constexpr (takes_json) {
          call(out(progress_json));
        } else {
          call_with_document<Tried>(call, out(progress_json));
        }
      });
      return answer;
    };
    return tried(policy_json, options_json, report, reinterpret_cast<std::uintptr_t>(std::addressof(progress)));
  }

 protected:
  using EngineWork::EngineWork;

 private:
  Result<Document<PolicyTrial>> tried(std::string_view policy_json, std::string_view options_json,
                                      recoup_trial_callback progress, std::uintptr_t data) const noexcept {
    return document_of<PolicyTrial>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_try_policy(handle(), policy_json.data(), policy_json.size(), options_json.data(),
                                      options_json.size(), progress, data, json, error);
    });
  }
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_DECISIONS_HPP
