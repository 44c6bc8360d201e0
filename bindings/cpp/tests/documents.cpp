// The views of documents: they read all members, and never read beyond the text.
//
//   documents EXPECTED       EXPECTED is tests/scenario/expected.txt, which has documents of every kind
#include "recoup.hpp"

#include "check.hpp"
#include "every_accessor.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using recoup::Document;
using recoup::Status;
namespace json = recoup::json;

/// Adds up the results of accessors, so that all of them are read.
struct Reader {
  std::size_t sum = 0;
  std::size_t values = 0;

  template <class Type>
  void operator()(const Type &value) {
    ++values;
    if constexpr (std::is_same_v<Type, std::string_view>) {
      for (const char byte : value) sum += static_cast<unsigned char>(byte);
    } else if constexpr (std::is_same_v<Type, recoup::Time>) {
      sum += static_cast<std::size_t>(value.time_since_epoch().count());
    } else if constexpr (std::is_same_v<Type, json::Value>) {
      (*this)(value.raw());
    } else if constexpr (std::is_base_of_v<recoup::View, Type>) {
      (*this)(value.raw());
      every_accessor::each(value, *this);
    } else {
      sum += static_cast<std::size_t>(value);
    }
  }
  template <class Type>
  void operator()(const std::optional<Type> &value) {
    if (value) (*this)(*value);
  }
  template <class Type>
  void operator()(const recoup::List<Type> &list) {
    ++values;
    for (const auto item : list) (*this)(item);
    sum += list.size() + list.raw().size();
  }
  template <class Type>
  void operator()(const recoup::Map<Type> &map) {
    for (const auto [name, value] : map) {
      (*this)(name);
      (*this)(value);
      CHECK(map.find(name).has_value());
    }
  }
};

/// Reads a text as a document of one kind, and, if it is one, all of it.
template <class Part>
bool is_read(const json::Index &index) {
  recoup::detail::Misfit why;
  if (!recoup::detail::Reading<Part>::fits(index.root(), why)) {
    CHECK(why.expected != nullptr);
    return false;
  }
  Reader reader;
  reader(Part(index.root()));
  return reader.values > 0;
}

/// The number of kinds of documents that can be read from a text.
std::size_t kinds(const json::Index &index) {
  using namespace recoup;
  const bool read[] = {is_read<Refund>(index), is_read<RefundPage>(index), is_read<UserHistory>(index),
                       is_read<OrderHistory>(index), is_read<EventDetails>(index), is_read<List<EventDetails>>(index), is_read<Block>(index),
                       is_read<BlockPage>(index), is_read<JournalEntry>(index), is_read<DeadLetterPage>(index),
                       is_read<Stats>(index), is_read<StoreAction>(index), is_read<StoreActionPage>(index),
                       is_read<RefundReview>(index), is_read<RefundReviewPage>(index), is_read<ReviewFigures>(index),
                       is_read<Sweep>(index), is_read<ReconcileResult>(index), is_read<ReconcileOrderResult>(index),
                       is_read<WorkResult>(index), is_read<Finding>(index), is_read<DoctorReport>(index),
                       is_read<TransferResult>(index), is_read<OutcomeDetails>(index),
                       is_read<List<OutcomeDetails>>(index), is_read<Recovery>(index),
                       is_read<List<RecoveryEntry>>(index), is_read<ToDo>(index), is_read<ReportOutcome>(index),
                       is_read<RepaymentOutcome>(index), is_read<Debts>(index), is_read<CaseFile>(index),
                       is_read<Note>(index), is_read<List<Note>>(index), is_read<Found>(index), is_read<RefundCount>(index),
                       is_read<DebtorPage>(index), is_read<Access>(index), is_read<Notice>(index),
                       is_read<List<Notice>>(index), is_read<Exclusion>(index), is_read<ExclusionMade>(index),
                       is_read<ExclusionPage>(index), is_read<PolicyTrial>(index), is_read<Tried>(index),
                       is_read<Figures>(index), is_read<List<WorkCount>>(index), is_read<Exported>(index),
                       is_read<UserExport>(index), is_read<Forgotten>(index),
                       // Every object fits this one.
                       index.root().members().empty() && is_read<Pruned>(index),
                       is_read<List<WebhookEndpoint>>(index), is_read<WebhookMessagePage>(index),
                       is_read<WebhookEvent>(index), is_read<WebhookTest>(index)};
  std::size_t count = 0;
  for (const bool is_so : read) count += is_so;
  return count;
}

