/* What the text and the JSON do alike to a value. Context: Pure. */
#ifndef DOG_RENDER_VALUE_H
#define DOG_RENDER_VALUE_H

#include <stddef.h>

#include "base/text.h"
#include "render/report.h"

/* At the end of a value that was cut. */
#define DOG_VALUE_ELLIPSIS "\xE2\x80\xA6"

/* At most the first `most` bytes; a character is never cut. */
struct dog_str dog_value_cut(struct dog_str value, size_t most);

/* `path` without `base` and the "/" after it, if it lies under it. */
struct dog_str dog_value_relative(struct dog_str path, struct dog_str base);

/* The innermost frame of the project's own code, or NULL: there is none, there is no stack, or the
 * stack is not the request's own. */
const struct dog_frame *dog_value_where(const struct dog_report *report);

#endif
