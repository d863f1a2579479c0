#include "render/json_frames.h"

static void put_place(struct dog_json *json, const struct dog_frame *frame)
{
    dog_json_put_str(json, "file", frame->file);
    dog_json_put_known(json, "line", frame->line > 0, (uint64_t)frame->line);
    dog_json_put_str(json, "function", frame->function);
}

void dog_json_frames_put_where(struct dog_json *json, const struct dog_frame *frame)
{
    static const struct dog_frame UNKNOWN;
    dog_json_open(json, '{');
    put_place(json, frame != NULL ? frame : &UNKNOWN);
    dog_json_close(json, '}');
}

void dog_json_frames_put_frame(struct dog_json *json, const struct dog_frame *frame,
                               bool with_source)
{
    dog_json_open(json, '{');
    put_place(json, frame);
    dog_json_put_str(json, "source", with_source ? frame->source : DOG_STR_NONE);
    dog_json_put_bool(json, "app", frame->app);
    dog_json_put_null(json, "arguments");
    dog_json_put_null(json, "locals");
    dog_json_close(json, '}');
}

void dog_json_frames_put_stack(struct dog_json *json, const struct dog_report *report,
                               const struct dog_json_plan *plan)
{
    const struct dog_stack *stack = report->stack;
    dog_json_open(json, '{');
    dog_json_put_str(
        json, "of",
        dog_str_of(report->stack_of == DOG_STACK_OF_THREAD ? "thread" : "event-loop thread"));
    dog_json_put_bool(json, "complete", stack != NULL && stack->complete);
    dog_json_put_bool(json, "torn", stack != NULL && stack->torn);
    dog_json_put_known(json, "omitted_frames", stack != NULL,
                       stack != NULL ? stack->omitted + plan->skip : 0);
    dog_json_key(json, "frames");
    dog_json_open(json, '[');
    for (size_t i = plan->skip; stack != NULL && i < stack->count; i++) {
        dog_json_frames_put_frame(json, &stack->frames[i], plan->sources);
    }
    dog_json_close(json, ']');
    dog_json_close(json, '}');
}

uint64_t dog_json_frames_count_lost_sources(const struct dog_report *report,
                                            const struct dog_json_plan *plan)
{
    uint64_t lost = 0;
    for (size_t i = plan->skip; !plan->sources && report->stack != NULL && i < report->stack->count;
         i++) {
        lost += report->stack->frames[i].source.at != NULL;
    }
    return lost;
}
