/* The watches of a process: type-stable slots, armed and disarmed without a lock or a system call.
 *
 * A slot is 128 bytes in a slab that is never given back, so the watchdog may look at any slot at
 * any time. What tells one watch from the next in the same slot is the generation: arm publishes it
 * with a release store, disarm ends it with another. Whoever read through a watch compares the
 * generation afterwards and throws away what he read if it has changed.
 *
 * Everything here lives in memory that a forked child finds zeroed (os/zone.h): a child has no
 * watches, no slabs, and no watchdog until its own first request. */
#ifndef DOG_WATCH_SLOTS_H
#define DOG_WATCH_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/time.h"

enum dog_watch_kind {
    DOG_WATCH_THREAD, /* the thread serves this request and no other until it is disarmed */
    DOG_WATCH_TASK,   /* an async request: its thread serves others, too */
};

/* The phase is in the low two bits of `state`, the generation in the others. */
enum dog_watch_phase {
    DOG_PHASE_FREE = 0,
    DOG_PHASE_ARMED = 1,
    DOG_PHASE_ENDED = 2, /* ended after it was reported; the watchdog has to fetch the epilogue */
};

#define DOG_EXCEPTION_MAX 28

struct dog_watch {
    /* First cache line: all that arm and disarm touch. Written by the thread that owns it; relaxed,
     * between the acquire and the release that a generation is (a sequence lock). */
    _Atomic uint64_t state;
    _Atomic int64_t started_ns;
    _Atomic uint64_t request; /* borrowed: the caller of the guard keeps it alive while armed */
    _Atomic uint64_t tstate;  /* PyThreadState of the thread */
    _Atomic uint64_t anchor;  /* the frame that was current: it is on this request's stack */
    _Atomic int32_t native_id;
    _Atomic uint32_t kind;
    struct dog_watch *next;   /* while free */
    _Atomic uint64_t claimed; /* by the watchdog: the state that has a report */

    /* Second line. The watchdog's own: */
    uint64_t judged; /* the state that `due_ns` belongs to */
    int64_t due_ns;  /* when to look at it again; INT64_MAX: never */
    /* and the epilogue, written by the owner before it ends a claimed watch: */
    int64_t ended_ns;
    uint64_t exception_state;          /* the state that `exception` belongs to */
    int32_t status;                    /* of the response; 0: none */
    char exception[DOG_EXCEPTION_MAX]; /* name of its class, NUL-terminated */
};

_Static_assert(sizeof(struct dog_watch) == 128, "a request in flight costs two cache lines");

/* What a report holds on to: a slot and the generation it was claimed with. */
struct dog_watch_ref {
    struct dog_watch *watch;
    uint64_t state;
};

/* What arm() wrote. Read while the owner may already write the next: compare the generation
 * afterwards, as for all that is read through a watch. */
struct dog_watch_facts {
    int64_t started_ns;
    dog_addr request;
    dog_addr tstate;
    dog_addr anchor;
    int32_t native_id;
    enum dog_watch_kind kind;
};

struct dog_watch_facts dog_watch_facts(struct dog_watch_ref ref);

static inline enum dog_watch_phase dog_watch_phase(uint64_t state)
{
    return (enum dog_watch_phase)(state & 3);
}

/* Is it still the same watch, and armed? Acquire; pairs with the release stores of arm and disarm.
 */
static inline bool dog_watch_is_current(struct dog_watch_ref ref)
{
    /* Reads that came before must not move below this load. */
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&ref.watch->state, memory_order_acquire) == ref.state;
}

/* Once in a process, before anything else here. DOG_ERR_UNSUPPORTED: see os/zone.h. NeedsGil, or
 * any other way to be alone. */
DOG_MUST_USE enum dog_err dog_slots_setup(void);

/* A free slot for the calling thread, or NULL when memory or the limit is reached. Context: Hot;
 * the first time in a thread, and once in some hundred times after, it takes a lock and may map
 * memory. The slot's generation is one that was never published before. */
struct dog_watch *dog_slots_take(void);

/* Back to the calling thread's free list; any thread may give back any slot. Context: Hot. */
void dog_slots_give(struct dog_watch *watch);

/* A watch that has ended after it was reported, its epilogue fetched: free again. Watchdog. */
void dog_slots_recycle(struct dog_watch_ref ref);

/* The calling thread's id by the kernel, remembered with its slots. Context: Hot; after take(). */
int32_t dog_slots_native_id(void);

/* Calls `visit` for every slot that is armed or ended. Context: Watchdog; takes no lock. */
void dog_slots_scan(void (*visit)(void *self, struct dog_watch_ref ref), void *self);

/* Slots ever made, for stats(): memory is 128 bytes for each. */
size_t dog_slots_made(void);

#endif