// ---- the reader of JSON ----

void valid_json_is_read() {
  for (const char *text : {"0", "-0", "-12", "1.5e+3", "1E9", "true", "false", "null", "\"\"", "[]", "{}", " [ 1 , 2 ] ",
                           "{\"a\":{\"a\":[]}}", "\"\\ud83d\\ude00\"", "\"\x7f\"", "\"\xf4\x8f\xbf\xbf\"",
                           "{\"\":1,\" \":2}", "\t\r\n[\n]\r\t "}) {
    const json::Index index{std::string_view(text)};
    CHECK(!index.problem() && index.root().exists());
    if (index.problem()) std::fprintf(stderr, "%s: %s\n", text, index.problem()->what);
  }
}

void invalid_json_is_refused_at_its_place() {
  struct Wrong {
    std::string_view text;
    std::size_t at;
  };
  const Wrong all[] = {
      {"", 0}, {" ", 1}, {"[", 1}, {"[1", 2}, {"[1,", 3}, {"[1,]", 3}, {"[,]", 1}, {"[1 2]", 3}, {"]", 0}, {"[}", 1},
      {"{", 1}, {"{\"a\"", 4}, {"{\"a\":", 5}, {"{\"a\":1", 6}, {"{\"a\":1,}", 7}, {"{\"a\" 1}", 5}, {"{a:1}", 1},
      {"{1:1}", 1}, {"{\"a\":1,\"a\":2}", 13}, {"{\"a\":1,\"\\u0061\":2}", 18}, {"tru", 0}, {"nul", 0}, {"True", 0},
      {"01", 1}, {"-", 1}, {"1.", 2}, {".5", 0}, {"1e", 2}, {"+1", 0}, {"1 2", 2}, {"NaN", 0}, {"\"", 1}, {"\"\\", 2},
      {"\"\\x\"", 2}, {"\"\\u12\"", 5}, {"\"\\ud800\"", 7}, {"\"\\ude00\"", 7}, {"\"\\ud800\\u0041\"", 13},
      {"\"\n\"", 1}, {std::string_view("\"\0\"", 3), 1}, {std::string_view("1\0", 2), 1}, {"\"\xff\"", 1},
      {"\"\xc0\x80\"", 1}, {"\"\xe0\x80\x80\"", 1}, {"\"\xed\xa0\x80\"", 1}, {"\"\xf0\x80\x80\x80\"", 1},
      {"\"\xf4\x90\x80\x80\"", 1}, {"\"\xc3\"", 1}, {"'a'", 0}, {"[1]x", 3}, {"/**/1", 0}, {"\xef\xbb\xbf" "1", 0}};
  for (const auto &[text, at] : all) {
    const json::Index index(text);
    CHECK(index.problem() && index.problem()->at == at && !index.root().exists());
    if (!index.problem() || index.problem()->at != at) {
      std::fprintf(stderr, "%s: %zu\n", std::string(text).c_str(), index.problem() ? index.problem()->at : 9999);
    }
  }
}

