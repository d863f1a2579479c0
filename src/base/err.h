/* What can fail returns one of these. Context: Pure.
 *
 * Errors are few on purpose: a caller either shows the value as unreadable, tries once more, or
 * counts a loss. Whoever needs the system's own number keeps it in the os/ floor. */
#ifndef DOG_BASE_ERR_H
#define DOG_BASE_ERR_H

enum dog_err {
    DOG_OK = 0,
    DOG_ERR_UNREADABLE,  /* the kernel refused to copy this memory */
    DOG_ERR_INVALID,     /* it was copied, but cannot be what it should be */
    DOG_ERR_MOVED,       /* it changed while it was read */
    DOG_ERR_ABSENT,      /* looked for and not there: a key, an attribute, a file */
    DOG_ERR_LIMIT,       /* longer, deeper or more than a named limit allows */
    DOG_ERR_NOMEM,       /* the arena or the system has no more memory */
    DOG_ERR_DENIED,      /* the system does not permit it */
    DOG_ERR_EXISTS,      /* a file of this name is there already */
    DOG_ERR_FULL,        /* no space on the device, or a quota */
    DOG_ERR_NO_FILE,     /* no file descriptor is free */
    DOG_ERR_NOT_FOLDER,  /* a part of a path is a file */
    DOG_ERR_TOO_LARGE,   /* beyond the limit of a file's size */
    DOG_ERR_IO,          /* any other error of a file or the kernel */
    DOG_ERR_UNSUPPORTED, /* this kernel, interpreter or build cannot do it */
    DOG_ERR_TIMEOUT,
};

#define DOG_MUST_USE __attribute__((warn_unused_result))

/* A word for a log line; never NULL. */
const char *dog_err_name(enum dog_err err);

#endif
