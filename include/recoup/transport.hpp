// The program's own HTTP. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_TRANSPORT_HPP
#define RECOUP_TRANSPORT_HPP

#include "callbacks.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace recoup {

/// Why a request got no answer: RECOUP_TRANSPORT_*; each documents whether the store may have seen the request. If you
/// are not sure, use interrupted: reporting "never sent" for a request that was sent may refund twice.
enum class TransportFailure : recoup_transport_failure {
  timeout = RECOUP_TRANSPORT_TIMEOUT,
  connect = RECOUP_TRANSPORT_CONNECT,
  proxy = RECOUP_TRANSPORT_PROXY,
  tls = RECOUP_TRANSPORT_TLS,
  interrupted = RECOUP_TRANSPORT_INTERRUPTED,
  too_large = RECOUP_TRANSPORT_TOO_LARGE,
  malformed = RECOUP_TRANSPORT_MALFORMED,
  unsendable = RECOUP_TRANSPORT_UNSENDABLE,
};

/// One HTTP request to a store. It lives, with all it gives, until the transport returns. URL, header fields and body
/// hold credentials: send them, and write them nowhere.
class HttpRequest {
 public:
  explicit HttpRequest(const recoup_http_request &request) noexcept : c_(&request) {}
  HttpRequest(const HttpRequest &) = delete;
  HttpRequest &operator=(const HttpRequest &) = delete;

  /// "GET", "POST", "PUT", "PATCH" or "DELETE".
  [[nodiscard]] std::string_view method() const noexcept { return detail::out(c_->method); }
  /// The whole URL. A NUL follows it, so data() can be given to C.
  [[nodiscard]] std::string_view url() const noexcept { return detail::out(c_->url); }
  [[nodiscard]] std::size_t header_count() const noexcept { return c_->header_count; }
  /// A header field, by its place from 0 to below header_count(), its name in lower case; Host and
  /// Content-Length are yours to add.
  [[nodiscard]] std::pair<std::string_view, std::string_view> header(std::size_t index) const noexcept {
    return {detail::out(c_->headers[index].name), detail::out(c_->headers[index].value)};
  }
  /// The body's bytes; empty where there are none.
  [[nodiscard]] std::string_view body() const noexcept {
    return c_->body_len == 0 ? std::string_view()
                             : std::string_view(reinterpret_cast<const char *>(c_->body), c_->body_len);
  }
  /// How long all of it may take, from name resolution to the body's last byte.
  [[nodiscard]] std::chrono::milliseconds time_limit() const noexcept {
    using Rep = std::chrono::milliseconds::rep;
    constexpr auto most = static_cast<uint64_t>((std::chrono::milliseconds::max)().count());
    return std::chrono::milliseconds(static_cast<Rep>(c_->time_limit_ms < most ? c_->time_limit_ms : most));
  }
  /// The most bytes of the answer's body; read no more.
  [[nodiscard]] uint64_t body_limit() const noexcept { return c_->body_limit; }
  [[nodiscard]] const recoup_http_request &c() const noexcept { return *c_; }

 private:
  const recoup_http_request *c_;
};

/// The place for the answer. The last call on it counts; without one the request failed as interrupted. It lives until
/// the transport returns, and one thread at a time may use it. None of its functions blocks.
class HttpAnswer {
 public:
  explicit HttpAnswer(recoup_http_answer *handle) noexcept : handle_(handle) {}
  HttpAnswer(const HttpAnswer &) = delete;
  HttpAnswer &operator=(const HttpAnswer &) = delete;

  /// Sets the store's answer, redirects too: the status, the header fields as a container of pairs of text (at most
  /// 1024), and the whole body, decoded. Copied. Refuses a status that is not from 200 to 599, and a body of more than
  /// the request's limit, which then counts as too_large.
  template <class Pairs>
  Result<void> set(int32_t status, const Pairs &headers, std::string_view body) {
    std::vector<recoup_header> fields;
    for (const auto &pair : headers) fields.push_back({detail::in(pair.first), detail::in(pair.second)});
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_http_answer_set(handle_, status, fields.data(), fields.size(),
                                    reinterpret_cast<const uint8_t *>(body.data()), body.size(), error);
    });
  }
  /// An answer without header fields.
  Result<void> set(int32_t status, std::string_view body) noexcept {
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_http_answer_set(handle_, status, nullptr, 0, reinterpret_cast<const uint8_t *>(body.data()),
                                    body.size(), error);
    });
  }
  /// Sets why there is no answer. The message is for people and goes to logs and to the ledger: put no secret in it.
  Result<void> fail(TransportFailure failure, std::string_view message = {}) noexcept {
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_http_answer_fail(handle_, recoup_transport_failure(failure), message.data(), message.size(), error);
    });
  }

 private:
  recoup_http_answer *handle_;
};

namespace detail {

/// A callable that lives in the user data of a transport.
template <class Callable, class Mode>
struct KeptTransport : Kept<Callable, Mode> {
  static void send(std::uintptr_t data, const recoup_http_request *request, recoup_http_answer *answer) noexcept {
    const Callable &callable = Kept<Callable, Mode>::at(data);
    HttpAnswer result(answer);
    bool returned = false;
    guarded<Mode>([&] {
      callable(HttpRequest(*request), result);
      returned = true;
    });
    // An exception after an answer was set puts that answer in doubt.
    if (!returned) static_cast<void>(result.fail(TransportFailure::interrupted, "the program's transport threw"));
  }
};

}  // namespace detail

}  // namespace recoup

#endif  // RECOUP_TRANSPORT_HPP
