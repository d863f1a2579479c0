#include "watch/slots.h"

#include "os/mutex.h"
#include "os/thread.h"
#include "os/thread_local.h"
#include "os/zone.h"

#define SLAB_SIZE  65536u
#define SLAB_SLOTS (SLAB_SIZE / sizeof(struct dog_watch))
/* 4,096 slabs are two million requests in flight, 256 MB: beyond it requests run unwatched. */
#define MAX_SLABS 4096u
/* A thread keeps this many free slots; from twice as many it gives half to the pool, so that a
 * thread which only ends what others begin does not hoard them. */
#define BATCH 64u
/* Slots taken from a slab at once: a divisor of SLAB_SLOTS. */
#define CARVE 16u

/* One a thread. */
struct home {
    struct dog_watch *free;
    uint32_t count;
    int32_t native_id; /* 0: zeroed by a fork, or new */
    struct home *next; /* in the pool, while no thread has it */
};

/* All of it zeroed in a forked child. */
struct board {
    struct dog_mutex lock; /* guards what follows, but for the reads of dog_slots_scan */
    struct dog_watch *pool;
    struct home *homes;
    struct home *home_page; /* where the next home comes from */
    uint32_t home_left;
    /* Slots ever made: all of the slabs before the last, and the beginning of the last. */
    _Atomic size_t made;
    struct dog_watch *slab[MAX_SLABS];
};

static struct board *board;                   /* mapped once, before the first take() */
static DOG_THREAD_LOCAL struct home *my_home; /* may be zeroed under us by a fork: see welcome() */

/* A new home; the lock is held. */
static struct home *home_new_locked(void)
{
    struct home *home = board->homes;
    if (home != NULL) {
        board->homes = home->next;
        return home;
    }
    if (board->home_left == 0) {
        void *page;
        if (dog_zone_map(SLAB_SIZE, &page) != DOG_OK) {
            return NULL;
        }
        board->home_page = page;
        board->home_left = SLAB_SIZE / sizeof(struct home);
    }
    board->home_left--;
    return board->home_page++;
}

/* Free slots for `home`: from the pool, else from a slab. The lock is held. */
static void refill_locked(struct home *home)
{
    while (board->pool != NULL && home->count < BATCH) {
        struct dog_watch *watch = board->pool;
        board->pool = watch->next;
        watch->next = home->free;
        home->free = watch;
        home->count++;
    }
    if (home->free != NULL) {
        return;
    }
    size_t made = atomic_load_explicit(&board->made, memory_order_relaxed);
    if (made % SLAB_SLOTS == 0) {
        void *slab;
        if (made / SLAB_SLOTS == MAX_SLABS || dog_zone_map(SLAB_SIZE, &slab) != DOG_OK) {
            return;
        }
        board->slab[made / SLAB_SLOTS] = slab;
    }
    /* A few at a time: a slab's pages are touched as they are needed. */
    struct dog_watch *slab = board->slab[made / SLAB_SLOTS];
    for (size_t end = made + CARVE; made < end; made++) {
        struct dog_watch *watch = &slab[made % SLAB_SLOTS];
        watch->next = home->free;
        home->free = watch;
        home->count++;
    }
    /* Pairs with the acquire in dog_slots_scan. */
    atomic_store_explicit(&board->made, made, memory_order_release);
}

/* The calling thread's home, with slots in it if there are any to be had. */
static struct home *welcome(void)
{
    if (board == NULL) {
        return NULL;
    }
    dog_mutex_lock(&board->lock);
    struct home *home = my_home;
    if (home == NULL) {
        home = home_new_locked();
    }
    if (home != NULL) {
        if (home->native_id == 0) {
            /* New, or wiped by a fork: the memory is still ours alone, all else is gone. */
            home->native_id = dog_thread_native_id();
            my_home = home;
            dog_thread_local_at_exit();
        }
        refill_locked(home);
    }
    dog_mutex_unlock(&board->lock);
    return home;
}

