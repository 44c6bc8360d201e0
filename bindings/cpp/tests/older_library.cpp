// The part of an older library that programs call before they have its version.
#include <cstdint>

extern "C" {
const char *recoup_version();
std::uint32_t recoup_version_number();
}

const char *recoup_version() { return "0.0.9"; }
std::uint32_t recoup_version_number() { return 9; }
