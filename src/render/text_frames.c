#include "render/text_frames.h"

#include "render/value.h"

void dog_text_frames_put_value(struct dog_text *text, struct dog_str value, size_t most)
{
    if (value.at == NULL) {
        dog_text_put_char(text, '?');
        return;
    }
    dog_text_put_escaped(text, dog_value_cut(value, most));
    if (value.len > most) {
        dog_text_put(text, DOG_VALUE_ELLIPSIS);
    }
}

static void put_line_number(struct dog_text *text, const struct dog_frame *frame)
{
    if (frame->line > 0) {
        dog_text_put_u64(text, (uint64_t)frame->line);
    } else {
        dog_text_put_char(text, '?');
    }
}

void dog_text_frames_put_place(struct dog_text *text, const struct dog_frame *frame,
                               struct dog_str base_dir, size_t most)
{
    dog_text_frames_put_value(text, dog_value_relative(frame->file, base_dir), most);
    dog_text_put_char(text, ':');
    put_line_number(text, frame);
    dog_text_put(text, " in ");
    dog_text_frames_put_value(text, frame->function, most);
}

void dog_text_frames_put_frame(struct dog_text *text, const struct dog_frame *frame, size_t most)
{
    dog_text_put(text, "  File \"");
    dog_text_frames_put_value(text, frame->file, most);
    dog_text_put(text, "\", line ");
    put_line_number(text, frame);
    dog_text_put(text, ", in ");
    dog_text_frames_put_value(text, frame->function, most);
    dog_text_put_char(text, '\n');
    if (frame->source.at != NULL) {
        dog_text_put(text, "    ");
        dog_text_frames_put_value(text, frame->source, most);
        dog_text_put_char(text, '\n');
    }
}

static void put_count(struct dog_text *text, uint64_t count, const char *one, const char *many)
{
    dog_text_put(text, "  [");
    dog_text_put_u64(text, count);
    dog_text_put(text, count == 1 ? one : many);
    dog_text_put(text, "]\n");
}

static void put_doubts(struct dog_text *text, const struct dog_stack *stack)
{
    if (stack->torn) {
        dog_text_put(text, "  [torn: the stack moved while it was read, so it may mix moments]\n");
    }
    if (!stack->complete) {
        dog_text_put(text, "  [incomplete: the frames further out could not be read]\n");
    }
}

void dog_text_frames_put(struct dog_text *text, const struct dog_report *report,
                         const struct dog_text_plan *plan)
{
    const struct dog_stack *stack = report->stack;
    if (stack == NULL) {
        dog_text_put(text, "  [no frames: the stack could not be read: ");
        dog_text_frames_put_value(text, report->stack_error, plan->most_value);
        dog_text_put(text, "]\n");
        return;
    }
    put_doubts(text, stack);
    if (plan->skip > 0) {
        put_count(text, plan->skip, " outermost frame has no room here",
                  " outermost frames have no room here");
    }
    for (size_t i = 0; i <= stack->count; i++) {
        if (stack->omitted > 0 && i == stack->omitted_at) {
            put_count(text, stack->omitted, " frame between these is left out",
                      " frames between these are left out");
        }
        if (i >= plan->skip && i < stack->count) {
            dog_text_frames_put_frame(text, &stack->frames[i], plan->most_value);
        }
    }
    if (stack->count == 0 && stack->omitted == 0) {
        dog_text_put(text, "  [no Python frame is on the stack]\n");
    }
}
