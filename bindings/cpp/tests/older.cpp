// A program with a library that is older than its headers.
//
//   older FOLDER        FOLDER must be empty, and stays so
#include "recoup.hpp"

#include "check.hpp"

#include <filesystem>
#include <string>

namespace {

void refused(const recoup::Result<recoup::Engine> &opened) {
  REQUIRE(!opened);
  const recoup::Error &error = opened.error();
  CHECK(error.status() == recoup::Status::unsupported && error.code() == "library_version" && !error.is_retryable());
  const std::string message(error.message());
  for (const char *part : {RECOUP_VERSION, "0.0.9", "older"}) {
    CHECK(message.find(part) != std::string::npos);
    if (message.find(part) == std::string::npos) std::fprintf(stderr, "%s is not in: %s\n", part, message.c_str());
  }
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  CHECK(recoup::version() == "0.0.9" && !recoup::check_version());
  refused(recoup::Engine::open(R"({"database": "ledger.db"})", folder));
  refused(recoup::Engine::open_file(folder + "/none.json"));
  recoup::Options options;
  CHECK(options.set_config_json(R"({"database": "ledger.db"})", folder));
  refused(recoup::Engine::open_with(options));
  CHECK(std::filesystem::is_empty(folder));
  // Of another series, and newer: not usable either. The headers' own, and later ones of their series: usable.
  using recoup::detail::series;
  static_assert(series(1'000) == series(1'999) && series(1'000) != series(2'000) && series(1'001'000) == series(1'999'999));
  static_assert(series(1'000'000) != series(1'000) && series(2'000'000) != series(1'999'999));
  return check::failures == 0 ? 0 : 1;
}
