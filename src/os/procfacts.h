/* Facts of this process and its threads that a report prints. Context: any thread; no malloc. */
#ifndef DOG_OS_PROCFACTS_H
#define DOG_OS_PROCFACTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define DOG_PROCFACTS_HOSTNAME_SIZE    65u /* __NEW_UTS_LEN 64, and a NUL */
#define DOG_PROCFACTS_THREAD_NAME_SIZE 16u /* TASK_COMM_LEN, its NUL or newline included */

/* As getpid() and getppid() say now: a fork changes both. The parent's is 0 if it lives in another
 * namespace of processes. */
int64_t dog_procfacts_pid(void);
int64_t dog_procfacts_ppid(void);

/* The node's name, as socket.gethostname(). `storage` holds what is returned; none if unknown. */
struct dog_str dog_procfacts_hostname(char storage[DOG_PROCFACTS_HOSTNAME_SIZE]);

/* The kernel's name of a thread of this process ("gunicorn", or what PR_SET_NAME gave), from
 * /proc/self/task/TID/comm. Any bytes: escape it. None if the thread has ended or /proc is not
 * mounted. `storage` holds what is returned. */
struct dog_str dog_procfacts_thread_name(int64_t native_thread_id,
                                         char storage[DOG_PROCFACTS_THREAD_NAME_SIZE]);

#endif
