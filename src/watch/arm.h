/* Arm and disarm: the request's path. Context: Hot.
 *
 * To arm is a clock, some stores into a slot of the thread's own, and one comparison with what the
 * watchdog announced. To disarm is a comparison and a release store. Nobody is woken unless this
 * watch would be due before the watchdog looks next; then, and when there is no watchdog yet, or it
 * is long overdue, dog_watchdog_summon() is called. */
#ifndef DOG_WATCH_ARM_H
#define DOG_WATCH_ARM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "watch/slots.h"

/* Begins a watch of the calling thread. The addresses are of its own interpreter structures:
 * `anchor` is the frame that is current now. (Scalars and not a struct: they stay in registers.)
 * `watch` NULL in the answer: no slot could be had, the request runs unwatched, and that is
 * counted. */
struct dog_watch_ref dog_arm(dog_addr request, dog_addr tstate, dog_addr anchor,
                             enum dog_watch_kind kind);

/* Ends a watch. False if it has a report, and then nothing was done yet: the caller finds out how
 * the request ended and calls dog_disarm_reported(). A reference whose watch is NULL, or that was
 * armed by another process before a fork, is let go. */
bool dog_disarm(struct dog_watch_ref ref);

/* Ends a watch that has a report: leaves the epilogue in the slot, which from now on is the
 * watchdog's to give back. `status`: of the response, 0 if there is none. */
void dog_disarm_reported(struct dog_watch_ref ref, int32_t status);

/* The request of this watch raised an exception of this class. Only its owner may call. */
void dog_arm_note_exception(struct dog_watch_ref ref, const char *class_name);

/* The smallest deadline configured anywhere: every watch is looked at when it has passed. Any
 * thread. */
void dog_arm_set_smallest(int64_t ns);
int64_t dog_arm_smallest(void);

/* The watchdog's announcement: it scans all slots at `next_look`. A watch that would be due earlier
 * calls it; one that is due more than `span_ns` later finds it overdue. Both 0, as a fork leaves
 * them: there is none. Context: Watchdog. */
void dog_arm_announce(dog_mono next_look, int64_t span_ns);
dog_mono dog_arm_announced(void);

uint64_t dog_arm_unwatched(void); /* requests that found no slot */

/* Once in a process. */
DOG_MUST_USE enum dog_err dog_arm_setup(void);

#endif
