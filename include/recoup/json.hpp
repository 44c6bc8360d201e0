// JSON, read strictly and only read. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// The library returns its documents as JSON. Game servers compile these headers with whatever C++17 they have, with or
// without exceptions, and many have a JSON library of their own, which a second one from here could clash with. So this
// is a reader in one file that needs the standard library alone. It reads one text as a whole, makes one index of it, and
// gives views into both.
//
// It refuses what RFC 8259 refuses, and what two readers would read differently: a name that occurs twice in an object,
// half a surrogate pair, bytes that are not UTF-8. It reads in a loop, so no nesting exhausts the stack.
#ifndef RECOUP_JSON_HPP
#define RECOUP_JSON_HPP

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace recoup::json {

/// What a value is.
enum class Kind : std::uint8_t {
  /// There is none: an object has no such member, or a text is not JSON.
  missing,
  null,
  boolean,
  number,
  text,
  list,
  object,
};

/// Why a text is not read.
struct Problem {
  /// Where, in bytes from the beginning.
  std::size_t at;
  /// What is wrong there, in English. Lives as long as the program.
  const char *what;
};

/// How many levels lists and objects may be nested.
inline constexpr std::size_t max_depth = 64;

namespace detail {

/// A value, or the name of a member, which its value follows. Texts lie between their quotes: begin and end include those.
struct Node {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  /// The node behind this one and all that is in it.
  std::uint32_t behind = 0;
  /// Of a text with escapes: its place in the list of unescaped texts, counted from 1.
  std::uint32_t unescaped = 0;
  Kind kind = Kind::missing;
};

/// The length of the UTF-8 character that a text begins with; 0 where it is none.
inline std::size_t utf8_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  const unsigned first = byte(0), second = byte(1);
  const auto follows = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0, surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90, beyond = first == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

inline void append_utf8(std::string &to, std::uint32_t character) {
  const auto add = [&](std::uint32_t byte) { to.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0U | character >> 6U);
    add(0x80U | (character & 0x3FU));
  } else if (character < 0x10000) {
    add(0xE0U | character >> 12U);
    add(0x80U | (character >> 6U & 0x3FU));
    add(0x80U | (character & 0x3FU));
  } else {
    add(0xF0U | character >> 18U);
    add(0x80U | (character >> 12U & 0x3FU));
    add(0x80U | (character >> 6U & 0x3FU));
    add(0x80U | (character & 0x3FU));
  }
}

}  // namespace detail

class Value;

/// A text that has been read once, and where its values lie. Keeps a view: the text must outlive it. Does not change.
class Index {
 public:
  /// Reads all of a text.
  explicit Index(std::string_view text) noexcept : text_(text) {
    if (text.size() >= UINT32_MAX) {
      fail("the text is 4 GiB or longer");
    } else {
      read();
    }
    if (problem_) nodes_.clear();
  }
  Index(const Index &) = delete;
  Index &operator=(const Index &) = delete;

  /// The whole text as a value; missing where there is a problem.
  [[nodiscard]] Value root() const noexcept;
  /// Why the text is not read; empty where it is.
  [[nodiscard]] const std::optional<Problem> &problem() const noexcept { return problem_; }

 private:
  friend class Value;
  using Node = detail::Node;

