/* The watchdog thread: when to look, and nothing else. What a look means is the engine's.
 *
 * One native thread a process, started by its first watch. It never has the GIL, blocks every
 * signal, and sleeps until the next scan, deadline or follow-up. It scans all slots at half the
 * smallest deadline: a watch armed after a scan is not due before the next, so that arming wakes
 * nobody. It can be stopped and started again around a fork, and abandoned when a read of foreign
 * memory hangs in the kernel: then a new thread takes its place and the old one, should it ever
 * come back, finds another epoch and ends. */
#ifndef DOG_WATCH_WATCHDOG_H
#define DOG_WATCH_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"
#include "watch/slots.h"

/* What the engine does, on the watchdog thread. */
struct dog_watchdog_work {
    /* A thread begins. `self` is what an earlier thread of this process left (it was stopped for a
     * fork), or NULL: then make one. NULL: there is no memory; the thread ends. */
    void *(*begin)(void *self);
    /* This watch is due. Returns when to look at it again, DOG_MONO_NEVER if it is done with. */
    dog_mono (*fire)(void *self, struct dog_watch_ref ref, dog_mono now);
    /* Follow-ups, whenever the thread is awake. Returns when it wants to be called next. */
    dog_mono (*tick)(void *self, dog_mono now);
};

/* Once in a process. `work` must live for ever. */
DOG_MUST_USE enum dog_err dog_watchdog_setup(const struct dog_watchdog_work *work);

/* From dog_arm: there is no watchdog, or it would come too late, or it is overdue. Any thread. */
void dog_watchdog_summon(dog_mono now, dog_mono due);

/* Look now: an epilogue is there, or the settings have changed. Any thread; no lock. Nothing where
 * there was no set-up. */
void dog_watchdog_call(void);

/* Ends the thread and waits until the kernel has forgotten it, not longer than `bound_ns`. False:
 * it was busy and lives on. What it knows is kept for dog_watchdog_start(). Any thread. */
bool dog_watchdog_stop(int64_t bound_ns);

/* Starts it again if it was stopped. Any thread. */
void dog_watchdog_start(void);

struct dog_watchdog_facts {
    bool running;
    int32_t native_id;
    uint64_t scans;
    uint64_t abandoned;      /* threads that hung and were replaced */
    uint64_t start_failures; /* the system gave no thread */
    int64_t cpu_ns;          /* CPU time of this thread, as of its last round */
};

struct dog_watchdog_facts dog_watchdog_facts(void);

#endif
