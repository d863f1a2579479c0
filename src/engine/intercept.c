#include "engine/intercept.h"

#include "engine/debugger.h"
#include "engine/describe.h"
#include "engine/follow.h"
#include "engine/write.h"
#include "os/clock.h"

static bool may_report(struct dog_engine *engine, dog_mono now)
{
    if (engine->budget_serial != engine->settings->serial) {
        uint64_t ever = engine->budget.suppressed_ever, unsaid = engine->budget.suppressed;
        dog_budget_init(&engine->budget, engine->settings->max_reports);
        engine->budget.suppressed_ever = ever;
        engine->budget.suppressed = unsaid;
        engine->budget_serial = engine->settings->serial;
    }
    if (!dog_budget_take(&engine->budget, now)) {
        dog_count(&dog_counters()->suppressed);
        return false;
    }
    return true;
}

static void note_lateness(dog_mono due)
{
    uint64_t lateness = (uint64_t)(dog_clock_mono().ns - due.ns);
    struct dog_counters *counters = dog_counters();
    atomic_store_explicit(&counters->last_lateness_ns, lateness, memory_order_relaxed);
    if (lateness > atomic_load_explicit(&counters->max_lateness_ns, memory_order_relaxed)) {
        atomic_store_explicit(&counters->max_lateness_ns, lateness, memory_order_relaxed);
    }
}

/* The whole report. DOG_ERR_MOVED: the request was over before it was read; nothing is written. */
static enum dog_err report(struct dog_engine *engine, struct dog_followed *followed)
{
    struct dog_watch_ref ref = followed->ref;
    struct dog_look look;
    enum dog_err err = dog_look_at_stack(engine, ref, &look);
    if (err != DOG_OK) {
        dog_count(&dog_counters()->ended_while_read);
        return err;
    }
    if (look.has_stack && !engine->settings->forced && dog_debugger_has_prompt(&look.stack)) {
        dog_count(&dog_counters()->debugger);
        return DOG_ERR_ABSENT;
    }
    struct dog_request request;
    err = dog_look_at_request(engine, ref, &request);
    if (err != DOG_OK) {
        dog_count(&dog_counters()->ended_while_read);
        return err;
    }
    err = dog_name_new_id(&followed->id);
    if (err != DOG_OK) {
        dog_count(&dog_counters()->write_errors);
        return err;
    }
    if (look.has_stack) {
        dog_source_lines_fill(&engine->lines, &look.stack, &engine->arena);
        followed->stack_print = dog_followed_print(&look.stack);
    }
    struct dog_process process;
    dog_describe_process(engine, followed, &look, &process);
    struct dog_report facts;
    dog_describe_look(engine, followed, &look, &facts);
    facts.request = &request;
    facts.process = &process;
    facts.suppressed = engine->budget.suppressed;
    if (dog_engine_is_abandoned(engine)) {
        return DOG_ERR_TIMEOUT;
    }
    if (dog_write_intercepted(engine, &facts, followed)) {
        dog_budget_said(&engine->budget, facts.suppressed);
    }
    return DOG_OK;
}

static void begin_following(struct dog_followed *followed, struct dog_watch_ref ref,
                            int64_t deadline_ns, dog_mono now)
{
    struct dog_watch_facts watch = dog_watch_facts(ref);
    followed->native_id = watch.native_id;
    followed->kind = watch.kind;
    followed->started_ns = watch.started_ns;
    followed->started_at = (dog_wall){dog_clock_wall().ns - (now.ns - watch.started_ns)};
    followed->deadline_ns = deadline_ns;
}

/* From now on the owner leaves an epilogue when the request ends. */
static void claim(struct dog_watch_ref ref)
{
    atomic_store_explicit(&ref.watch->claimed, ref.state, memory_order_seq_cst);
}

static void report_and_follow(struct dog_engine *engine, struct dog_watch_ref ref,
                              int64_t deadline_ns, dog_mono now)
{
    struct dog_followed unfollowed = {.ref = ref};
    struct dog_followed *followed = dog_followed_add(&engine->followed, ref);
    if (followed != NULL) {
        claim(ref);
    } else {
        dog_count(&dog_counters()->unfollowed);
        followed = &unfollowed;
    }
    begin_following(followed, ref, deadline_ns, now);
    if (report(engine, followed) == DOG_OK) {
        note_lateness((dog_mono){followed->started_ns + deadline_ns});
        if (engine->settings->repeat) {
            followed->next_peek = dog_follow_next(followed, dog_clock_mono());
        }
    } else {
        dog_budget_give_back(&engine->budget);
    }
}

void dog_intercept(struct dog_engine *engine, struct dog_watch_ref ref, int64_t deadline_ns,
                   dog_mono now)
{
    if (may_report(engine, now)) {
        report_and_follow(engine, ref, deadline_ns, now);
    }
}