void values_are_what_they_are() {
  const std::string_view text = R"({"n": -9223372036854775808, "big": 9223372036854775808, "half": 0.5, "e": 1e2,
    "t": "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00b", "l": [1, [2], {}], "": null, "f": false})";
  const json::Index index(text);
  REQUIRE(!index.problem());
  const json::Value root = index.root();
  CHECK(root.member("n").integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(!root.member("big").integer() && root.member("big").raw() == "9223372036854775808");
  CHECK(!root.member("half").integer() && !root.member("e").integer() && !root.member("t").integer());
  CHECK(root.member("t").text() == "a\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80" "b");
  CHECK(root.member("").is_null() && root.member("f").boolean() == false && !root.member("n").boolean());
  const json::Value none = root.member("no");
  CHECK(!none.exists() && none.kind() == json::Kind::missing && none.raw().empty() && none.position() == 0);
  CHECK(!none.text() && !none.integer() && !none.boolean() && !none.member("x").exists());
  CHECK(none.items().empty() && none.members().empty() && root.items().empty() && root.member("l").members().empty());
  std::string raw;
  for (const json::Value item : root.member("l").items()) raw += std::string(item.raw()) + ";";
  CHECK(raw == "1;[2];{};" && root.member("l").items().size() == 3);
  std::string names;
  for (const auto &[name, value] : root.members()) {
    names += std::string(name) + ",";
    CHECK(value.raw() == root.member(name).raw());
    CHECK(text.substr(value.position(), value.raw().size()) == value.raw());
  }
  CHECK(names == "n,big,half,e,t,l,,f,");
}

void depth_has_a_limit_and_no_stack() {
  const std::size_t most = json::max_depth;
  CHECK(!json::Index(std::string(most, '[') + std::string(most, ']')).problem());
  const std::string beyond = std::string(most + 1, '[') + std::string(most + 1, ']');
  CHECK(json::Index(beyond).problem()->at == most);
  CHECK(json::Index(std::string(10'000'000, '[')).problem());
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  CHECK(json::Index(objects).problem());
  std::string wide = "[";
  for (int i = 0; i < 100'000; ++i) wide += "{},";
  const std::string closed = wide + "0]";
  const json::Index index(closed);
  CHECK(!index.problem() && index.root().items().size() == 100'001);
}

// ---- views ----

constexpr std::string_view block = R"({"id": 7, "user": "a\u006en", "cause": {"by": "refund", "refund": 3, "rule": "r"},
  "made_at": 1790000000000, "until": null,
  "ended": {"at": 1790000000001, "ended_by": "operator", "who": "eve", "why": "w"}})";

void members_have_types() {
  auto read = Document<recoup::Block>::read(block);
  REQUIRE(read);
  CHECK(read->id() == 7 && read->user() == "ann" && !read->until() && read->raw() == block);
  CHECK(read->made_at().time_since_epoch() == std::chrono::milliseconds(1'790'000'000'000));
  using By = recoup::BlockCause::By;
  CHECK(read->cause().by() == By::refund && read->cause().by_text() == "refund");
  REQUIRE(read->cause().refund() && read->ended() && read->ended()->operator_());
  CHECK(read->cause().refund()->refund() == 3 && read->cause().refund()->rule() == "r" && !read->cause().operator_());
  CHECK(read->ended()->ended_by() == recoup::BlockEnd::EndedBy::operator_ && read->ended()->operator_()->who() == "eve");
  CHECK(read->cause().raw() == R"({"by": "refund", "refund": 3, "rule": "r"})");
}

