#include "watch/arm.h"

#include <string.h>

#include "os/clock.h"
#include "os/zone.h"
#include "watch/watchdog.h"

#define PHASE_BITS      3u
#define GENERATION_STEP 4u

/* Zeroed in a forked child, where there is no watchdog yet. */
struct announcement {
    _Atomic int64_t next_look_ns;
    _Atomic int64_t span_ns;
    _Atomic uint64_t unwatched;
};

static struct announcement *announcement;
/* Configuration: a child keeps it. Until there is one, nothing is due for long. */
static _Atomic int64_t smallest_ns = 3600 * DOG_NS_PER_S;

enum dog_err dog_arm_setup(void)
{
    void *memory;
    enum dog_err err = dog_zone_map(sizeof *announcement, &memory);
    if (err != DOG_OK) {
        return err;
    }
    announcement = memory;
    return dog_slots_setup();
}

void dog_arm_set_smallest(int64_t ns)
{
    atomic_store_explicit(&smallest_ns, ns, memory_order_relaxed);
}

int64_t dog_arm_smallest(void)
{
    return atomic_load_explicit(&smallest_ns, memory_order_relaxed);
}

void dog_arm_announce(dog_mono next_look, int64_t span_ns)
{
    atomic_store_explicit(&announcement->span_ns, span_ns, memory_order_relaxed);
    /* Pairs with the load in dog_arm: sequentially consistent, so that the scan which follows is
     * not moved before it. */
    atomic_store_explicit(&announcement->next_look_ns, next_look.ns, memory_order_seq_cst);
}

dog_mono dog_arm_announced(void)
{
    return (dog_mono){atomic_load_explicit(&announcement->next_look_ns, memory_order_relaxed)};
}

uint64_t dog_arm_unwatched(void)
{
    return atomic_load_explicit(&announcement->unwatched, memory_order_relaxed);
}

struct dog_watch_ref dog_arm(dog_addr request, dog_addr tstate, dog_addr anchor,
                             enum dog_watch_kind kind)
{
    struct dog_watch *watch = dog_slots_take();
    if (__builtin_expect(watch == NULL, 0)) {
        atomic_fetch_add_explicit(&announcement->unwatched, 1, memory_order_relaxed);
        return (struct dog_watch_ref){NULL, 0};
    }
    int64_t now = dog_clock_mono().ns;
    uint64_t state = (atomic_load_explicit(&watch->state, memory_order_relaxed) | PHASE_BITS) + 1 +
                     DOG_PHASE_ARMED;
    /* Whoever sees one of these stores sees that the watch before has ended. No instruction on
     * x86-64. */
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&watch->started_ns, now, memory_order_relaxed);
    atomic_store_explicit(&watch->request, request.v, memory_order_relaxed);
    atomic_store_explicit(&watch->tstate, tstate.v, memory_order_relaxed);
    atomic_store_explicit(&watch->anchor, anchor.v, memory_order_relaxed);
    atomic_store_explicit(&watch->native_id, dog_slots_native_id(), memory_order_relaxed);
    atomic_store_explicit(&watch->kind, kind, memory_order_relaxed);
    /* Pairs with the acquire in dog_slots_scan and dog_watch_is_current. */
    atomic_store_explicit(&watch->state, state, memory_order_release);

    int64_t due = now + atomic_load_explicit(&smallest_ns, memory_order_relaxed);
    int64_t next = atomic_load_explicit(&announcement->next_look_ns, memory_order_relaxed);
    int64_t span = atomic_load_explicit(&announcement->span_ns, memory_order_relaxed);
    if (__builtin_expect((uint64_t)(due - next) > (uint64_t)span, 0)) {
        dog_watchdog_summon((dog_mono){now}, (dog_mono){due});
    }
    return (struct dog_watch_ref){watch, state};
}

/* False also for a watch of the parent's in a forked child: there the slot is zero. */
static bool is_ours(struct dog_watch_ref ref)
{
    return ref.watch != NULL &&
           atomic_load_explicit(&ref.watch->state, memory_order_relaxed) == ref.state;
}

bool dog_disarm(struct dog_watch_ref ref)
{
    if (__builtin_expect(!is_ours(ref), 0)) {
        return true;
    }
    if (__builtin_expect(
            atomic_load_explicit(&ref.watch->claimed, memory_order_relaxed) == ref.state, 0)) {
        return false;
    }
    /* If the watchdog claims it between the load and this store, it finds another state and writes
     * that the request ended without saying how. */
    atomic_store_explicit(&ref.watch->state, ref.state & ~(uint64_t)PHASE_BITS,
                          memory_order_release);
    /* What this thread writes from now on, also where the request was, is seen by nobody who still
     * sees the watch armed: a release store alone does not keep later stores behind it (arm64). */
    atomic_thread_fence(memory_order_release);
    dog_slots_give(ref.watch);
    return true;
}

void dog_disarm_reported(struct dog_watch_ref ref, int32_t status)
{
    ref.watch->ended_ns = dog_clock_mono().ns;
    ref.watch->status = status;
    atomic_store_explicit(&ref.watch->state, (ref.state & ~(uint64_t)PHASE_BITS) | DOG_PHASE_ENDED,
                          memory_order_release);
    atomic_thread_fence(memory_order_release); /* as in dog_disarm */
    dog_watchdog_call();
}

void dog_arm_note_exception(struct dog_watch_ref ref, const char *class_name)
{
    if (!is_ours(ref)) {
        return;
    }
    size_t len = strnlen(class_name, DOG_EXCEPTION_MAX);
    bool is_cut = len == DOG_EXCEPTION_MAX;
    if (is_cut) {
        len = DOG_EXCEPTION_MAX - sizeof "...";
    }
    memcpy(ref.watch->exception, class_name, len);
    strcpy(ref.watch->exception + len, is_cut ? "..." : "");
    ref.watch->exception_state = ref.state;
}
