// How to open an engine. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_OPTIONS_HPP
#define RECOUP_OPTIONS_HPP

#include "callbacks.hpp"
#include "transport.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace recoup {

/// How to open an engine: a configuration, and settings that only code can make. May be used for several engines. One
/// thread at a time may use it; none of its functions blocks, except for reading the configuration's file.
class Options {
 public:
  /// No configuration yet, and the machine's clock.
  Options() noexcept : handle_(recoup_options_new()) {}

  /// Sets the configuration from JSON. Relative paths in it start from base_folder, or, if that is empty, from the
  /// working directory. Fails with Status::config; the options are then as before.
  Result<void> set_config_json(std::string_view config_json, std::string_view base_folder = {}) noexcept {
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_options_set_config_json(handle(), config_json.data(), config_json.size(), base_folder.data(),
                                            base_folder.size(), error);
    });
  }
  /// Sets the configuration from a file. Relative paths in it start from the file's own folder. Fails with
  /// Status::config; the options are then as before.
  Result<void> set_config_file(std::string_view path) noexcept {
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_options_set_config_file(handle(), path.data(), path.size(), error);
    });
  }
  /// Sets a callable as the clock, in Unix milliseconds, instead of the machine's: for tests. Called as
  /// int64_t() noexcept from any thread and from several at once, often, so it must be callable as const; it must not
  /// call Recoup. Engines that are opened with it keep it: it ends after the options and all of them.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> set_clock(Callable &&callable) {
    using Kept = detail::Kept<std::decay_t<Callable>, Mode>;
    static_assert(std::is_nothrow_invocable_r_v<int64_t, const std::decay_t<Callable> &>,
                  "a clock is int64_t() noexcept, callable from several threads at once");
    const std::uintptr_t data = Kept::keep(std::forward<Callable>(callable));
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_options_set_clock(handle(), Kept::clock, data, Kept::destroy, error);
    });
  }

  /// Sends requests to the stores through a callable instead of the library's own HTTP client. Called as
  /// void(const HttpRequest &, HttpAnswer &) from any thread and from several at once, so it must be callable as const.
  /// It sends once, follows no redirect, verifies TLS, keeps to the request's limits, and reports the result. An
  /// exception counts as TransportFailure::interrupted. Inside of it calls on an engine fail with Status::reentrant.
  /// Engines that are opened with it keep it: it ends after the options, all of them and their gateways.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> set_transport(Callable &&callable) {
    using Kept = detail::KeptTransport<std::decay_t<Callable>, Mode>;
    static_assert(std::is_invocable_v<const std::decay_t<Callable> &, const HttpRequest &, HttpAnswer &>,
                  "a transport is void(const HttpRequest &, HttpAnswer &), callable from several threads at once");
    const std::uintptr_t data = Kept::keep(std::forward<Callable>(callable));
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_options_set_transport(handle(), Kept::send, data, Kept::destroy, error);
    });
  }
  /// Whether engines work with the stores by themselves, on a thread of their own: sweeps, answers to refund reviews,
  /// actions that are not settled. The default is true; otherwise call Engine::work every minute or so.
  Result<void> set_background(bool background) noexcept {
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_options_set_background(handle(), background ? 1 : 0, error);
    });
  }

  /// For recoup.h; stays this object's.
  [[nodiscard]] recoup_options *handle() const noexcept { return handle_.get(); }

 private:
  std::unique_ptr<recoup_options, detail::FreeBy<recoup_options_free>> handle_;
};

}  // namespace recoup

#endif  // RECOUP_OPTIONS_HPP
