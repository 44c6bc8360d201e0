// What all documents that the library returns have in common. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// A document owns its text. Its views look into it: copies are cheap, any number of threads may use them at once, and they
// live as long as the document does, moved or not. A document's members are checked once, when it is read, so no accessor
// fails: one that returns std::optional is empty where the member is null or left out; a list is then empty, a bool false.
//
// A newer library may add members and values. A member that has no accessor here is reached by member(). A value that
// has no name here is unnamed, and the accessor with a name in _text returns its text: give every switch a default.
#ifndef RECOUP_DOCUMENT_HPP
#define RECOUP_DOCUMENT_HPP

#include "json.hpp"
#include "result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// A time, in milliseconds since the Unix epoch: time.time_since_epoch().count().
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

template <class Item>
class List;
template <class Item>
class Map;

namespace detail {

/// Where a document is not what it should be, and what is expected there.
struct Misfit {
  /// Each level puts its own name in front.
  std::string path;
  std::size_t at = 0;
  const char *expected = nullptr;

  /// Gives false.
  bool note(json::Value value, const char *what) noexcept {
    at = value.position();
    expected = what;
    return false;
  }
  bool within(const std::string &name) noexcept {
    path.insert(0, name);
    return false;
  }
};

/// How a C++ type is read from JSON: from() gives a result for every value, fits() is whether the value has the type.
template <class Type, class = void>
struct Reading;

/// Checks that an object has the members that a view reads from it.
class Shape {
 public:
  Shape(json::Value value, Misfit &misfit) noexcept : value_(value), misfit_(misfit) {}

  bool is_object() noexcept { return value_.kind() == json::Kind::object || misfit_.note(value_, "an object"); }
  /// Whether it is a text, or an object of one member: a choice, of which some carry something.
  bool is_choice() noexcept {
    return value_.kind() == json::Kind::text || !value_.members().empty() || misfit_.note(value_, "a text or an object");
  }
  template <class Type>
  bool has(std::string_view name) noexcept {
    const json::Value member = value_.member(name);
    if (Reading<Type>::fits(member, misfit_)) return true;
    if (!member.exists()) misfit_.at = value_.position();
    return misfit_.within('.' + std::string(name));
  }
  /// The same for a member that may be left out.
  template <class Type>
  bool may_have(std::string_view name) noexcept {
    return !value_.member(name).exists() || has<Type>(name);
  }
  /// Whether it has the variant's members, if it is that variant.
  template <class Variant>
  bool fits(std::string_view tag, std::string_view name) noexcept {
    return value_.member(tag).text() != name || Variant::fits(*this);
  }
  /// The same for a variant that one of its members identifies.
  template <class Variant>
  bool fits_with(std::string_view member) noexcept {
    return !value_.member(member).exists() || Variant::fits(*this);
  }

 private:
  json::Value value_;
  Misfit &misfit_;
};

}  // namespace detail

/// A part of a document. An empty one has no members.
class View {
 public:
  View() noexcept = default;
  explicit View(json::Value value) noexcept : value_(value) {}

  /// Its JSON, as the library wrote it.
  [[nodiscard]] std::string_view raw() const noexcept { return value_.raw(); }
  /// Any member, by its name in JSON, also one that has no accessor here.
  [[nodiscard]] json::Value member(std::string_view name) const noexcept { return value_.member(name); }
  /// The same as JSON, for members without an accessor here.
  [[nodiscard]] json::Value json() const noexcept { return value_; }

 protected:
  template <class Type>
  [[nodiscard]] Type read(std::string_view name) const noexcept {
    return detail::Reading<Type>::from(value_.member(name));
  }
  /// The text of a member; empty where there is none.
  [[nodiscard]] std::string_view read_text(std::string_view name) const noexcept {
    return value_.member(name).text().value_or(std::string_view());
  }
  /// The name of what was chosen: the text, or the name of the only member.
  [[nodiscard]] std::string_view choice() const noexcept {
    const json::Members members = value_.members();
    return members.empty() ? value_.text().value_or(std::string_view()) : (*members.begin()).name;
  }
  template <class Variant>
  [[nodiscard]] std::optional<Variant> variant(std::string_view tag, std::string_view name) const noexcept {
    return read_text(tag) == name ? std::optional<Variant>(Variant(value_)) : std::nullopt;
  }
  template <class Variant>
  [[nodiscard]] std::optional<Variant> variant_with(std::string_view member) const noexcept {
    return value_.member(member).exists() ? std::optional<Variant>(Variant(value_)) : std::nullopt;
  }

