// Which library was loaded, and whether it will do. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_VERSION_HPP
#define RECOUP_VERSION_HPP

#include "result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// X11 has a macro of this name.
#pragma push_macro("Status")
#undef Status

namespace recoup {

/// The version of the loaded library, such as "0.1.0"; RECOUP_VERSION is that of the headers.
inline std::string_view version() noexcept { return recoup_version(); }

namespace detail {

/// The part of a version that must be the same: before 1.0 the minor version, too.
constexpr uint32_t series(uint32_t number) noexcept {
  return number < 1'000'000 ? number / 1000 : number / 1'000'000 * 1000;
}

}  // namespace detail

/// Whether these headers can use the loaded library: it is not older than they are, and of their series. Every
/// Engine::open... checks it by itself. Fails with Status::unsupported (library_version), and names both versions.
inline Result<void> check_version() noexcept {
  constexpr uint32_t needed = RECOUP_VERSION_NUMBER;
  const uint32_t loaded = recoup_version_number();
  if (loaded >= needed && detail::series(loaded) == detail::series(needed)) return {};
  std::string message = "this program has the headers of Recoup " RECOUP_VERSION ", and the library it loaded is ";
  message += recoup_version();
  message += loaded < needed ? ", which is older: install " RECOUP_VERSION " or a later one of its series"
                             : ", which is of another series: compile the program with the headers of that library";
  return Error(Status::unsupported, "library_version", std::move(message));
}

}  // namespace recoup

#pragma pop_macro("Status")

#endif  // RECOUP_VERSION_HPP
