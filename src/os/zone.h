/* Zeroed memory that a forked child finds zeroed again. Context: any thread.
 *
 * MADV_WIPEONFORK (Linux 4.14, madvise(2)): what is here describes the threads of one process. A
 * child, however it was made, sees zeros, and zeros mean "nothing was started yet" to all that
 * lives here. No fork handler is needed for it, and a raw clone(2) is covered too. */
#ifndef DOG_OS_ZONE_H
#define DOG_OS_ZONE_H

#include <stddef.h>

#include "base/err.h"

/* `size` bytes, page-aligned, never given back: pointers to it stay good for ever, which those who
 * read without a lock rely on. DOG_ERR_NOMEM; DOG_ERR_UNSUPPORTED where the kernel cannot wipe. */
DOG_MUST_USE enum dog_err dog_zone_map(size_t size, void **ret_memory);

/* Private memory that a child inherits as it is; for buffers. NULL if there is none. */
void *dog_zone_map_plain(size_t size);

void dog_zone_unmap(void *memory, size_t size);

#endif
