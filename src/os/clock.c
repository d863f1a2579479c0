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

int64_t dog_clock_cpu_of(int64_t native_id)
{
    struct timespec t;
    clockid_t clock = (clockid_t)((~(unsigned)native_id << 3) | 6u);
    return clock_gettime(clock, &t) == 0 ? (int64_t)t.tv_sec * DOG_NS_PER_S + t.tv_nsec : -1;
}

void dog_clock_sleep(int64_t ns)
{
    struct timespec t = {.tv_sec = (time_t)(ns / DOG_NS_PER_S),
                         .tv_nsec = (long)(ns % DOG_NS_PER_S)};
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}