  bool fail(const char *what) noexcept {
    problem_ = Problem{at_, what};
    return false;
  }
  [[nodiscard]] bool ended() const noexcept { return at_ >= text_.size(); }
  /// The next byte; at the end NUL, which JSON allows nowhere.
  [[nodiscard]] char next() const noexcept { return ended() ? '\0' : text_[at_]; }
  [[nodiscard]] static std::uint32_t narrow(std::size_t size) noexcept { return static_cast<std::uint32_t>(size); }
  bool skip(char wanted) noexcept {
    if (ended() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void skip_spaces() noexcept {
    while (next() == ' ' || next() == '\n' || next() == '\r' || next() == '\t') ++at_;
  }

  void read() noexcept {
    std::array<std::uint32_t, max_depth> open{};
    std::size_t depth = 0;
    for (;;) {
      // A value begins here.
      skip_spaces();
      bool is_empty = false;
      if (next() == '{' || next() == '[') {
        if (depth == max_depth) {
          fail("lists and objects nest too deep");
          return;
        }
        const bool is_list = next() == '[';
        open[depth++] = add(is_list ? Kind::list : Kind::object);
        ++at_;
        skip_spaces();
        is_empty = next() == (is_list ? ']' : '}');
        if (!is_empty && !is_list && !read_name()) return;
        if (!is_empty) continue;
      } else if (!read_scalar()) {
        return;
      }
      // A value ended before this, or an empty list or object ends here.
      for (;;) {
        if (depth == 0) {
          skip_spaces();
          if (!ended()) fail("something follows the value");
          return;
        }
        skip_spaces();
        const std::uint32_t container = open[depth - 1];
        const bool is_list = nodes_[container].kind == Kind::list;
        if (!is_empty && skip(',')) {
          skip_spaces();
          if (!is_list && !read_name()) return;
          break;
        }
        is_empty = false;
        if (!skip(is_list ? ']' : '}')) {
          fail(is_list ? "expected a comma or the end of the list" : "expected a comma or the end of the object");
          return;
        }
        nodes_[container].end = narrow(at_);
        nodes_[container].behind = narrow(nodes_.size());
        --depth;
        if (!is_list && !has_distinct_names(container)) return;
      }
    }
  }

  /// Adds a node that begins here.
  std::uint32_t add(Kind kind) noexcept {
    Node node;
    node.begin = narrow(at_);
    node.kind = kind;
    nodes_.push_back(node);
    return narrow(nodes_.size() - 1);
  }
  /// Ends the last node here.
  bool end_last() noexcept {
    nodes_.back().end = narrow(at_);
    nodes_.back().behind = narrow(nodes_.size());
    return true;
  }

  bool read_name() noexcept {
    if (next() != '"') return fail("expected a member's name");
    if (!read_text()) return false;
    skip_spaces();
    return skip(':') || fail("expected a colon");
  }

  bool read_scalar() noexcept {
    switch (next()) {
      case '"': return read_text();
      case 't': return read_word("true", Kind::boolean);
      case 'f': return read_word("false", Kind::boolean);
      case 'n': return read_word("null", Kind::null);
      default: return read_number();
    }
  }

  bool read_word(std::string_view word, Kind kind) noexcept {
    if (text_.substr(at_, word.size()) != word) return fail("expected a value");
    add(kind);
    at_ += word.size();
    return end_last();
  }

  bool read_digits() noexcept {
    const std::size_t from = at_;
    while (next() >= '0' && next() <= '9') ++at_;
    return at_ > from;
  }

  bool read_number() noexcept {
    const bool is_number = next() == '-' || (next() >= '0' && next() <= '9');
    if (!is_number) return fail(ended() ? "the text ends too early" : "expected a value");
    add(Kind::number);
    skip('-');
    if (!skip('0') && !read_digits()) return fail("expected a digit");
    if (skip('.') && !read_digits()) return fail("expected a digit");
    if (next() == 'e' || next() == 'E') {
      ++at_;
      if (!skip('+')) skip('-');
      if (!read_digits()) return fail("expected a digit");
    }
    return end_last();
  }

  bool read_text() noexcept {
    const std::uint32_t node = add(Kind::text);
    ++at_;
    bool has_escapes = false;
    while (next() != '"') {
      if (ended()) return fail("the text ends too early");
      if (next() == '\\') {
        if (!has_escapes) {
          unescaped_.emplace_back(text_.substr(nodes_[node].begin + 1, at_ - nodes_[node].begin - 1));
          has_escapes = true;
        }
        if (!read_escape(unescaped_.back())) return false;
        continue;
      }
      if (static_cast<unsigned char>(next()) < 0x20) return fail("a control character in a text");
      const std::size_t length = detail::utf8_character(text_.substr(at_));
      if (length == 0) return fail("not UTF-8");
      if (has_escapes) unescaped_.back().append(text_.substr(at_, length));
      at_ += length;
    }
    ++at_;
    if (has_escapes) nodes_[node].unescaped = narrow(unescaped_.size());
    return end_last();
  }

  bool read_escape(std::string &to) noexcept {
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    ++at_;
    if (skip('u')) return read_code(to);
    const std::size_t which = ended() ? std::string_view::npos : names.find(next());
    if (which == std::string_view::npos) return fail("an unknown escape");
    to.push_back(values[which]);
    ++at_;
    return true;
  }

  /// The digits after \u, and, for half a character, the second \u with the other half.
  bool read_code(std::string &to) noexcept {
    std::uint32_t code = 0;
    if (!read_hex(code)) return false;
    if (code >= 0xD800 && code < 0xE000) {
      std::uint32_t low = 0;
      if (code >= 0xDC00 || !skip('\\') || !skip('u')) return fail("half a surrogate pair");
      if (!read_hex(low)) return false;
      if (low < 0xDC00 || low >= 0xE000) return fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    }
    detail::append_utf8(to, code);
    return true;
  }

  bool read_hex(std::uint32_t &code) noexcept {
    for (int digit = 0; digit < 4; ++digit, ++at_) {
      const char c = next();
      const bool is_digit = c >= '0' && c <= '9', is_lower = c >= 'a' && c <= 'f', is_upper = c >= 'A' && c <= 'F';
      if (!is_digit && !is_lower && !is_upper) return fail("expected four hexadecimal digits");
      code = code * 16 + static_cast<std::uint32_t>(is_digit ? c - '0' : (is_lower ? c - 'a' : c - 'A') + 10);
    }
    return true;
  }

  /// Sorts the names, since an object may have many.
  bool has_distinct_names(std::uint32_t object) noexcept {
    names_.clear();
    for (std::uint32_t name = object + 1; name < nodes_[object].behind; name = nodes_[name + 1].behind) {
      names_.push_back(text_of(nodes_[name]));
    }
    std::sort(names_.begin(), names_.end());
    return std::adjacent_find(names_.begin(), names_.end()) == names_.end() || fail("an object has a member twice");
  }

  [[nodiscard]] std::string_view text_of(const Node &node) const noexcept {
    if (node.unescaped != 0) return unescaped_[node.unescaped - 1];
    return text_.substr(node.begin + 1, node.end - node.begin - 2);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::string> unescaped_;
  std::vector<std::string_view> names_;
  std::optional<Problem> problem_;
};

/// A member of an object.
struct Member;
struct ItemOf;
struct MemberOf;
template <class Read>
class Range;

/// The values of a list, in their order.
using Items = Range<ItemOf>;
/// The members of an object, in their order.
using Members = Range<MemberOf>;

/// A view of a value. Lives as long as its index does. Copies are cheap; any number of threads may use it at once.
class Value {
 public:
  /// A missing one.
  Value() noexcept = default;

  [[nodiscard]] Kind kind() const noexcept { return index_ ? node().kind : Kind::missing; }
  /// Whether there is a value, be it null.
  [[nodiscard]] bool exists() const noexcept { return index_ != nullptr; }
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }
  /// True or false; empty where it is neither.
  [[nodiscard]] std::optional<bool> boolean() const noexcept {
    return kind() == Kind::boolean ? std::optional<bool>(raw() == "true") : std::nullopt;
  }
  /// A whole number of 64 bits, written without fraction and exponent; empty where it is none.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept {
    if (kind() != Kind::number) return std::nullopt;
    const std::string_view digits = raw();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return number;
  }
  /// A text, its escapes resolved; empty where it is none.
  [[nodiscard]] std::optional<std::string_view> text() const noexcept {
    return kind() == Kind::text ? std::optional<std::string_view>(index_->text_of(node())) : std::nullopt;
  }
  /// A member of an object by its name; a missing value where there is none.
  [[nodiscard]] Value member(std::string_view name) const noexcept {
    if (kind() != Kind::object) return {};
    for (std::uint32_t at = at_ + 1; at < node().behind; at = index_->nodes_[at + 1].behind) {
      if (index_->text_of(index_->nodes_[at]) == name) return Value(index_, at + 1);
    }
    return {};
  }
  /// Empty if the value is no list.
  [[nodiscard]] Items items() const noexcept;
  /// Empty if the value is no object.
  [[nodiscard]] Members members() const noexcept;
  /// The JSON, as written in the text; empty if the value is missing.
  [[nodiscard]] std::string_view raw() const noexcept {
    return index_ ? index_->text_.substr(node().begin, node().end - node().begin) : std::string_view();
  }
  /// Where raw() begins, in bytes from the beginning of the text.
  [[nodiscard]] std::size_t position() const noexcept { return index_ ? node().begin : 0; }

 private:
  friend class Index;
  friend struct MemberOf;
  template <class Read>
  friend class Range;

  Value(const Index *index, std::uint32_t at) noexcept : index_(index), at_(at) {}
  [[nodiscard]] const detail::Node &node() const noexcept { return index_->nodes_[at_]; }
  /// The name of a member, which precedes its value.
  [[nodiscard]] std::string_view name() const noexcept { return index_->text_of(index_->nodes_[at_ - 1]); }

  const Index *index_ = nullptr;
  std::uint32_t at_ = 0;
};

/// The values of a list or of an object, each as Read::from returns it.
template <class Read>
class Range {
 public:
  class Iterator {
   public:
    using value_type = decltype(Read::from(Value()));
    using iterator_category = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = value_type;

