/* What happened, for stats(): nothing is lost in silence. Context: Watchdog writes, any thread
 * reads.
 *
 * Zeroed in a forked child. The X-macro is the list of what stats() shows. */
#ifndef DOG_ENGINE_COUNTERS_H
#define DOG_ENGINE_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"

#define DOG_COUNTERS(X)                                                            \
    X(reports)          /* written, or delivered without files */                  \
    X(peeks)            /* later looks */                                          \
    X(finished)         /* ends written */                                         \
    X(suppressed)       /* above DOGSLOW_MAX_REPORTS */                            \
    X(paused)           /* passed their deadline while paused */                   \
    X(debugger)         /* stood at a debugger's prompt */                         \
    X(ended_while_read) /* over before the report was whole: it was thrown away */ \
    X(torn)             /* reports whose stack moved too fast to be read */        \
    X(unreadable)       /* reports whose stack could not be read */                \
    X(write_errors)     /* reports or later events that could not be written */    \
    X(stderr_dropped)   /* lines that stderr did not take at once */               \
    X(unfollowed)       /* reports without later events: too many at once */       \
    X(last_lateness_ns) /* from the deadline to whole files, of the last report */ \
    X(max_lateness_ns)                                                             \
    X(arena_peak_bytes)

struct dog_counters {
#define X(name) _Atomic uint64_t name;
    DOG_COUNTERS(X)
#undef X
};

DOG_MUST_USE enum dog_err dog_counters_setup(void);
struct dog_counters *dog_counters(void);

static inline void dog_count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

#endif
