/* What happens to a request after its report: later looks, and its end. Context: Watchdog. */
#ifndef DOG_ENGINE_FOLLOW_H
#define DOG_ENGINE_FOLLOW_H

#include "engine/engine.h"
#include "engine/followed.h"

/* The next of 2, 4, 8 ... times the deadline that is still to come. Pure. */
dog_mono dog_follow_next(const struct dog_followed *followed, dog_mono now);

/* Looks at those whose time has come and writes the ends of those that have ended. Returns when it
 * wants to be called next. A thread that was abandoned stops in the middle. */
dog_mono dog_follow_all(struct dog_engine *engine, dog_mono now);

#endif