void additions_of_a_newer_library_are_kept() {
  const std::string_view text = R"({"id": 1, "user": "ann", "cause": {"by": "weather", "sky": {"blue": true}},
    "made_at": 5, "until": 6, "ended": null, "mood": [1, 2]})";
  auto read = Document<recoup::Block>::read(text);
  REQUIRE(read);
  CHECK(read->cause().by() == recoup::BlockCause::By::unnamed && read->cause().by_text() == "weather");
  CHECK(!read->cause().refund() && !read->cause().operator_());
  CHECK(read->cause().member("sky").member("blue").boolean() == true);
  CHECK(read->member("mood").items().size() == 2 && !read->member("none").exists());
  CHECK(read->until() == recoup::Time(std::chrono::milliseconds(6)) && !read->ended());

  for (const auto &[action, kind, name, time] :
       {std::tuple(R"("alert")", recoup::RuleAction::Kind::alert, "alert", ""),
        std::tuple(R"({"block": "7d"})", recoup::RuleAction::Kind::block, "block", "7d"),
        std::tuple(R"("sing")", recoup::RuleAction::Kind::unnamed, "sing", ""),
        std::tuple(R"({"sing": 7})", recoup::RuleAction::Kind::unnamed, "sing", "")}) {
    auto decision = Document<recoup::Decision>::read(std::string(R"({"rule": "r", "action": )") + action + "}");
    REQUIRE(decision);
    CHECK(decision->action().kind() == kind && decision->action().kind_text() == name);
    CHECK(decision->action().block().value_or("") == time);
  }
  for (const std::string_view action : {"{}", "7", "null", "[]", R"({"block": 7})"}) {
    CHECK(!Document<recoup::Decision>::read(std::string(R"({"rule": "r", "action": )").append(action) + "}"));
  }
}

void a_document_moves_and_its_views_stay() {
  auto read = Document<recoup::Block>::read(block);
  REQUIRE(read);
  const std::string_view user = read->user();
  const recoup::BlockCause cause = read->cause();
  Document<recoup::Block> moved = *std::move(read);
  CHECK(moved.user() == user && cause.refund()->refund() == 3 && moved.cause().raw() == cause.raw());
  CHECK(read->raw().empty() && read->id() == 0 && read->user().empty() && !read->ended());
  Document<recoup::Block> other;
  CHECK(other.raw().empty() && other.cause().by() == recoup::BlockCause::By::unnamed);
  other = std::move(moved);
  CHECK(other.user() == user && moved.raw().empty());
  Document<recoup::Block> &same = other;
  other = std::move(same);
  CHECK(other.user() == "ann");
  static_assert(!std::is_copy_constructible_v<Document<recoup::Block>>);
  static_assert(std::is_nothrow_move_assignable_v<Document<recoup::Block>>);
}

void an_unfit_document_is_an_error_with_its_place() {
  struct Wrong {
    std::string_view text, problem;
  };
  const Wrong all[] = {
      {"{\"id\": 7", "byte 8: expected a comma or the end of the object"},
      {"[]", "byte 0: expected an object"},
      {R"({"user": "ann"})", "byte 0, id: expected a whole number of 64 bits"},
      {R"({"id": "7"})", "byte 7, id: expected a whole number of 64 bits"},
      {R"({"id": 7, "user": null})", "byte 18, user: expected a text"},
      {R"({"id": 7, "user": "a", "cause": {"by": "refund", "refund": 1}})", "byte 32, cause.rule: expected a text"},
  };
  for (const auto &[text, problem] : all) {
    auto read = Document<recoup::Block>::read(text);
    REQUIRE(!read);
    CHECK(read.status() == Status::internal && read.error().code() == "unreadable_document");
    CHECK(read.error().message() == std::string("the library's answer cannot be read: ").append(problem));
    CHECK(!read.error().is_retryable() && read.error().http_status() == 500 && !read.error().sqlite_code());
  }
  const std::string page = std::string(R"({"items": [)").append(block) + R"(, 5], "next": null})";
  const auto read = Document<recoup::BlockPage>::read(page);
  REQUIRE(!read);
  CHECK(read.error().message().find("items[1]: expected an object") != std::string_view::npos);
  auto cut = Document<recoup::Block>::read("[");
  REQUIRE(!cut);
  recoup::Error error = std::move(cut).error();
  recoup::Error moved = std::move(error);
  CHECK(moved.code() == "unreadable_document" && error.status() == Status::ok && error.message().empty());
}

