/* recoup.h among macros of other libraries: before it (-DPART=1) and after it (-DPART=2), in one program. */
#if PART == 1
#include "macros.h"
#include "recoup.h"
#else
#include "recoup.h"
#include "macros.h"
#endif

recoup_status open_among_macros(recoup_engine **engine, recoup_error **error);

#if PART == 1

recoup_status open_among_macros(recoup_engine **engine, recoup_error **error) {
  return recoup_engine_open("", 0, "", 0, engine, error);
}

#else

int main(void) {
  recoup_engine *engine = NULL;
  recoup_error *error = NULL;
  int is_refused = open_among_macros(&engine, &error) == RECOUP_STATUS_CONFIG && !engine && recoup_error_code(error).len;
  recoup_error_free(error);
  return !is_refused;
}

#endif
