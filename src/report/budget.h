/* How many reports may be written in a minute, and how many were not. Context: Pure; one thread.
 *
 * In any 60 seconds at most `per_minute`. What was refused is counted until a report that is
 * written says so: none is lost, and none is said twice. */
#ifndef DOG_REPORT_BUDGET_H
#define DOG_REPORT_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/* A minute in seconds, and the one that has begun. */
#define DOG_BUDGET_BUCKETS 61u

struct dog_budget {
    uint64_t per_minute;
    uint64_t taken[DOG_BUDGET_BUCKETS]; /* in each second, by its number modulo the size */
    uint64_t in_window;                 /* their sum */
    int64_t second;                     /* the newest one, from 0 */
    uint64_t suppressed;                /* refused, and not said yet */
    uint64_t suppressed_ever;
};

/* 0 refuses all. */
void dog_budget_init(struct dog_budget *budget, uint64_t per_minute);

/* May one be written now? If not, it is counted as suppressed. `now` never goes back; if it does,
 * it counts as the newest instant seen. */
bool dog_budget_take(struct dog_budget *budget, dog_mono now);

/* What the last dog_budget_take() gave was not used: the request ended before it was read. */
void dog_budget_give_back(struct dog_budget *budget);

/* A report that says that `count` were suppressed has been written. */
void dog_budget_said(struct dog_budget *budget, uint64_t count);

#endif