void lists_and_maps_are_ranges() {
  auto figures = Document<recoup::ReviewFigures>::read(
      R"({"cases": 2, "answered": 1, "declined_by_store": 1, "refunded": 0, "missed": 0,
          "money_kept": {"EUR": 4990000, "JPY": 0}})");
  REQUIRE(figures);
  std::string all;
  for (const auto [currency, micros] : figures->money_kept()) all += std::string(currency) + std::to_string(micros);
  CHECK(all == "EUR4990000JPY0" && figures->money_kept().find("EUR") == 4'990'000 && !figures->money_kept().find("USD"));
  CHECK(figures->money_kept().size() == 2 && figures->cases() == 2);
  const recoup::List<recoup::Block> none;
  CHECK(none.empty() && none.size() == 0 && none.begin() == none.end() && none.raw().empty());
}

void details_of_a_completion_are_one_of_two() {
  using Details = Document<recoup::CompletionDetails>;
  auto rejected = Details::read(
      R"({"outcome": "rejected", "code": "c", "message": "m", "http_status": 401, "new": false, "refund": null,
          "user": null})");
  REQUIRE(rejected && rejected->outcome() && rejected->outcome()->rejected());
  CHECK(rejected->outcome()->rejected()->code() == "c" && !rejected->outcome()->accepted() && !rejected->failure());
  CHECK(rejected->outcome()->http_status() == 401 && !rejected->outcome()->refund() && !rejected->outcome()->new_());
  auto failed = Details::read(R"({"code": "c", "message": "m", "retryable": true})");
  REQUIRE(failed && failed->failure());
  CHECK(failed->failure()->retryable() && failed->failure()->code() == "c" && !failed->outcome());
  CHECK(!Details::read(R"({"outcome": "rejected", "http_status": 401})"));
}

void what_is_left_out_is_none_or_no_limit() {
  const auto pruned = Document<recoup::Pruned>::read(R"({"bodies": 3, "forgotten": 1})");
  REQUIRE(pruned && pruned->bodies() == 3 && pruned->forgotten() == 1);
  CHECK(pruned->notices() == 0 && pruned->requests() == 0 && pruned->dead_letters() == 0 && pruned->webhooks() == 0);
  CHECK(!Document<recoup::Pruned>::read(R"({"bodies": "3"})"));
  const auto endpoint = [](const char *events, const char *stores) {
    return Document<recoup::List<recoup::WebhookEndpoint>>::read(
        std::string(R"([{"name": "crm", "format": "recoup", "environments": [], "configured": true, "since": 1,
            "served_at": null, "held_back_until": null, "ended": null, "waiting": 0, "held": 0, "dead": 0,
            "delivered_at": null, "problem": null, "problem_at": null, "events": )") + events + R"(, "stores": )" + stores +
        "}]");
  };
  const auto all = endpoint("null", "null");
  REQUIRE(all && all->size() == 1);
  CHECK(!(*all->begin()).events() && !(*all->begin()).stores());
  const auto few = endpoint(R"(["refund", "moon"])", "[]");
  REQUIRE(few && (*few->begin()).events() && (*few->begin()).stores());
  CHECK((*few->begin()).events()->size() == 2 && (*few->begin()).stores()->empty());
  CHECK(!endpoint("[7]", "[]") && !endpoint("[]", "{}"));
}

// ---- documents as the library writes them, and damaged ones ----

std::vector<std::string> documents(const char *path) {
  std::vector<std::string> found;
  std::ifstream lines(path);
  std::string command, exported;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("> ", 0) == 0) command = line.substr(2, line.find(' ', 2) - 2);
    // Rows of an export are no documents, and the document on a user has many lines.
    if (command == "export" && line.rfind(R"({"rows":)", 0) != 0) continue;
    if (command == "export_user" && line.rfind("> ", 0) != 0) {
      exported += line;
      if (json::Index(exported).problem()) continue;
      line = std::exchange(exported, std::string());
    }
    // What endpoints get; a test has no event.
    if (line.find(R"("type":"recoup.test")") != std::string::npos) continue;
    if (line.rfind("request POST http://", 0) == 0) line.erase(0, std::min(line.find("{"), line.size()));
    if (line.rfind("progress ", 0) == 0) line.erase(0, 9);
    // The scenario leaves out how long it took.
    const std::string_view millis = R"("millis":)";
    if (const std::size_t at = line.find(std::string(millis) + ","); at != std::string::npos) {
      line.insert(at + millis.size(), "0");
    }
    if (!line.empty() && (line[0] == '{' || line[0] == '[')) found.push_back(line);
  }
  return found;
}

