/* A request that has passed its deadline: the first event of a report. Context: Watchdog. */
#ifndef DOG_ENGINE_INTERCEPT_H
#define DOG_ENGINE_INTERCEPT_H

#include "engine/engine.h"
#include "watch/slots.h"

/* Looks at the watch and writes the report, if DOGSLOW_MAX_REPORTS allows one more. `deadline_ns`
 * from the request's start. A request that is over before it is read leaves no trace but a count.
 */
void dog_intercept(struct dog_engine *engine, struct dog_watch_ref ref, int64_t deadline_ns,
                   dog_mono now);

#endif
