#include "watch/watchdog.h"

#include "os/clock.h"
#include "os/event.h"
#include "os/mutex.h"
#include "os/thread.h"
#include "os/zone.h"
#include "watch/arm.h"
#include "watch/deadlines.h"

/* The deepest path is a report: its buffers are in the engine's arena. The system's own needs, TLS
 * included, come out of this on glibc. */
#define STACK_SIZE (256u * 1024)
/* A scan at least so often: what the clock says of an idle process is then never stale. */
#define MAX_SCAN_PERIOD_NS (10 * DOG_NS_PER_S)
#define MIN_SCAN_PERIOD_NS (1 * DOG_NS_PER_MS)
/* So late and it is looked into. A report takes milliseconds; a machine short of CPU, seconds. */
#define OVERDUE_NS (5 * DOG_NS_PER_S)
/* No sign of life for so long, twice seen: it hangs in the kernel. */
#define HUNG_NS       (10 * DOG_NS_PER_S)
#define MAX_DOUBLINGS 12u
/* An epilogue that nobody has fetched for so long was left by a thread that was abandoned. */
#define ORPHAN_NS (60 * DOG_NS_PER_S)
/* Room for so many deadlines between two scans at first; it grows when a scan finds more. */
#define FIRST_DEADLINES 1024u

/* What the thread is told. Only the thread itself takes an order to stop, and once it has taken it
 * it touches nothing any more; so whoever wants it to go on after all knows where he stands. */
enum order {
    ORDER_NONE = 0,
    ORDER_STOP = 1,
    ORDER_STOP_TAKEN = 2
};

/* Zeroed in a forked child. */
struct control {
    struct dog_event event;
    struct dog_mutex lock; /* guards starting, stopping and replacing */
    _Atomic bool running;
    _Atomic int order;
    _Atomic uint64_t epoch;    /* of the thread that is the watchdog */
    _Atomic int32_t native_id; /* of it; 0 until it runs */
    _Atomic int64_t alive_ns;  /* when it last went round */
    int64_t suspected_alive_ns, suspected_at_ns;
    struct dog_watch_ref current; /* what it reads right now */
    void *self;                   /* the engine's, between threads */
    struct dog_deadlines deadlines;
    _Atomic uint64_t scans, abandoned, start_failures;
    _Atomic int64_t cpu_ns;
};

static struct control *control;
static const struct dog_watchdog_work *work;

enum dog_err dog_watchdog_setup(const struct dog_watchdog_work *its_work)
{
    void *memory;
    enum dog_err err = dog_zone_map(sizeof *control, &memory);
    if (err != DOG_OK) {
        return err;
    }
    control = memory;
    work = its_work;
    return dog_arm_setup();
}

/* One scan: all that is due before `until`. */
struct scan {
    struct dog_deadlines *deadlines;
    dog_mono now, until;
    int64_t smallest_ns;
    size_t refused;
};

static void scan_one(void *self, struct dog_watch_ref ref)
{
    struct scan *scan = self;
    if (dog_watch_phase(ref.state) == DOG_PHASE_ENDED) {
        /* Counted from when a scan first saw it, not from its end: the engine fetches it between
         * two scans, also after the process or this thread was stopped for minutes. */
        if (ref.watch->judged != ref.state) {
            ref.watch->judged = ref.state;
            ref.watch->due_ns = scan->now.ns + ORPHAN_NS;
        } else if (scan->now.ns > ref.watch->due_ns) {
            dog_slots_recycle(ref);
        }
        return;
    }
    dog_mono due = {ref.watch->judged == ref.state
                        ? ref.watch->due_ns
                        : dog_watch_facts(ref).started_ns + scan->smallest_ns};
    if (dog_mono_before(due, scan->until) && !dog_deadlines_add(scan->deadlines, due, ref)) {
        scan->refused++;
    }
}

/* Makes room for `wanted`. Mapped, not malloc'ed: another thread may hold malloc's lock. False: no
 * memory. */
static bool grow(struct dog_deadlines *deadlines, size_t wanted)
{
    size_t cap = deadlines->cap > 0 ? deadlines->cap : FIRST_DEADLINES;
    while (cap < wanted) {
        cap *= 2;
    }
    if (cap == deadlines->cap) {
        return true;
    }
    struct dog_deadline *storage = dog_zone_map_plain(cap * sizeof *storage);
    if (storage == NULL) {
        return false;
    }
    dog_zone_unmap(deadlines->heap, deadlines->cap * sizeof *storage);
    dog_deadlines_init(deadlines, storage, cap);
    return true;
}