/// What a view reads of a text that may be anything.
void survive(std::string_view text) {
  // A copy of its own, so that a sanitizer notices a read beyond the end.
  const std::vector<char> copy(text.begin(), text.end());
  const json::Index index(std::string_view(copy.data(), copy.size()));
  CHECK(index.problem() || index.root().exists());
  static_cast<void>(kinds(index));
}

void every_document_is_read(const std::vector<std::string> &texts) {
  CHECK(texts.size() > 50);
  for (const std::string &text : texts) {
    const json::Index index(text);
    if (index.problem() || kinds(index) == 0) std::fprintf(stderr, "no view reads %s\n", text.c_str());
    CHECK(!index.problem() && kinds(index) > 0);
  }
}

void a_document_that_is_cut_short_is_refused(const std::vector<std::string> &texts) {
  for (const std::string &text : texts) {
    for (std::size_t length = 0; length < text.size(); ++length) {
      const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
      const json::Index index(std::string_view(cut.data(), cut.size()));
      if (!index.problem()) std::fprintf(stderr, "%zu bytes of %s are read\n", length, text.c_str());
      CHECK(index.problem() && !index.root().exists());
    }
  }
}

void collect(json::Value value, std::vector<json::Value> &all) {
  all.push_back(value);
  for (const json::Value item : value.items()) collect(item, all);
  for (const auto &[name, member] : value.members()) collect(member, all);
}

void a_value_of_another_kind_does_no_harm(const std::vector<std::string> &texts) {
  for (const std::string &text : texts) {
    const json::Index index(text);
    std::vector<json::Value> values;
    collect(index.root(), values);
    // A few of a long document, all of a short one.
    const std::size_t step = values.size() / 10 + 1;
    for (std::size_t at = 0; at < values.size(); at += step) {
      for (const char *other : {"null", "true", "-1", "0.5", "\"x\"", "[]", "{}", "[null]", "{\"x\":null}"}) {
        std::string changed = text;
        changed.replace(values[at].position(), values[at].raw().size(), other);
        survive(changed);
      }
    }
  }
}

void changed_bytes_do_no_harm(const std::vector<std::string> &texts) {
  std::uint64_t state = 0x9E3779B97F4A7C15;
  const auto random = [&](std::size_t below) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    return static_cast<std::size_t>(state % below);
  };
  const std::string_view bytes("\"\\{}[]:,0-eu\0\xff\xc3 t", 18);
  for (int round = 0; round < 1500; ++round) {
    std::string text = texts[random(texts.size())];
    for (std::size_t changes = random(4) + 1; changes > 0; --changes) {
      const std::size_t at = random(text.size());
      if (random(3) == 0) {
        text.erase(at, random(20));
      } else {
        text[at] = bytes[random(bytes.size())];
      }
      if (text.empty()) text = "0";
    }
    survive(text);
  }
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  valid_json_is_read();
  invalid_json_is_refused_at_its_place();
  values_are_what_they_are();
  depth_has_a_limit_and_no_stack();
  members_have_types();
  additions_of_a_newer_library_are_kept();
  a_document_moves_and_its_views_stay();
  an_unfit_document_is_an_error_with_its_place();
  lists_and_maps_are_ranges();
  details_of_a_completion_are_one_of_two();
  what_is_left_out_is_none_or_no_limit();
  const std::vector<std::string> texts = documents(argv[1]);
  every_document_is_read(texts);
  a_document_that_is_cut_short_is_refused(texts);
  a_value_of_another_kind_does_no_harm(texts);
  changed_bytes_do_no_harm(texts);
  return check::failures == 0 ? 0 : 1;
}
