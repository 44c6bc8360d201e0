// The stores' webhooks over HTTP. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_GATEWAY_HPP
#define RECOUP_GATEWAY_HPP

#include "result.hpp"

#include <memory>

namespace recoup {

/// A web server for the stores' requests, made by Engine::listen. It has its own threads. Moves; does not copy.
///
/// The destructor accepts no more connections, answers the requests that are under way, and returns when that is done
/// or the grace of its options is over. The engine may be closed or destroyed before: every store is then answered 503
/// and sends again.
class Gateway {
 public:
  /// Takes over a gateway of recoup.h.
  explicit Gateway(recoup_gateway *handle) noexcept : handle_(handle) {}

  /// Where it listens, such as "127.0.0.1:8080", with the port that it was given. Does not block.
  [[nodiscard]] Result<Text> address() const noexcept {
    return detail::value_of<Text, recoup_text *>([&](recoup_text **address, recoup_error **error) noexcept {
      return recoup_gateway_address(handle(), address, error);
    });
  }

  /// For recoup.h; stays this object's. NULL where it was moved from.
  [[nodiscard]] recoup_gateway *handle() const noexcept { return handle_.get(); }

 private:
  std::unique_ptr<recoup_gateway, detail::FreeBy<recoup_gateway_free>> handle_;
};

}  // namespace recoup

#endif  // RECOUP_GATEWAY_HPP
