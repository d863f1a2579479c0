/* A wake-up call from any thread to one waiting thread, on a futex. Context: see each.
 *
 * It lives in memory that starts as zeros (also after a fork, see os/zone.h), needs no setting up,
 * and remembers one call: a call that comes before the wait is not lost. */
#ifndef DOG_OS_EVENT_H
#define DOG_OS_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

struct dog_event {
    _Atomic uint32_t word; /* 0 quiet, 1 called, 2 somebody sleeps */
};

/* Any thread. A system call only if somebody sleeps. */
void dog_event_call(struct dog_event *event);

/* The one waiting thread: returns at `until` at the latest, true if called; the call is taken.
 * Signals do not end the wait. */
bool dog_event_wait(struct dog_event *event, dog_mono until);

#endif
