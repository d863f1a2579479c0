/* Which watch is due next: a binary heap over the caller's memory. Context: Pure.
 *
 * Time is passed in. Entries of the same instant come out in the order in which they went in, so
 * that a flood is served fairly (libuv's timer.c breaks ties alike). Watches that ended stay until
 * they come out: the generation in the reference tells. */
#ifndef DOG_WATCH_DEADLINES_H
#define DOG_WATCH_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "watch/slots.h"

struct dog_deadline {
    dog_mono due;
    uint64_t order;
    struct dog_watch_ref ref;
};

struct dog_deadlines {
    struct dog_deadline *heap;
    size_t count;
    size_t cap;
    uint64_t order;
};

void dog_deadlines_init(struct dog_deadlines *deadlines, struct dog_deadline *storage, size_t cap);
void dog_deadlines_clear(struct dog_deadlines *deadlines);

/* False when there is no room: grow, or let the next scan find it. */
bool dog_deadlines_add(struct dog_deadlines *deadlines, dog_mono due, struct dog_watch_ref ref);

/* DOG_MONO_NEVER when it is empty. */
dog_mono dog_deadlines_next(const struct dog_deadlines *deadlines);

/* Takes out the first that is due at `now`; false if none is. */
bool dog_deadlines_take(struct dog_deadlines *deadlines, dog_mono now,
                        struct dog_deadline *ret_deadline);

#endif
