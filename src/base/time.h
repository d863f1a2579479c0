/* Monotonic instants, in nanoseconds, as a type of their own. Context: Pure. */
#ifndef DOG_BASE_TIME_H
#define DOG_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define DOG_NS_PER_S  INT64_C(1000000000)
#define DOG_NS_PER_MS INT64_C(1000000)

/* CLOCK_MONOTONIC; it stands still while the machine is suspended. */
typedef struct {
    int64_t ns;
} dog_mono;

/* Nanoseconds since the epoch, UTC. */
typedef struct {
    int64_t ns;
} dog_wall;

#define DOG_MONO_NEVER ((dog_mono){INT64_MAX})

/* Saturates at DOG_MONO_NEVER. */
static inline dog_mono dog_mono_add(dog_mono t, int64_t ns)
{
    int64_t sum;
    return __builtin_add_overflow(t.ns, ns, &sum) ? DOG_MONO_NEVER : (dog_mono){sum};
}

static inline bool dog_mono_before(dog_mono a, dog_mono b)
{
    return a.ns < b.ns;
}

static inline dog_mono dog_mono_min(dog_mono a, dog_mono b)
{
    return a.ns < b.ns ? a : b;
}

/* A date in UTC, from days of the proleptic Gregorian calendar: no libc, no locale, no time zone.
 * (Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.) */
struct dog_date {
    int32_t year;
    uint8_t month, day, hour, minute, second; /* month and day from 1 */
    uint32_t nanosecond;
};

struct dog_date dog_date_from_wall(dog_wall t);

#endif
