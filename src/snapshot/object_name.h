/* The name of a type. Context: Watchdog. */
#ifndef DOG_SNAPSHOT_OBJECT_NAME_H
#define DOG_SNAPSHOT_OBJECT_NAME_H

#include "base/arena.h"
#include "base/text.h"
#include "snapshot/object.h"

/* Writes "module.Class", or the bare name of a builtin. On failure nothing is written. The arena is
 * as it was afterwards. */
DOG_MUST_USE enum dog_err dog_object_type_name(const struct dog_mem *mem, struct dog_arena *arena,
                                               const struct dog_type *type, struct dog_text *text);

#endif