 private:
  json::Value value_;
};

/// A list in a document: for (const recoup::Block block : user.blocks()).
template <class Item>
class List : public json::Range<detail::Reading<Item>> {
 public:
  List() noexcept = default;
  explicit List(json::Value list) noexcept : json::Range<detail::Reading<Item>>(list), list_(list) {}

  /// Its JSON, as the library wrote it.
  [[nodiscard]] std::string_view raw() const noexcept { return list_.raw(); }

 private:
  json::Value list_;
};

namespace detail {

template <class Item>
struct ReadingOfEntry {
  static std::pair<std::string_view, Item> from(json::Value value) noexcept {
    const json::Member member = json::MemberOf::from(value);
    return {member.name, Reading<Item>::from(member.value)};
  }
};

}  // namespace detail

/// An object in a document that maps names to values: for (const auto [currency, micros] : figures.money_kept()).
template <class Item>
class Map : public json::Range<detail::ReadingOfEntry<Item>> {
 public:
  Map() noexcept = default;
  explicit Map(json::Value object) noexcept : json::Range<detail::ReadingOfEntry<Item>>(object), object_(object) {}

  /// The value under a name; empty if there is none.
  [[nodiscard]] std::optional<Item> find(std::string_view name) const noexcept {
    const json::Value value = object_.member(name);
    return value.exists() ? std::optional<Item>(detail::Reading<Item>::from(value)) : std::nullopt;
  }
  /// Its JSON, as the library wrote it.
  [[nodiscard]] std::string_view raw() const noexcept { return object_.raw(); }

 private:
  json::Value object_;
};

namespace detail {

template <>
struct Reading<std::int64_t> {
  static std::int64_t from(json::Value value) noexcept { return value.integer().value_or(0); }
  static bool fits(json::Value value, Misfit &why) noexcept {
    return value.integer() || why.note(value, "a whole number of 64 bits");
  }
};

template <>
struct Reading<Time> {
  static Time from(json::Value value) noexcept { return Time(std::chrono::milliseconds(value.integer().value_or(0))); }
  static bool fits(json::Value value, Misfit &why) noexcept {
    return value.integer() || why.note(value, "a time in Unix milliseconds");
  }
};

template <>
struct Reading<bool> {
  static bool from(json::Value value) noexcept { return value.boolean().value_or(false); }
  static bool fits(json::Value value, Misfit &why) noexcept { return value.boolean() || why.note(value, "true or false"); }
};

template <>
struct Reading<std::string_view> {
  static std::string_view from(json::Value value) noexcept { return value.text().value_or(std::string_view()); }
  static bool fits(json::Value value, Misfit &why) noexcept { return value.text() || why.note(value, "a text"); }
};

template <>
struct Reading<json::Value> {
  static json::Value from(json::Value value) noexcept { return value; }
  static bool fits(json::Value value, Misfit &why) noexcept { return value.exists() || why.note(value, "a value"); }
};

template <class Item>
struct Reading<std::optional<Item>> {
  static std::optional<Item> from(json::Value value) noexcept {
    return has(value) ? std::optional<Item>(Reading<Item>::from(value)) : std::nullopt;
  }
  static bool fits(json::Value value, Misfit &why) noexcept { return !has(value) || Reading<Item>::fits(value, why); }
  static bool has(json::Value value) noexcept { return value.exists() && !value.is_null(); }
};

template <class Item>
struct Reading<List<Item>> {
  static List<Item> from(json::Value value) noexcept { return List<Item>(value); }
  static bool fits(json::Value value, Misfit &why) noexcept {
    if (value.kind() != json::Kind::list) return why.note(value, "a list");
    std::size_t number = 0;
    for (const json::Value item : value.items()) {
      if (!Reading<Item>::fits(item, why)) return why.within('[' + std::to_string(number) + ']');
      ++number;
    }
    return true;
  }
};

template <class Item>
struct Reading<Map<Item>> {
  static Map<Item> from(json::Value value) noexcept { return Map<Item>(value); }
  static bool fits(json::Value value, Misfit &why) noexcept {
    if (value.kind() != json::Kind::object) return why.note(value, "an object");
    for (const json::Member member : value.members()) {
      if (!Reading<Item>::fits(member.value, why)) return why.within('.' + std::string(member.name));
    }
    return true;
  }
};

/// A value of an enum, and its text in JSON.
template <class Enum>
struct Named {
  std::string_view text;
  Enum value;
};

/// Found by the enum: each has a function named() beside it.
template <class Enum>
inline constexpr auto names = named(Enum());

template <class Enum>
struct Reading<Enum, std::enable_if_t<std::is_enum_v<Enum>>> {
  static Enum from(json::Value value) noexcept { return of(value.text().value_or(std::string_view())); }
  static Enum of(std::string_view text) noexcept {
    for (const Named<Enum> &name : names<Enum>) {
      if (name.text == text) return name.value;
    }
    return Enum::unnamed;
  }
  static bool fits(json::Value value, Misfit &why) noexcept { return Reading<std::string_view>::fits(value, why); }
};

template <class Part>
struct Reading<Part, std::enable_if_t<std::is_base_of_v<View, Part>>> {
  static Part from(json::Value value) noexcept { return Part(value); }
  static bool fits(json::Value value, Misfit &why) noexcept {
    Shape shape(value, why);
    return Part::fits(shape);
  }
};

/// The error of a document that is no JSON, or not what it should be.
inline Error unreadable(std::size_t at, const std::string &path, const char *what) {
  std::string message = "the library's answer cannot be read: byte " + std::to_string(at);
  if (!path.empty()) message += ", " + path.substr(path[0] == '.' ? 1 : 0);
  return Error(Status::internal, "unreadable_document", message + ": " + what);
}

}  // namespace detail

