/* Random bytes from the kernel. Context: any thread. It keeps no state, so a fork shares none. */
#ifndef DOG_OS_RANDOM_H
#define DOG_OS_RANDOM_H

#include <stddef.h>

#include "base/err.h"

/* Fills `to`, at most 256 bytes (what the kernel gives whole); never waits for entropy.
 * DOG_ERR_LIMIT above that, DOG_ERR_UNSUPPORTED if it has none to give: then `to` is unspecified.
 */
DOG_MUST_USE enum dog_err dog_random_fill(void *to, size_t size);

#endif
