/* The self-check at import: makes objects of every kind that is read and a stack of known frames,
 * asks the public API what is in them, and holds a layout against it (cpython/check.h).
 * Context: NeedsGil. It runs a small constant piece of Python, and nothing else of anybody's. */
#ifndef DOG_EXT_PROBE_H
#define DOG_EXT_PROBE_H

#include <stddef.h>

#include "base/err.h"
#include "cpython/layout.h"

/* DOG_OK: the running interpreter agrees with every field of the layout. Else why not, as one
 * NUL-terminated line: DOG_ERR_INVALID if it does not agree, DOG_ERR_UNSUPPORTED if that could not
 * be found out. Leaves an exception set only for what is no Exception (KeyboardInterrupt). */
DOG_MUST_USE enum dog_err dog_probe_check(const struct dog_layout *layout, char *reason,
                                          size_t reason_size);

#endif
