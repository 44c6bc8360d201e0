// Callables of the program that the library calls. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_CALLBACKS_HPP
#define RECOUP_CALLBACKS_HPP

#include "document.hpp"
#include "documents/outcomes.hpp"
#include "outputs.hpp"

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace recoup {

/// What a callback did with an event: RECOUP_HANDLED_*.
enum class Handled : recoup_handled {
  /// It was acted on: the event is acknowledged.
  done = RECOUP_HANDLED_DONE,
  /// Not now: the event comes again after its lease, and the same user's later events wait for it.
  later = RECOUP_HANDLED_LATER,
};

/// What a callable answers to a call that it can stop.
enum class Flow : uint8_t {
  /// The call continues.
  proceed = 0,
  stop = 1,
};

/// The severity of a message: RECOUP_LOG_*.
enum class LogLevel : recoup_log_level {
  off = RECOUP_LOG_OFF,
  error = RECOUP_LOG_ERROR,
  warn = RECOUP_LOG_WARN,
  info = RECOUP_LOG_INFO,
  debug = RECOUP_LOG_DEBUG,
  trace = RECOUP_LOG_TRACE,
};

namespace detail {

// One program may have files with exceptions and files without. The linker keeps one copy of a template that both
// instantiate, so every function that compiles to different code in them has this type among its template arguments,
// which gives it a separate name.
struct WithExceptions;
struct WithoutExceptions;
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
using ExceptionMode = WithExceptions;
#else
using ExceptionMode = WithoutExceptions;
#endif

/// Calls a callable that may throw: an exception must not reach the library.
template <class Mode, class Call>
void guarded(const Call &call) noexcept {
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
  static_assert(std::is_same_v<Mode, WithExceptions>);
  try {
    call();
  } catch (...) {
    // The call's results keep their initial values.
  }
#else
  static_assert(std::is_same_v<Mode, WithoutExceptions>);
  call();
#endif
}

/// Whether a callable can be called with these, as one that answers whether to continue: Flow, or void to always do so.
template <class Callable, class... Given>
constexpr bool steers() noexcept {
  if constexpr (std::is_invocable_v<Callable &, Given...>) {
    using Answer = std::invoke_result_t<Callable &, Given...>;
    return std::is_void_v<Answer> || std::is_same_v<Answer, Flow>;
  } else {
    return false;
  }
}

/// Calls a callable of steers() for C: 0 to continue. An exception stops the call.
template <class Mode, class Callable, class Given>
uint8_t steered(Callable &callable, const Given &given) noexcept {
  Flow flow = Flow::stop;
  guarded<Mode>([&] {
    if constexpr (std::is_void_v<std::invoke_result_t<Callable &, const Given &>>) {
      callable(given);
      flow = Flow::proceed;
    } else {
      flow = callable(given);
    }
  });
  return uint8_t(flow);
}

/// A callable that lives in the user data of a registration, with functions for C to call and to destroy it. The
/// library destroys it exactly once, also if registering fails, so no other code may.
template <class Callable, class Mode>
struct Kept {
  template <class From>
  static std::uintptr_t keep(From &&from) {
    return reinterpret_cast<std::uintptr_t>(new Callable(std::forward<From>(from)));
  }
  static Callable &at(std::uintptr_t data) noexcept { return *reinterpret_cast<Callable *>(data); }

  static void destroy(std::uintptr_t data) noexcept { delete &at(data); }

  static recoup_handled event(std::uintptr_t data, const recoup_event *event) noexcept {
    Handled handled = Handled::later;
    guarded<Mode>([&] { handled = at(data)(Event(*event)); });
    return recoup_handled(handled);
  }

  static void completion(std::uintptr_t data, const recoup_completion *completion, recoup_string details) noexcept {
    guarded<Mode>([&] {
      const auto call = [&](const auto &given) { at(data)(Completion(*completion), given); };
      if constexpr (std::is_invocable_v<Callable &, const Completion &, std::string_view>) {
        call(out(details));
      } else {
        call_with_document<CompletionDetails>(call, out(details));
      }
    });
  }

  static void log(std::uintptr_t data, recoup_log_level level, recoup_string target, recoup_string message) noexcept {
    const Callable &callable = at(data);
    guarded<Mode>([&] { callable(LogLevel(level), out(target), out(message)); });
  }

  static int64_t clock(std::uintptr_t data) noexcept {
    const Callable &callable = at(data);
    return callable();
  }
};

}  // namespace detail

/// Passes messages of max_level and more severe ones to a callable, for the whole process; it replaces the one that was
/// set before. Called as void(LogLevel, std::string_view target, std::string_view message) from any thread, the
/// library's own included, and from several at once, so it must be callable as const; both texts live until it
/// returns. It may be called inside of calls that others wait for, so it must not call an engine, which fails with
/// Status::reentrant, nor destroy one. Exceptions are dropped. LogLevel::off only removes the one that was set. Does
/// not block.
template <class Callable, class Mode = detail::ExceptionMode>
Result<void> set_log(LogLevel max_level, Callable &&callable) {
  using Kept = detail::Kept<std::decay_t<Callable>, Mode>;
  static_assert(
      std::is_invocable_v<const std::decay_t<Callable> &, LogLevel, std::string_view, std::string_view>,
      "a log function is void(LogLevel, std::string_view, std::string_view), callable from several threads at once");
  const std::uintptr_t data = Kept::keep(std::forward<Callable>(callable));
  return detail::done([&](recoup_error **error) noexcept {
    return recoup_log_set(recoup_log_level(max_level), Kept::log, data, Kept::destroy, error);
  });
}

/// Removes the log function. A message that is being written is written to its end. Does not block.
inline Result<void> clear_log() noexcept {
  return detail::done(
      [](recoup_error **error) noexcept { return recoup_log_set(RECOUP_LOG_OFF, nullptr, 0, nullptr, error); });
}

}  // namespace recoup

#endif  // RECOUP_CALLBACKS_HPP
