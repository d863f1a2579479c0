/* May this thread call process_vm_readv(2) at all? Context: any thread, with signals blocked. */
#ifndef DOG_OS_MEMORY_PROBE_H
#define DOG_OS_MEMORY_PROBE_H

#include <stdbool.h>

/* True unless a seccomp filter is in force and forbids the call. A filter may answer with the death
 * of the process (systemd's SystemCallFilter= does), so the question is put by a child. */
bool dog_memory_probe_readv(void);

#endif
