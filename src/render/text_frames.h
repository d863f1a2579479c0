/* Frames as a Python traceback shows them, and all that must be said of them. Context: Pure. */
#ifndef DOG_RENDER_TEXT_FRAMES_H
#define DOG_RENDER_TEXT_FRAMES_H

#include <stddef.h>

#include "base/text.h"
#include "render/report.h"

/* How much of the report there is room for. */
struct dog_text_plan {
    size_t skip;       /* outermost frames that are left out */
    size_t most_value; /* bytes of a value, before it is escaped */
};

/* The value, escaped; cut with an ellipsis if it is too long. None is "?". */
void dog_text_frames_put_value(struct dog_text *text, struct dog_str value, size_t most);

/* "file:line in function", the file relative to `base_dir`. */
void dog_text_frames_put_place(struct dog_text *text, const struct dog_frame *frame,
                               struct dog_str base_dir, size_t most);

/* The lines of one frame. */
void dog_text_frames_put_frame(struct dog_text *text, const struct dog_frame *frame, size_t most);

/* What was read of the stack, each line with its end. */
void dog_text_frames_put(struct dog_text *text, const struct dog_report *report,
                         const struct dog_text_plan *plan);

#endif
