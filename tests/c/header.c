/* The header alone: compiled twice into one program (-DPART=1 and -DPART=2), it clashes with nothing, not even
   itself, and prints the sizes and the version that the library has. */
#include "recoup.h"
#include "recoup.h"

#include <stdio.h>
#include <string.h>

const char *version_of_another_unit(void);

#if PART == 1

const char *version_of_another_unit(void) { return RECOUP_VERSION; }

#else

#ifdef __cplusplus
#define ASSERT static_assert
#else
#define ASSERT _Static_assert
#endif

ASSERT(sizeof(recoup_status) == 4, "a status has a fixed width");
ASSERT(sizeof(recoup_outcome) == 32, "recoup_outcome of version 0.1");
ASSERT(sizeof(recoup_event) == 360, "recoup_event of version 0.1");
ASSERT(sizeof(recoup_completion) == 40, "recoup_completion of version 0.1");
ASSERT(sizeof(recoup_request) == 8 + 6 * sizeof(void *), "recoup_request of version 0.1");
ASSERT(sizeof(recoup_purchase) == 48 + 26 * sizeof(void *), "recoup_purchase of version 0.1");
ASSERT(offsetof(recoup_event, user) == 40, "recoup_event without padding");
ASSERT(offsetof(recoup_event, currency) == 336, "recoup_event without padding");
ASSERT(offsetof(recoup_purchase, store) == 48, "recoup_purchase without padding");
ASSERT(RECOUP_VERSION_NUMBER ==
           RECOUP_VERSION_MAJOR * 1000000 + RECOUP_VERSION_MINOR * 1000 + RECOUP_VERSION_PATCH,
       "the parts make the number");

int main(void) {
  char parts[32];
  snprintf(parts, sizeof parts, "%d.%d.%d", RECOUP_VERSION_MAJOR, RECOUP_VERSION_MINOR, RECOUP_VERSION_PATCH);
  if (strcmp(recoup_version(), RECOUP_VERSION) || strncmp(RECOUP_VERSION, parts, strlen(parts)) ||
      strcmp(version_of_another_unit(), RECOUP_VERSION) || recoup_version_number() != RECOUP_VERSION_NUMBER)
    return 1;
  puts(recoup_version());
  return 0;
}

#endif