/// A document, which is a Part that owns its text. Moves; does not copy.
template <class Part>
class Document : public Part {
 public:
  /// An empty one.
  Document() noexcept = default;
  Document(Document &&from) noexcept
      : Part(std::exchange(static_cast<Part &>(from), Part())),
        text_(std::move(from.text_)),
        copy_(std::move(from.copy_)),
        index_(std::move(from.index_)) {}
  Document &operator=(Document &&from) noexcept {
    static_cast<Part &>(*this) = std::exchange(static_cast<Part &>(from), Part());
    text_ = std::move(from.text_);
    copy_ = std::move(from.copy_);
    index_ = std::move(from.index_);
    return *this;
  }

  /// Reads a document that a function gave as text, such as the details of Engine::poll:
  ///
  ///     auto details = recoup::Document<recoup::List<recoup::EventDetails>>::read(std::move(text));
  ///
  /// Fails with Status::internal (unreadable_document) if it is not such a document. Does not block.
  static Result<Document> read(Text text) noexcept {
    Document document;
    document.text_ = std::move(text);
    return std::move(document).indexed(document.text_.view());
  }
  /// The same for JSON from elsewhere, which is copied.
  static Result<Document> read(std::string_view json) noexcept {
    Document document;
    document.copy_ = std::make_unique<const std::string>(json);
    return std::move(document).indexed(*document.copy_);
  }

 private:
  Result<Document> indexed(std::string_view json) && noexcept {
    index_ = std::make_unique<const json::Index>(json);
    if (index_->problem()) return detail::unreadable(index_->problem()->at, {}, index_->problem()->what);
    detail::Misfit why;
    if (!detail::Reading<Part>::fits(index_->root(), why)) {
      return detail::unreadable(why.at, why.path, (std::string("expected ") + why.expected).c_str());
    }
    static_cast<Part &>(*this) = Part(index_->root());
    return std::move(*this);
  }

  // One of the two; neither moves where the document is moved.
  Text text_;
  std::unique_ptr<const std::string> copy_;
  std::unique_ptr<const json::Index> index_;
};

namespace detail {

template <class Part>
struct OwnsViews<Document<Part>> : std::true_type {};

/// Runs a call of recoup.h that writes a document.
template <class Part, class Call>
Result<Document<Part>> document_of(const Call &call) noexcept {
  Result<Text> text = value_of<Text, recoup_text *>(call);
  if (!text) return std::move(text).error();
  return Document<Part>::read(*std::move(text));
}

/// Calls a callable with the view of a document that lives as long as the call; with an empty one where it is unreadable.
template <class Part, class Callable>
void call_with_document(Callable &callable, std::string_view text) {
  const json::Index index(text);
  Misfit why;
  const bool fits = !index.problem() && Reading<Part>::fits(index.root(), why);
  callable(fits ? Part(index.root()) : Part());
}

}  // namespace detail

}  // namespace recoup

#pragma pop_macro("Status")

#endif  // RECOUP_DOCUMENT_HPP
