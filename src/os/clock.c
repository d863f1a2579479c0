#include "os/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * DOG_NS_PER_S + t.tv_nsec;
}

dog_mono dog_clock_mono(void)
{
    return (dog_mono){read_clock(CLOCK_MONOTONIC)};
}

dog_wall dog_clock_wall(void)
{
    return (dog_wall){read_clock(CLOCK_REALTIME)};
}

int64_t dog_clock_thread_cpu(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}
