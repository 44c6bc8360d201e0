// Checks that continue after a failure and are counted.
#ifndef RECOUP_TESTS_CHECK_HPP
#define RECOUP_TESTS_CHECK_HPP

#include <cstdio>

namespace check {

inline int failures = 0;

inline bool that(bool is_so, const char *what, const char *file, int line) {
  if (!is_so) {
    ++failures;
    std::fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
  }
  return is_so;
}

}  // namespace check

#define CHECK(...) static_cast<void>(check::that(bool(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__))
/// Ends the test if the rest would make no sense.
#define REQUIRE(...) \
  do { \
    if (!check::that(bool(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)) return; \
  } while (false)

#endif  // RECOUP_TESTS_CHECK_HPP
