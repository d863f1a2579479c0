/* Two descriptors kept for when the process has run out of them. Context: Watchdog; one thread.
 *
 * A process without a free descriptor (EMFILE) is often slow for that very reason, and its report
 * must not be what is missing. A forked child inherits them, as any of the process's. */
#ifndef DOG_OS_SPARE_H
#define DOG_OS_SPARE_H

#include <sys/types.h>

/* Sees that both are there; opens what is missing, if it can. */
void dog_spare_keep(void);

/* openat(2); where no descriptor is free, with one of the two given up for it. -1 and errno.
 * Signals do not interrupt it. */
int dog_spare_open(int folder, const char *path, int flags, mode_t mode);

#endif
