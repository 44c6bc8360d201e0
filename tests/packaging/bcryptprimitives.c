/* Rust's standard library asks bcryptprimitives.dll, which Windows has since version 7, for random bytes. Wine has it
   since version 9; beside a test program this replaces it under an older one. It is never shipped. */
#include <stddef.h>

unsigned char __stdcall SystemFunction036(void *buffer, unsigned long len);

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *data, size_t len) {
  while (len > 0) {
    unsigned long part = len > 65536 ? 65536 : (unsigned long)len;
    if (!SystemFunction036(data, part)) return 0;
    data += part;
    len -= part;
  }
  return 1;
}
