/* Proof that the sanitizers are on: with "heap" it reads beyond what it was given, else it overflows. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "heap")) {
    volatile char *bytes = malloc(4);
    memset((char *)bytes, argc, 4);
    printf("%d\n", bytes[argc + 2]);
    free((char *)bytes);
    return 0;
  }
  volatile int largest = INT_MAX;
  printf("%d\n", largest + argc);
  return 0;
}
