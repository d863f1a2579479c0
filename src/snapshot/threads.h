/* The interpreter's list of threads. Context: Watchdog.
 *
 * The list is changed under a lock that is not ours to take: a thread that starts or ends while we
 * walk may be missed, or lead nowhere. Keep the thread state of a watched thread instead, where it
 * is known. */
#ifndef DOG_SNAPSHOT_THREADS_H
#define DOG_SNAPSHOT_THREADS_H

#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/source.h"
#include "cpython/layout.h"

/* No process has more threads (kernel.threads-max is below it on all but the largest machines). */
#define DOG_THREADS_MAX 65536

/* The thread state of interpreter `interp` whose thread has this kernel id. DOG_ERR_ABSENT: none
 * has; DOG_ERR_UNREADABLE, DOG_ERR_LIMIT: the list changed while it was read. */
DOG_MUST_USE enum dog_err dog_threads_find(struct dog_source source,
                                           const struct dog_layout *layout, dog_addr interp,
                                           int64_t native_id, dog_addr *ret_tstate);

#endif