    Iterator() noexcept = default;
    value_type operator*() const noexcept { return Read::from(value_); }
    Iterator &operator++() noexcept {
      value_.at_ = value_.node().behind + name_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator &other) const noexcept { return value_.at_ == other.value_.at_; }
    bool operator!=(const Iterator &other) const noexcept { return value_.at_ != other.value_.at_; }

   private:
    friend class Range;
    Iterator(const Index *index, std::uint32_t at, std::uint32_t name) noexcept : value_(index, at + name), name_(name) {}

    Value value_;
    std::uint32_t name_ = 0;
  };
  using value_type = typename Iterator::value_type;
  using const_iterator = Iterator;

  /// An empty one.
  Range() noexcept = default;
  /// The values of a list or an object; empty if the value is neither.
  explicit Range(Value of) noexcept : of_(of.kind() == Kind::list || of.kind() == Kind::object ? of : Value()) {}

  [[nodiscard]] Iterator begin() const noexcept { return at(of_.at_ + 1); }
  [[nodiscard]] Iterator end() const noexcept { return at(of_.exists() ? of_.node().behind : 1); }
  [[nodiscard]] bool empty() const noexcept { return begin() == end(); }
  /// How many there are. Counts them.
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t count = 0;
    for (Iterator at = begin(); at != end(); ++at) ++count;
    return count;
  }

 private:
  [[nodiscard]] Iterator at(std::uint32_t node) const noexcept {
    return Iterator(of_.index_, node, of_.kind() == Kind::object ? 1 : 0);
  }

  Value of_;
};

struct Member {
  std::string_view name;
  Value value;
};

struct ItemOf {
  static Value from(Value value) noexcept { return value; }
};
struct MemberOf {
  static Member from(Value value) noexcept {
    return value.exists() ? Member{value.name(), value} : Member{};
  }
};

inline Items Value::items() const noexcept { return Items(kind() == Kind::list ? *this : Value()); }
inline Members Value::members() const noexcept { return Members(kind() == Kind::object ? *this : Value()); }
inline Value Index::root() const noexcept { return nodes_.empty() ? Value() : Value(this, 0); }

}  // namespace recoup::json

#endif  // RECOUP_JSON_HPP
