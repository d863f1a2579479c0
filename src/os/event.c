#include "os/event.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"

enum {
    QUIET = 0,
    CALLED = 1,
    SLEEPS = 2
};

void dog_event_call(struct dog_event *event)
{
    /* Pairs with the acquire in dog_event_wait: what the caller wrote is seen by the woken. */
    if (atomic_exchange_explicit(&event->word, CALLED, memory_order_acq_rel) == SLEEPS) {
        syscall(SYS_futex, &event->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
    }
}

bool dog_event_wait(struct dog_event *event, dog_mono until)
{
    for (;;) {
        uint32_t word = QUIET;
        if (!atomic_compare_exchange_strong_explicit(&event->word, &word, SLEEPS,
                                                     memory_order_acq_rel, memory_order_acquire) &&
            word == CALLED) {
            atomic_store_explicit(&event->word, QUIET, memory_order_release);
            return true;
        }
        if (!dog_mono_before(dog_clock_mono(), until)) {
            uint32_t last = atomic_exchange_explicit(&event->word, QUIET, memory_order_acq_rel);
            return last == CALLED;
        }
        struct timespec deadline = {
            .tv_sec = (time_t)(until.ns / DOG_NS_PER_S),
            .tv_nsec = (long)(until.ns % DOG_NS_PER_S),
        };
        /* Absolute and on CLOCK_MONOTONIC: FUTEX_WAIT_BITSET (futex(2)). */
        syscall(SYS_futex, &event->word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, SLEEPS,
                until.ns == INT64_MAX ? NULL : &deadline, NULL, FUTEX_BITSET_MATCH_ANY);
    }
}
