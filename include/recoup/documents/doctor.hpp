// What doctor found. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_DOCTOR_HPP
#define RECOUP_DOCUMENTS_DOCTOR_HPP

#include "../document.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// What was checked.
enum class DoctorArea {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Whether the configuration and the files it names can be used.
  configuration,
  /// Whether the store's server answers.
  reachability,
  /// Whether this machine's clock and the store's agree.
  clock,
  /// Whether the store accepts the credentials, and what they allow.
  credentials,
  /// Whether the store's messages arrive.
  webhooks,
  /// Whether sweeps find what the store's messages missed.
  sweeps,
  /// The store's own test message.
  test_notification,
  /// Whether the ledger's file is intact.
  ledger,
  /// What waits for an operator.
  open_work,
};
inline constexpr std::array<detail::Named<DoctorArea>, 9> named(DoctorArea) noexcept {
  return {{{"configuration", DoctorArea::configuration}, {"reachability", DoctorArea::reachability},
           {"clock", DoctorArea::clock}, {"credentials", DoctorArea::credentials}, {"webhooks", DoctorArea::webhooks},
           {"sweeps", DoctorArea::sweeps}, {"test_notification", DoctorArea::test_notification},
           {"ledger", DoctorArea::ledger}, {"open_work", DoctorArea::open_work}}};
}

/// How healthy a checked thing is, from best to worst.
enum class Health {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// As it should be.
  ok,
  /// It works, but something is lost or will be: look at it during working hours.
  warning,
  /// It does not work.
  broken,
};
inline constexpr std::array<detail::Named<Health>, 3> named(Health) noexcept {
  return {{{"ok", Health::ok}, {"warning", Health::warning}, {"broken", Health::broken}}};
}

/// One check and its result.
struct Finding : View {
  using View::View;

  /// The result.
  [[nodiscard]] Health health() const noexcept { return read<Health>("health"); }
  [[nodiscard]] std::string_view health_text() const noexcept { return read_text("health"); }
  /// What was checked.
  [[nodiscard]] DoctorArea area() const noexcept { return read<DoctorArea>("area"); }
  [[nodiscard]] std::string_view area_text() const noexcept { return read_text("area"); }
  /// A stable name for programs, in snake case, such as `credentials_refused`.
  [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
  /// The store; empty if it concerns no single store.
  [[nodiscard]] std::optional<std::string_view> store() const noexcept {
    return read<std::optional<std::string_view>>("store");
  }
  /// The app or account, as the configuration names it.
  [[nodiscard]] std::optional<std::string_view> app() const noexcept {
    return read<std::optional<std::string_view>>("app");
  }
  /// What was found, for an operator. Contains no secrets.
  [[nodiscard]] std::string_view facts() const noexcept { return read<std::string_view>("facts"); }
  /// What to do about it; empty: nothing.
  [[nodiscard]] std::optional<std::string_view> advice() const noexcept {
    return read<std::optional<std::string_view>>("advice");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Health>("health") && shape.has<DoctorArea>("area") &&
           shape.has<std::string_view>("code") && shape.has<std::optional<std::string_view>>("store") &&
           shape.has<std::optional<std::string_view>>("app") && shape.has<std::string_view>("facts") &&
           shape.has<std::optional<std::string_view>>("advice");
  }
};

/// What `doctor` found.
struct DoctorReport : View {
  using View::View;

  /// When the run started.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// The worst result.
  [[nodiscard]] Health health() const noexcept { return read<Health>("health"); }
  [[nodiscard]] std::string_view health_text() const noexcept { return read_text("health"); }
  /// The findings: store by store and app by app in the order of the configuration, then the ledger.
  [[nodiscard]] List<Finding> findings() const noexcept { return read<List<Finding>>("findings"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.has<Health>("health") &&
           shape.has<List<Finding>>("findings");
  }
};

/// Figures for a dashboard.
struct Stats : View {
  using View::View;

  /// How many users are blocked.
  [[nodiscard]] std::int64_t blocked_users() const noexcept { return read<std::int64_t>("blocked_users"); }
  /// How many events wait to be acknowledged.
  [[nodiscard]] std::int64_t events_waiting() const noexcept { return read<std::int64_t>("events_waiting"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("blocked_users") && shape.has<std::int64_t>("events_waiting");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_DOCTOR_HPP
