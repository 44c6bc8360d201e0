// The result of a call, or why it failed. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_RESULT_HPP
#define RECOUP_RESULT_HPP

#include "../recoup.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// X11 has a macro of this name.
#pragma push_macro("Status")
#undef Status

namespace recoup {

/// The result of a call: RECOUP_STATUS_*.
enum class Status : recoup_status {
  ok = RECOUP_STATUS_OK,
  invalid_argument = RECOUP_STATUS_INVALID_ARGUMENT,
  config = RECOUP_STATUS_CONFIG,
  ledger = RECOUP_STATUS_LEDGER,
  busy = RECOUP_STATUS_BUSY,
  disk_full = RECOUP_STATUS_DISK_FULL,
  closed = RECOUP_STATUS_CLOSED,
  not_found = RECOUP_STATUS_NOT_FOUND,
  purchase_of_another_user = RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER,
  internal = RECOUP_STATUS_INTERNAL,
  panic = RECOUP_STATUS_PANIC,
  poisoned = RECOUP_STATUS_POISONED,
  forked = RECOUP_STATUS_FORKED,
  reentrant = RECOUP_STATUS_REENTRANT,
  pumping = RECOUP_STATUS_PUMPING,
  queue_full = RECOUP_STATUS_QUEUE_FULL,
  api = RECOUP_STATUS_API,
  unsupported = RECOUP_STATUS_UNSUPPORTED,
  listen = RECOUP_STATUS_LISTEN,
  read_only = RECOUP_STATUS_READ_ONLY,
  io = RECOUP_STATUS_IO,
  ledger_lost = RECOUP_STATUS_LEDGER_LOST,
  out_of_resources = RECOUP_STATUS_OUT_OF_RESOURCES,
  rejected = RECOUP_STATUS_REJECTED,
  refused = RECOUP_STATUS_REFUSED,
};

namespace detail {

inline recoup_string in(std::string_view text) noexcept { return {text.data(), text.size()}; }

inline std::string_view out(recoup_string text) noexcept {
  return text.len == 0 ? std::string_view() : std::string_view(text.data, text.len);
}

/// A type that owns the memory behind the views that its functions return.
template <class Type>
struct OwnsViews : std::false_type {};

template <auto Free>
struct FreeBy {
  template <class Handle>
  void operator()(Handle *handle) const noexcept {
    Free(handle);
  }
};

}  // namespace detail

/// A piece of UTF-8 text that the library made, most often JSON. Does not depend on the engine it came from; does not
/// change, so any number of threads may read it at once. Nothing of it blocks.
class Text {
 public:
  /// No text.
  Text() noexcept = default;
  /// Takes over a text of recoup.h; NULL is no text.
  explicit Text(recoup_text *handle) noexcept : handle_(handle) {}

  /// The text. Lives as long as this object does, moved or not; a NUL follows it, so data() can be given to C.
  [[nodiscard]] std::string_view view() const noexcept { return detail::out(recoup_text_view(handle_.get())); }
  operator std::string_view() const noexcept { return view(); }
  /// The text for C; "" where there is none.
  [[nodiscard]] const char *c_str() const noexcept {
    const char *data = recoup_text_view(handle_.get()).data;
    return data ? data : "";
  }
  [[nodiscard]] bool empty() const noexcept { return view().empty(); }

 private:
  std::unique_ptr<recoup_text, detail::FreeBy<recoup_text_free>> handle_;
};

/// Why a call failed. Does not change; any number of threads may read it at once. Nothing of it blocks. A moved-from
/// one has Status::ok and empty texts.
class Error {
 public:
  /// Takes over an error object of recoup.h.
  explicit Error(recoup_error *handle) noexcept : handle_(handle) {}
  /// One that these headers found without the library. The code lives as long as the program.
  Error(Status status, const char *code, std::string message)
      : handle_(nullptr), found_(std::make_unique<const Found>(Found{status, code, std::move(message)})) {}

  [[nodiscard]] Status status() const noexcept {
    return found_ ? found_->status : Status(recoup_error_status(handle_.get()));
  }
  /// A stable name for programs and logs, finer than the status, such as "not_utf8". Lives as long as the error.
  [[nodiscard]] std::string_view code() const noexcept {
    return found_ ? std::string_view(found_->code) : detail::out(recoup_error_code(handle_.get()));
  }
  /// What went wrong, in English, for people: log it, and do not compare it. Lives as long as the error.
  [[nodiscard]] std::string_view message() const noexcept {
    return found_ ? std::string_view(found_->message) : detail::out(recoup_error_message(handle_.get()));
  }
  /// Whether the same call may succeed later without any change on your side.
  [[nodiscard]] bool is_retryable() const noexcept { return recoup_error_is_retryable(handle_.get()) != 0; }
  /// After a failed Engine::ingest: answer the store with this HTTP status, and it sends the same again.
  [[nodiscard]] int32_t http_status() const noexcept {
    return found_ ? 500 : recoup_error_http_status(handle_.get());
  }
  /// SQLite's extended result code if the ledger failed, such as 778 (SQLITE_IOERR_WRITE); empty for other failures.
  [[nodiscard]] std::optional<int32_t> sqlite_code() const noexcept {
    const int32_t code = recoup_error_sqlite_code(handle_.get());
    return code == 0 ? std::optional<int32_t>() : std::optional<int32_t>(code);
  }

