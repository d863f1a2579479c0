/* What time it is. Context: any thread; Hot for dog_clock_mono (vDSO, no system call on Linux). */
#ifndef DOG_OS_CLOCK_H
#define DOG_OS_CLOCK_H

#include <stdint.h>

#include "base/time.h"

/* CLOCK_MONOTONIC: deadlines. It never jumps; it stands still while the machine is suspended. */
dog_mono dog_clock_mono(void);

/* CLOCK_REALTIME: what a report says. */
dog_wall dog_clock_wall(void);

/* CPU time that the calling thread has used, in nanoseconds. */
int64_t dog_clock_thread_cpu(void);

/* The same of another thread of this process, by its kernel id, exact to the nanosecond; -1 if
 * there is no such thread. One system call. (The clock id is the kernel's own encoding:
 * include/linux/posix-timers_types.h, CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED.) */
int64_t dog_clock_cpu_of(int64_t native_id);

/* Sleeps; a signal may end it early. Not on a request's path. */
void dog_clock_sleep(int64_t ns);

#endif
