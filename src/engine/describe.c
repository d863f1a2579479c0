#include "engine/describe.h"

#include "os/clock.h"
#include "os/procfacts.h"
#include "render/value.h"

void dog_describe_process(struct dog_engine *engine, const struct dog_followed *followed,
                          const struct dog_look *look, struct dog_process *ret_process)
{
    int32_t native_id = followed->native_id;
    *ret_process = (struct dog_process){
        .hostname = dog_procfacts_hostname(engine->hostname),
        .pid = dog_procfacts_pid(),
        .ppid = dog_procfacts_ppid(),
        .thread_id = look->thread_id,
        .native_thread_id = native_id,
        .thread_name = dog_procfacts_thread_name(native_id, engine->thread_name),
        .python = engine->settings->python,
        .release = DOG_STR_NONE,
    };
}

/* Why there is no stack, for the reader: "stack: unreadable memory". */
static struct dog_str explain(struct dog_engine *engine, enum dog_err err)
{
    enum {
        ROOM = 64
    };
    char *storage = dog_arena_alloc(&engine->arena, ROOM);
    struct dog_text text;
    dog_text_init(&text, storage, storage != NULL ? ROOM : 0);
    dog_text_put(&text, "stack: ");
    dog_text_put(&text, dog_err_name(err));
    return dog_text_str(&text);
}

/* What the text shows its one place relative to: the project's innermost frame, or the innermost.
 */
static struct dog_str base_of(const struct dog_origin *origin, const struct dog_report *report)
{
    const struct dog_stack *stack = report->stack;
    const struct dog_frame *where = dog_value_where(report);
    if (where == NULL && stack != NULL && stack->count > 0) {
        where = &stack->frames[stack->count - 1];
    }
    return where != NULL ? dog_origin_base_of(origin, where->file) : DOG_STR_NONE;
}

void dog_describe_look(struct dog_engine *engine, const struct dog_followed *followed,
                       const struct dog_look *look, struct dog_report *ret_report)
{
    bool own = followed->kind == DOG_WATCH_THREAD &&
               (!look->has_stack || look->stack.anchored || !look->stack.complete);
    *ret_report = (struct dog_report){
        .id = dog_str_of(followed->id.at),
        .at = dog_clock_wall(),
        .started_at = followed->started_at,
        .elapsed_ns = dog_clock_mono().ns - followed->started_ns,
        .stack_of = own ? DOG_STACK_OF_THREAD : DOG_STACK_OF_LOOP_THREAD,
        .stack = look->has_stack ? &look->stack : NULL,
        .stack_error = look->has_stack ? DOG_STR_NONE : explain(engine, look->stack_err),
    };
    ret_report->base_dir = base_of(&engine->settings->origin, ret_report);
    if (look->has_stack && look->stack.torn) {
        dog_count(&dog_counters()->torn);
    }
    if (!look->has_stack) {
        dog_count(&dog_counters()->unreadable);
    }
}
