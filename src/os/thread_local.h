/* Thread-local variables, and a call when a thread ends. Context: see each. */
#ifndef DOG_OS_THREAD_LOCAL_H
#define DOG_OS_THREAD_LOCAL_H

#include "base/err.h"

/* One load from the thread pointer. The initial-exec model takes a few bytes of the surplus that
 * the dynamic linker keeps for libraries loaded late; the general model would call
 * __tls_get_addr on every request. */
#define DOG_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))

/* Once in a process: from then on `leave` can be asked for. */
DOG_MUST_USE enum dog_err dog_thread_local_setup(void (*leave)(void *unused));

/* `leave` will be called on this thread when it ends. */
void dog_thread_local_at_exit(void);

#endif
