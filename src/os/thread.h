/* Native threads of our own, and who the caller is. Context: see each.
 *
 * A thread of ours blocks every signal before it runs a line: a handler of the application, or of
 * the server, must never run on it (uWSGI's SIGTERM handler crashed on ddtrace's thread:
 * dd-trace-py#15152), and a write beyond RLIMIT_FSIZE is then EFBIG instead of a killed process. */
#ifndef DOG_OS_THREAD_H
#define DOG_OS_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

/* Starts `run(argument)` detached, with every signal blocked and a stack of `stack_size` bytes.
 * `name`: at most 15 bytes, what top -H shows. Allocates (glibc's pthread_create does). */
DOG_MUST_USE enum dog_err dog_thread_start(const char *name, size_t stack_size,
                                           void (*run)(void *argument), void *argument);

/* gettid(2). */
int32_t dog_thread_native_id(void);

/* getpid(2), from the kernel and not from any cache. */
int32_t dog_thread_process_id(void);

/* Lets others run. */
void dog_thread_yield(void);

/* Is this thread of our process still known to the kernel? Waits until it is not, but not longer
 * than `until`. True when it is gone; false for 0, who is nobody. For the moment before a fork:
 * CPython 3.12 and later counts the kernel's threads and warns. */
bool dog_thread_wait_gone(int32_t native_id, dog_mono until);

#endif
