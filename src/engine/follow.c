#include "engine/follow.h"

#include <string.h>

#include "engine/describe.h"
#include "engine/write.h"
#include "os/clock.h"

/* A followed request whose end was missed by a hair (see dog_disarm) is noticed this much later. */
#define FOLLOW_PERIOD_NS (1 * DOG_NS_PER_S)
/* 2^63 of anything is longer than anything runs. */
#define MAX_DOUBLINGS 63u

dog_mono dog_follow_next(const struct dog_followed *followed, dog_mono now)
{
    int64_t age = followed->deadline_ns;
    for (unsigned i = 0; i < MAX_DOUBLINGS && age <= now.ns - followed->started_ns; i++) {
        if (__builtin_mul_overflow(age, 2, &age)) {
            return DOG_MONO_NEVER;
        }
    }
    return dog_mono_add((dog_mono){followed->started_ns}, age);
}

static void peek(struct dog_engine *engine, struct dog_followed *followed)
{
    dog_arena_release(&engine->arena, 0);
    struct dog_look look;
    if (dog_look_at_stack(engine, followed->ref, &look) != DOG_OK ||
        dog_engine_is_abandoned(engine)) {
        return; /* it has just ended: its end comes next */
    }
    struct dog_report facts;
    dog_describe_look(engine, followed, &look, &facts);
    struct dog_stack_print print = {0, 0};
    if (look.has_stack) {
        print = dog_followed_print(&look.stack);
    }
    /* What tore cannot be said to have stood still: only its outer frames are known. */
    bool is_known = look.has_stack && !look.stack.torn;
    facts.unchanged = is_known && print.exact == followed->stack_print.exact;
    facts.same_lines = is_known && print.lines == followed->stack_print.lines;
    if (look.has_stack) {
        dog_source_lines_fill(&engine->lines, &look.stack, &engine->arena);
    }
    followed->moved |= !facts.unchanged;
    followed->stack_print = print;
    followed->peeks++;
    struct dog_request request = {.method = DOG_STR_NONE};
    struct dog_process process;
    dog_describe_process(engine, followed, &look, &process);
    facts.request = &request;
    facts.process = &process;
    dog_write_peek(engine, &facts, followed);
    followed->next_peek = dog_follow_next(followed, dog_clock_mono());
}

static void finish(struct dog_engine *engine, struct dog_followed *followed, bool has_epilogue)
{
    if (!followed->written) {
        return;
    }
    const struct dog_watch *watch = followed->ref.watch;
    struct dog_finish facts = {
        .id = dog_str_of(followed->id.at),
        .at = dog_clock_wall(),
        .duration_ns = dog_clock_mono().ns - followed->started_ns,
        .exception = DOG_STR_NONE,
        .peeks = followed->peeks,
        .moved = followed->moved,
    };
    if (has_epilogue) {
        facts.duration_ns = watch->ended_ns - followed->started_ns;
        facts.status = watch->status;
        if (watch->exception_state == followed->ref.state) {
            facts.exception =
                (struct dog_str){watch->exception, strnlen(watch->exception, DOG_EXCEPTION_MAX)};
        }
    }
    dog_write_finished(engine, &facts, followed);
}

/* Returns when this one wants to be looked at next. */
static dog_mono follow(struct dog_engine *engine, struct dog_followed *followed, dog_mono now)
{
    struct dog_watch_ref ref = followed->ref;
    uint64_t state = atomic_load_explicit(&ref.watch->state, memory_order_acquire);
    if (state == ref.state) {
        if (followed->written && !dog_mono_before(now, followed->next_peek)) {
            peek(engine, followed);
        }
        return followed->next_peek;
    }
    bool has_epilogue = state == ((ref.state & ~(uint64_t)3) | DOG_PHASE_ENDED);
    finish(engine, followed, has_epilogue);
    if (has_epilogue) {
        dog_slots_recycle((struct dog_watch_ref){ref.watch, state});
    }
    dog_followed_remove(&engine->followed, followed);
    return DOG_MONO_NEVER;
}

dog_mono dog_follow_all(struct dog_engine *engine, dog_mono now)
{
    dog_mono next = DOG_MONO_NEVER;
    for (size_t i = 0; i < DOG_FOLLOWED_MAX && engine->followed.count > 0; i++) {
        if (dog_engine_is_abandoned(engine)) {
            return DOG_MONO_NEVER;
        }
        if (engine->followed.entries[i].ref.watch != NULL) {
            next = dog_mono_min(next, follow(engine, &engine->followed.entries[i], now));
        }
    }
    return engine->followed.count > 0 ? dog_mono_min(next, dog_mono_add(now, FOLLOW_PERIOD_NS))
                                      : next;
}