static void scan_all(struct dog_deadlines *deadlines, dog_mono now, dog_mono until)
{
    struct scan scan;
    bool has_room = grow(deadlines, FIRST_DEADLINES);
    do {
        dog_deadlines_clear(deadlines);
        scan = (struct scan){
            .deadlines = deadlines, .now = now, .until = until, .smallest_ns = dog_arm_smallest()};
        dog_slots_scan(scan_one, &scan);
        /* Again with more room, so that none is late; without memory the next scan finds the rest.
         */
        has_room = has_room && grow(deadlines, deadlines->count + scan.refused);
    } while (scan.refused > 0 && has_room);
    atomic_fetch_add_explicit(&control->scans, 1, memory_order_relaxed);
}

static int64_t scan_period(void)
{
    int64_t half = dog_arm_smallest() / 2;
    if (half > MAX_SCAN_PERIOD_NS) {
        return MAX_SCAN_PERIOD_NS;
    }
    return half < MIN_SCAN_PERIOD_NS ? MIN_SCAN_PERIOD_NS : half;
}

static bool is_mine(uint64_t epoch)
{
    return atomic_load_explicit(&control->epoch, memory_order_acquire) == epoch;
}

static void fire_due(void *self, struct dog_deadlines *deadlines, uint64_t epoch)
{
    struct dog_deadline deadline;
    while (is_mine(epoch) && dog_deadlines_take(deadlines, dog_clock_mono(), &deadline)) {
        atomic_store_explicit(&control->alive_ns, dog_clock_mono().ns, memory_order_relaxed);
        if (!dog_watch_is_current(deadline.ref)) {
            continue;
        }
        control->current = deadline.ref;
        dog_mono again = work->fire(self, deadline.ref, dog_clock_mono());
        if (!is_mine(epoch)) {
            return;
        }
        control->current = (struct dog_watch_ref){NULL, 0};
        deadline.ref.watch->due_ns = again.ns;
        deadline.ref.watch->judged = deadline.ref.state;
        /* If it is due before the next scan it must go in now. */
        if (dog_mono_before(again, dog_arm_announced())) {
            (void)dog_deadlines_add(deadlines, again, deadline.ref);
        }
    }
}

static bool takes_order_to_stop(void)
{
    int order = ORDER_STOP;
    return atomic_compare_exchange_strong_explicit(&control->order, &order, ORDER_STOP_TAKEN,
                                                   memory_order_acq_rel, memory_order_acquire);
}

static void run(void *argument)
{
    uint64_t epoch = (uint64_t)(uintptr_t)argument;
    void *self = work->begin(control->self);
    if (!is_mine(epoch)) {
        return;
    }
    control->self = self;
    atomic_store_explicit(&control->native_id, dog_thread_native_id(), memory_order_release);
    struct dog_deadlines *deadlines = &control->deadlines;
    dog_mono next_scan = {0};
    bool called = true;
    while (self != NULL && is_mine(epoch) && !takes_order_to_stop()) {
        dog_mono now = dog_clock_mono();
        atomic_store_explicit(&control->alive_ns, now.ns, memory_order_relaxed);
        if (called || !dog_mono_before(now, next_scan)) {
            next_scan = dog_mono_add(now, scan_period());
            dog_arm_announce(next_scan, dog_arm_smallest() + OVERDUE_NS);
            scan_all(deadlines, now, next_scan);
        }
        fire_due(self, deadlines, epoch);
        if (!is_mine(epoch)) {
            return; /* abandoned: all belongs to the next thread now */
        }
        dog_mono wanted = work->tick(self, dog_clock_mono());
        if (!is_mine(epoch)) {
            return; /* the event and the deadlines have another reader now */
        }
        atomic_store_explicit(&control->cpu_ns, dog_clock_thread_cpu(), memory_order_relaxed);
        dog_mono next = dog_mono_min(next_scan, dog_deadlines_next(deadlines));
        called = dog_event_wait(&control->event, dog_mono_min(next, wanted));
    }
}

/* The lock is held. */
static void start_locked(dog_mono now)
{
    uint64_t epoch = atomic_load_explicit(&control->epoch, memory_order_relaxed) + 1;
    atomic_store_explicit(&control->epoch, epoch, memory_order_release);
    atomic_store_explicit(&control->order, ORDER_NONE, memory_order_relaxed);
    atomic_store_explicit(&control->alive_ns, now.ns, memory_order_relaxed);
    atomic_store_explicit(&control->native_id, 0, memory_order_relaxed);
    if (dog_thread_start("dogslow", STACK_SIZE, run, (void *)(uintptr_t)epoch) == DOG_OK) {
        control->running = true;
    } else {
        atomic_fetch_add_explicit(&control->start_failures, 1, memory_order_relaxed);
    }
    /* Until it announces for itself, or until the next try, arms need not come here. */
    dog_arm_announce(now, dog_arm_smallest() + OVERDUE_NS);
}

