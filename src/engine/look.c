#include "engine/look.h"

#include "request/django.h"

/* The watch's thread is the one that its thread state says. A state that was freed and used anew by
 * another thread says another. */
static bool is_thread_of(struct dog_engine *engine, struct dog_watch_facts watch)
{
    uint64_t native_id;
    enum dog_err err = dog_source_read(
        engine->source, dog_addr_add(watch.tstate, engine->layout->tstate_native_thread_id),
        &native_id, sizeof native_id);
    return err == DOG_OK && native_id == (uint64_t)watch.native_id;
}

static enum dog_err read_stack(struct dog_engine *engine, struct dog_watch_facts watch,
                               struct dog_stack *stack)
{
    if (!is_thread_of(engine, watch)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_frames_capture(engine->source, engine->layout, &engine->frames,
                                          &engine->arena, watch.tstate, watch.anchor, stack);
    if (err != DOG_OK) {
        return err;
    }
    dog_code_resolve(&engine->code, engine->source, engine->layout, &engine->arena, stack);
    for (size_t i = 0; i < stack->count; i++) {
        stack->frames[i].app = dog_origin_is_app(&engine->settings->origin, stack->frames[i].file);
    }
    return DOG_OK;
}

enum dog_err dog_look_at_stack(struct dog_engine *engine, struct dog_watch_ref ref,
                               struct dog_look *ret_look)
{
    struct dog_look look = {.stack_err = DOG_OK};
    struct dog_watch_facts watch = dog_watch_facts(ref);
    look.stack_err = read_stack(engine, watch, &look.stack);
    look.has_stack = look.stack_err == DOG_OK;
    uint64_t thread_id;
    if (dog_source_read(engine->source,
                        dog_addr_add(watch.tstate, engine->layout->tstate_thread_id), &thread_id,
                        sizeof thread_id) == DOG_OK) {
        look.thread_id = thread_id;
    }
    if (!dog_watch_is_current(ref)) {
        return DOG_ERR_MOVED;
    }
    *ret_look = look;
    return DOG_OK;
}

enum dog_err dog_look_at_request(struct dog_engine *engine, struct dog_watch_ref ref,
                                 struct dog_request *ret_request)
{
    *ret_request = (struct dog_request){.kwargs_known = false};
    /* What is no request of Django's has a report all the same, with what is known of it: nothing.
     */
    enum dog_err err =
        dog_django_read(engine->source, engine->layout, &engine->arena, &engine->settings->django,
                        dog_watch_facts(ref).request, ret_request);
    (void)err;
    return dog_watch_is_current(ref) ? DOG_OK : DOG_ERR_MOVED;
}

enum dog_err dog_look_at_deadline(struct dog_engine *engine, struct dog_watch_ref ref, dog_mono now,
                                  struct dog_look_deadline *ret_deadline)
{
    /* The request's attributes may be moved while they are read, and then it looks unresolved, or
     * like another view. What ends a watch, or is kept for long, is decided by readings that agree.
     * An unresolved request that is not due is looked at again anyway. */
    enum {
        ALIKE = 2,
        ALIKE_UNSETTLED = 4,
        TRIES = 12
    };
    struct dog_watch_facts watch = dog_watch_facts(ref);
    int64_t elapsed = now.ns - watch.started_ns;
    struct dog_look_deadline deadline = {.ns = 0};
    int alike = 0;
    for (int i = 0; i < TRIES && alike < (deadline.settled ? ALIKE : ALIKE_UNSETTLED); i++) {
        size_t mark = dog_arena_mark(&engine->arena);
        struct dog_django_view view = {.resolved = false};
        enum dog_err err = dog_django_deadline(engine->source, engine->layout, &engine->arena,
                                               watch.request, &view);
        (void)err; /* not to be read: the default deadline */
        int64_t ns = dog_settings_deadline(engine->settings, &view);
        bool is_alike = alike > 0 && ns == deadline.ns && view.resolved == deadline.settled;
        alike = is_alike ? alike + 1 : 1;
        deadline =
            (struct dog_look_deadline){.ns = ns, .settled = view.resolved, .unsure = view.unsure};
        dog_arena_release(&engine->arena, mark);
        if (!deadline.settled && deadline.ns > elapsed && i == 0) {
            break;
        }
    }
    if (!dog_watch_is_current(ref)) {
        return DOG_ERR_MOVED;
    }
    *ret_deadline = deadline;
    return DOG_OK;
}
