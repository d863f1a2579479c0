/* Reading a file of source code without ever waiting for what is not a file. Context: Watchdog.
 *
 * Regular files only: a device, pipe or socket under that name is refused, and opening it neither
 * waits nor makes it our terminal. A network file system's server may not answer, so a file on one
 * is read from the page cache only. What remains: the open itself may wait for such a server. */
#ifndef DOG_OS_SOURCEFILE_H
#define DOG_OS_SOURCEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* All four are the same: nobody wrote to it in between. */
struct dog_sourcefile_identity {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    int64_t modified_ns;
};

struct dog_sourcefile {
    int fd;
    bool cached_only; /* on a network file system */
    struct dog_sourcefile_identity identity;
};

bool dog_sourcefile_identity_eq(struct dog_sourcefile_identity a, struct dog_sourcefile_identity b);

/* Of the regular file at an absolute, NUL-terminated path; links are followed. */
DOG_MUST_USE enum dog_err dog_sourcefile_identify(const char *path,
                                                  struct dog_sourcefile_identity *ret_identity);

/* DOG_ERR_INVALID if it is not a regular file. */
DOG_MUST_USE enum dog_err dog_sourcefile_open(const char *path, struct dog_sourcefile *ret_file);

/* At most `size` bytes at `offset`; 0 at the end. DOG_ERR_TIMEOUT: it would have to wait. */
DOG_MUST_USE enum dog_err dog_sourcefile_read(const struct dog_sourcefile *file, uint64_t offset,
                                              void *to, size_t size, size_t *ret_size);

void dog_sourcefile_close(struct dog_sourcefile *file);

#endif