/* Twice without a sign of life: the read that it hangs in is never tried again, and a new thread
 * takes over with buffers of its own. The lock is held. */
static void replace_if_hung_locked(dog_mono now)
{
    int64_t alive = atomic_load_explicit(&control->alive_ns, memory_order_relaxed);
    /* What hung the one before hangs the next as well, most often (the server of the report folder
     * does not answer): each waits twice as long for its successor as the last, so that a day of it
     * leaves a dozen threads and not thousands. */
    uint64_t abandoned = atomic_load_explicit(&control->abandoned, memory_order_relaxed);
    if (now.ns - alive < HUNG_NS << (abandoned < MAX_DOUBLINGS ? abandoned : MAX_DOUBLINGS)) {
        return;
    }
    if (control->suspected_alive_ns != alive) {
        control->suspected_alive_ns = alive;
        control->suspected_at_ns = now.ns;
        dog_event_call(&control->event);
        return;
    }
    if (now.ns - control->suspected_at_ns < OVERDUE_NS) {
        return; /* after a SIGSTOP all threads are late: give it time */
    }
    struct dog_watch_ref stuck = control->current;
    if (stuck.watch != NULL) {
        stuck.watch->due_ns = INT64_MAX;
        stuck.watch->judged = stuck.state;
        control->current = (struct dog_watch_ref){NULL, 0};
    }
    control->self = NULL;
    control->deadlines = (struct dog_deadlines){0};
    atomic_fetch_add_explicit(&control->abandoned, 1, memory_order_relaxed);
    start_locked(now);
}

void dog_watchdog_summon(dog_mono now, dog_mono due)
{
    if (!dog_mutex_try(&control->lock)) {
        return; /* somebody else is at it */
    }
    if (!control->running) {
        start_locked(now);
    } else if (dog_mono_before(due, dog_arm_announced())) {
        dog_event_call(&control->event);
    } else {
        replace_if_hung_locked(now);
    }
    dog_mutex_unlock(&control->lock);
}

void dog_watchdog_call(void)
{
    if (control != NULL) {
        dog_event_call(&control->event);
    }
}

/* A thread that was started a moment ago has not said yet who it is. 0: not until `until`. */
static int32_t wait_for_native_id(dog_mono until)
{
    int32_t native_id = atomic_load_explicit(&control->native_id, memory_order_acquire);
    while (native_id == 0 && dog_mono_before(dog_clock_mono(), until)) {
        dog_thread_yield();
        native_id = atomic_load_explicit(&control->native_id, memory_order_acquire);
    }
    return native_id;
}

bool dog_watchdog_stop(int64_t bound_ns)
{
    dog_mono until = dog_mono_add(dog_clock_mono(), bound_ns);
    bool gone = true;
    dog_mutex_lock(&control->lock);
    if (control->running) {
        atomic_store_explicit(&control->order, ORDER_STOP, memory_order_release);
        dog_event_call(&control->event);
        gone = dog_thread_wait_gone(wait_for_native_id(until), until);
        if (gone) {
            control->running = false;
        }
    }
    dog_mutex_unlock(&control->lock);
    return gone;
}

void dog_watchdog_start(void)
{
    dog_mutex_lock(&control->lock);
    int order = ORDER_STOP;
    /* If it was too busy to take the order, the order is withdrawn, and it goes on. */
    if (!atomic_compare_exchange_strong_explicit(&control->order, &order, ORDER_NONE,
                                                 memory_order_acq_rel, memory_order_acquire) &&
        order == ORDER_STOP_TAKEN) {
        start_locked(dog_clock_mono());
    }
    dog_mutex_unlock(&control->lock);
}

struct dog_watchdog_facts dog_watchdog_facts(void)
{
    if (control == NULL) {
        return (struct dog_watchdog_facts){.running = false};
    }
    return (struct dog_watchdog_facts){
        .running = control->running,
        .native_id = atomic_load_explicit(&control->native_id, memory_order_relaxed),
        .scans = atomic_load_explicit(&control->scans, memory_order_relaxed),
        .abandoned = atomic_load_explicit(&control->abandoned, memory_order_relaxed),
        .start_failures = atomic_load_explicit(&control->start_failures, memory_order_relaxed),
        .cpu_ns = atomic_load_explicit(&control->cpu_ns, memory_order_relaxed),
    };
}