/* The thread ends: its slots go to the pool, its home to the next thread. */
static void leave(void *unused)
{
    (void)unused;
    struct home *home = my_home;
    my_home = NULL;
    if (home == NULL || home->native_id == 0) {
        return;
    }
    dog_mutex_lock(&board->lock);
    while (home->free != NULL) {
        struct dog_watch *watch = home->free;
        home->free = watch->next;
        watch->next = board->pool;
        board->pool = watch;
    }
    *home = (struct home){.next = board->homes};
    board->homes = home;
    dog_mutex_unlock(&board->lock);
}

enum dog_err dog_slots_setup(void)
{
    void *memory;
    enum dog_err err = dog_zone_map(sizeof *board, &memory);
    if (err != DOG_OK) {
        return err;
    }
    err = dog_thread_local_setup(leave);
    if (err != DOG_OK) {
        dog_zone_unmap(memory, sizeof *board);
        return err;
    }
    board = memory;
    return DOG_OK;
}

struct dog_watch *dog_slots_take(void)
{
    struct home *home = my_home;
    if (__builtin_expect(home == NULL || home->free == NULL, 0)) {
        home = welcome();
        if (home == NULL || home->free == NULL) {
            return NULL;
        }
    }
    struct dog_watch *watch = home->free;
    home->free = watch->next;
    home->count--;
    return watch;
}

static void shed(struct home *home)
{
    dog_mutex_lock(&board->lock);
    while (home->count > BATCH) {
        struct dog_watch *watch = home->free;
        home->free = watch->next;
        home->count--;
        watch->next = board->pool;
        board->pool = watch;
    }
    dog_mutex_unlock(&board->lock);
}

void dog_slots_give(struct dog_watch *watch)
{
    struct home *home = my_home;
    if (__builtin_expect(home == NULL || home->native_id == 0, 0)) {
        home = welcome();
        if (home == NULL) {
            return; /* out of memory: this slot is lost, nothing else is */
        }
    }
    watch->next = home->free;
    home->free = watch;
    if (__builtin_expect(++home->count > 2 * BATCH, 0)) {
        shed(home);
    }
}

void dog_slots_recycle(struct dog_watch_ref ref)
{
    /* A watchdog thread that was abandoned and came back may want the same: one of them gives it.
     */
    uint64_t ended = ref.state;
    if (atomic_compare_exchange_strong_explicit(&ref.watch->state, &ended, ref.state & ~(uint64_t)3,
                                                memory_order_acq_rel, memory_order_relaxed)) {
        dog_slots_give(ref.watch);
    }
}

int32_t dog_slots_native_id(void)
{
    return my_home->native_id;
}

void dog_slots_scan(void (*visit)(void *self, struct dog_watch_ref ref), void *self)
{
    size_t made = atomic_load_explicit(&board->made, memory_order_acquire);
    for (size_t i = 0; i < made; i++) {
        struct dog_watch *watch = &board->slab[i / SLAB_SLOTS][i % SLAB_SLOTS];
        uint64_t state = atomic_load_explicit(&watch->state, memory_order_acquire);
        if (dog_watch_phase(state) != DOG_PHASE_FREE) {
            visit(self, (struct dog_watch_ref){watch, state});
        }
    }
}

struct dog_watch_facts dog_watch_facts(struct dog_watch_ref ref)
{
    struct dog_watch *watch = ref.watch;
    return (struct dog_watch_facts){
        .started_ns = atomic_load_explicit(&watch->started_ns, memory_order_relaxed),
        .request = {atomic_load_explicit(&watch->request, memory_order_relaxed)},
        .tstate = {atomic_load_explicit(&watch->tstate, memory_order_relaxed)},
        .anchor = {atomic_load_explicit(&watch->anchor, memory_order_relaxed)},
        .native_id = atomic_load_explicit(&watch->native_id, memory_order_relaxed),
        .kind = (enum dog_watch_kind)atomic_load_explicit(&watch->kind, memory_order_relaxed),
    };
}

size_t dog_slots_made(void)
{
    return atomic_load_explicit(&board->made, memory_order_acquire);
}
