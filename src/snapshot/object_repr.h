/* An object as short text: what repr() would print of a plain value, without running it.
 * Context: Watchdog.
 *
 * str (with quotes and escapes, cut after `max_chars` characters and then followed by "..."), int
 * up to 64 bits (`<int, ~130 bits>` above), bool, None, and UUID('...') are printed as repr() does;
 * all else is `<module.Class object>`. Characters that move the cursor or reorder the line are
 * escaped, also where the interpreter would not. */
#ifndef DOG_SNAPSHOT_OBJECT_REPR_H
#define DOG_SNAPSHOT_OBJECT_REPR_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "snapshot/object.h"

/* Writes the text, or `unreadable`; never fails. */
void dog_object_repr(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                     size_t max_chars, struct dog_text *text);

/* As str() prints it: of str, int and UUID without quotes or name; DOG_ERR_ABSENT for None,
 * DOG_ERR_INVALID for all else. */
DOG_MUST_USE enum dog_err dog_object_plain(const struct dog_mem *mem, struct dog_arena *arena,
                                           dog_addr object, size_t max_chars,
                                           struct dog_str *ret_text);

#endif