 private:
  struct Found {
    Status status;
    const char *code;
    std::string message;
  };

  std::unique_ptr<recoup_error, detail::FreeBy<recoup_error_free>> handle_;
  std::unique_ptr<const Found> found_;
};

/// The result of a call, or why it failed. Taking the value where there is none, or the error where there is none, ends
/// the program by std::terminate: test first.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T &&value) noexcept : value_(std::move(value)), error_(nullptr) {}
  Result(Error &&error) noexcept : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
  /// As ok(). A Result<bool> does not have it, since `if (engine.is_blocked(user))` would test for success, not for the
  /// block.
  template <class Value = T, std::enable_if_t<!std::is_same_v<Value, bool>, int> = 0>
  explicit operator bool() const noexcept {
    return ok();
  }
  /// Status::ok, or that of the error.
  [[nodiscard]] Status status() const noexcept { return ok() ? Status::ok : error().status(); }

  [[nodiscard]] T &value() & noexcept { return there(value_); }
  [[nodiscard]] const T &value() const & noexcept { return there(value_); }
  [[nodiscard]] T &&value() && noexcept { return std::move(there(value_)); }
  [[nodiscard]] T &operator*() & noexcept { return value(); }
  [[nodiscard]] const T &operator*() const & noexcept { return value(); }
  [[nodiscard]] T &&operator*() && noexcept { return std::move(*this).value(); }
  [[nodiscard]] T *operator->() & noexcept { return &value(); }
  [[nodiscard]] const T *operator->() const & noexcept { return &value(); }
  template <class Value = T, std::enable_if_t<!detail::OwnsViews<Value>::value, int> = 0>
  [[nodiscard]] T *operator->() && noexcept {
    return &value();
  }
  /// Views would outlive the result that they look into: give the result a name first.
  template <class Value = T, std::enable_if_t<detail::OwnsViews<Value>::value, int> = 0>
  T *operator->() && = delete;
  /// The value, or another if the call failed: engine.is_blocked(user).value_or(true).
  [[nodiscard]] T value_or(T other) && noexcept { return ok() ? std::move(*this).value() : std::move(other); }

  [[nodiscard]] Error &error() & noexcept { return failed(error_); }
  [[nodiscard]] const Error &error() const & noexcept { return failed(error_); }
  [[nodiscard]] Error &&error() && noexcept { return std::move(failed(error_)); }

 private:
  template <class Held>
  static auto &there(Held &held) noexcept {
    if (!held) std::terminate();
    return *held;
  }
  template <class Failed>
  Failed &failed(Failed &error) const noexcept {
    if (value_) std::terminate();
    return error;
  }

  std::optional<T> value_;
  Error error_;
};

/// The success of a call, or why it failed. As every Result.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() noexcept : error_(nullptr) {}
  Result(Error &&error) noexcept : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return status() == Status::ok; }
  explicit operator bool() const noexcept { return ok(); }
  /// Status::ok, or that of the error.
  [[nodiscard]] Status status() const noexcept { return error_.status(); }

  [[nodiscard]] const Error &error() const & noexcept {
    if (ok()) std::terminate();
    return error_;
  }
  [[nodiscard]] Error &&error() && noexcept {
    if (ok()) std::terminate();
    return std::move(error_);
  }

 private:
  Error error_;
};

namespace detail {

/// Runs a call of recoup.h that writes a From and makes a To of it.
template <class To, class From, class Call>
Result<To> value_of(const Call &call) noexcept {
  From written{};
  recoup_error *error = nullptr;
  if (call(&written, &error) != RECOUP_STATUS_OK) return Error(error);
  return To(written);
}

/// Runs a call of recoup.h that writes nothing.
template <class Call>
Result<void> done(const Call &call) noexcept {
  recoup_error *error = nullptr;
  if (call(&error) != RECOUP_STATUS_OK) return Error(error);
  return {};
}

/// Runs a call of recoup.h that also writes a text where the caller wants one.
template <class To, class From, class Call>
Result<To> value_and_text(Text *wanted, const Call &call) noexcept {
  recoup_text *text = nullptr;
  auto result = value_of<To, From>(
      [&](From *to, recoup_error **error) noexcept { return call(to, wanted ? &text : nullptr, error); });
  if (wanted && result.ok()) *wanted = Text(text);
  return result;
}

}  // namespace detail

}  // namespace recoup

#pragma pop_macro("Status")

#endif  // RECOUP_RESULT_HPP
