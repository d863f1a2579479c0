/* What an object is: its type, read from memory without running any code. Context: Watchdog.
 *
 * The ground of the other object_*.h: each reads one kind of value through a `struct dog_mem`. An
 * address that came from foreign memory may point anywhere: whatever lies there, a reader gives a
 * value or an error, reads a bounded amount, and ends. Errors: DOG_ERR_UNREADABLE, DOG_ERR_INVALID
 * (not an object, or not of this kind), DOG_ERR_ABSENT, DOG_ERR_LIMIT; with an arena DOG_ERR_NOMEM.
 *
 * Nothing here tells whether an object changed while it was read: the caller holds the generation
 * of its watch against that. Offsets and traits: cpython/layout.h. */
#ifndef DOG_SNAPSHOT_OBJECT_H
#define DOG_SNAPSHOT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/source.h"
#include "cpython/layout.h"

/* Foreign memory, and how to read it. The layout outlives it. */
struct dog_mem {
    struct dog_source source;
    const struct dog_layout *layout;
};

/* The fields of a type object that readers ask for. */
struct dog_type {
    dog_addr at;
    uint64_t flags;       /* DOG_TYPE_* */
    int64_t basicsize;    /* bytes */
    int64_t dictoffset;   /* bytes; <= 0: none */
    int64_t member_count; /* of a heap type */
    dog_addr name;        /* char * */
    dog_addr base;
    dog_addr dict;
    dog_addr mro;
    dog_addr members; /* PyMemberDef[] */
};

/* One pointer-sized word. */
DOG_MUST_USE enum dog_err dog_object_word(const struct dog_mem *mem, dog_addr at,
                                          uint64_t *ret_word);

/* The type of the object at `object`. It must be a type indeed: its own type is `type` or one of
 * its subclasses. */
DOG_MUST_USE enum dog_err dog_object_type(const struct dog_mem *mem, dog_addr object,
                                          struct dog_type *ret_type);

/* The type object at `type` itself. */
DOG_MUST_USE enum dog_err dog_object_type_at(const struct dog_mem *mem, dog_addr type,
                                             struct dog_type *ret_type);

/* Is `type`, read from an object's header, `exact` or a subclass that bears `flag`? DOG_ERR_INVALID
 * if not. Costs a read only for a subclass. */
DOG_MUST_USE enum dog_err dog_object_check(const struct dog_mem *mem, dog_addr type, dog_addr exact,
                                           uint64_t flag);

#endif
