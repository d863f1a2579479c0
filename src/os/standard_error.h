/* One line on stderr that never waits. Context: Watchdog. */
#ifndef DOG_OS_STANDARD_ERROR_H
#define DOG_OS_STANDARD_ERROR_H

#include <stddef.h>

#include "base/err.h"

/* Writes all of it with one write(2), or nothing. DOG_ERR_FULL if it would have to wait: the pipe
 * of a container's log driver is full, a terminal is stopped. */
DOG_MUST_USE enum dog_err dog_standard_error_write(const char *line, size_t size);

#endif
