#include "engine/engine.h"

#include <string.h>

#include "engine/debugger.h"
#include "engine/look.h"
#include "engine/outbox.h"
#include "engine/write.h"
#include "os/clock.h"
#include "os/spare.h"
#include "os/thread.h"
#include "os/zone.h"
#include "watch/arm.h"
#include "watch/watchdog.h"

/* A request that is not resolved is looked at again when it is a quarter older: a view with a
 * deadline of its own is late by no more than that part of it, and many that hang cost little. */
#define UNRESOLVED_PART 4
/* A followed request whose end was missed by a hair (see dog_disarm) is noticed this much later. */
#define FOLLOW_PERIOD_NS (1 * DOG_NS_PER_S)
/* 2^63 of anything is longer than anything runs. */
#define MAX_DOUBLINGS 63u

static const struct dog_layout *checked_layout;
static const struct dog_engine_hooks *hooks;
static _Atomic bool paused;
static _Atomic int memory_method = DOG_MEMORY_NONE;

void dog_engine_set_paused(bool its_paused)
{
    atomic_store_explicit(&paused, its_paused, memory_order_relaxed);
}

bool dog_engine_is_paused(void)
{
    return atomic_load_explicit(&paused, memory_order_relaxed);
}

const char *dog_engine_memory_method(void)
{
    return dog_memory_method_name(
        (enum dog_memory_method)atomic_load_explicit(&memory_method, memory_order_relaxed));
}

void dog_engine_letter(void)
{
    hooks->letter();
}

static void *begin(void *self)
{
    struct dog_engine *engine = self;
    if (engine == NULL) {
        void *memory;
        if (dog_zone_map(sizeof *engine, &memory) != DOG_OK) {
            return NULL;
        }
        engine = memory;
        engine->layout = checked_layout;
        dog_arena_init(&engine->arena, engine->storage, sizeof engine->storage);
        dog_code_cache_init(&engine->code, engine->code_pool, sizeof engine->code_pool);
    } else {
        dog_memory_done(&engine->memory); /* it belonged to the thread that ended */
    }
    engine->native_id = dog_thread_native_id();
    dog_memory_init(&engine->memory);
    engine->source = dog_memory_source(&engine->memory);
    engine->frames.thread_cpu_ns = dog_clock_cpu_of;
    dog_spare_keep();
    return engine;
}

/* A thread that was abandoned must not write any more when it comes back: another has taken over.
 */
static bool is_abandoned(const struct dog_engine *engine)
{
    return dog_watchdog_facts().native_id != engine->native_id;
}

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

static void describe_process(struct dog_engine *engine, int32_t native_id,
                             const struct dog_look *look, struct dog_process *ret_process)
{
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

/* All of a report but its request and process. */
static void describe_look(struct dog_engine *engine, const struct dog_followed *followed,
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
        .base_dir = engine->settings->origin.base_dir,
    };
    if (look->has_stack && look->stack.torn) {
        dog_count(&dog_counters()->torn);
    }
    if (!look->has_stack) {
        dog_count(&dog_counters()->unreadable);
    }
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
        return err;
    }
    if (look.has_stack) {
        dog_source_lines_fill(&engine->lines, &look.stack, &engine->arena);
        followed->stack_print = dog_followed_print(&look.stack);
    }
    struct dog_process process;
    describe_process(engine, followed->native_id, &look, &process);
    struct dog_report facts;
    describe_look(engine, followed, &look, &facts);
    facts.request = &request;
    facts.process = &process;
    facts.suppressed = engine->budget.suppressed;
    if (is_abandoned(engine)) {
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

/* The next of 2, 4, 8 ... times the deadline that is still to come. */
static dog_mono next_doubling(const struct dog_followed *followed, dog_mono now)
{
    int64_t age = followed->deadline_ns;
    for (unsigned i = 0; i < MAX_DOUBLINGS && age <= now.ns - followed->started_ns; i++) {
        if (__builtin_mul_overflow(age, 2, &age)) {
            return DOG_MONO_NEVER;
        }
    }
    return dog_mono_add((dog_mono){followed->started_ns}, age);
}

static void intercept(struct dog_engine *engine, struct dog_watch_ref ref, int64_t deadline_ns,
                      dog_mono now)
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
            followed->next_peek = next_doubling(followed, dog_clock_mono());
        }
    } else {
        dog_budget_give_back(&engine->budget);
    }
}

static dog_mono fire(void *self, struct dog_watch_ref ref, dog_mono now)
{
    struct dog_engine *engine = self;
    engine->settings = dog_settings_hold();
    dog_arena_release(&engine->arena, 0);
    int64_t deadline_ns;
    bool settled;
    if (engine->settings == NULL ||
        dog_look_at_deadline(engine, ref, now, &deadline_ns, &settled) != DOG_OK ||
        deadline_ns == DOG_DEADLINE_NEVER) {
        return DOG_MONO_NEVER;
    }
    dog_mono due = {dog_watch_facts(ref).started_ns + deadline_ns};
    if (dog_mono_before(now, due)) {
        if (settled) {
            return due;
        }
        /* It may still turn out to be a view with a deadline of its own. */
        int64_t wait = (now.ns - dog_watch_facts(ref).started_ns) / UNRESOLVED_PART;
        int64_t smallest = dog_arm_smallest();
        return dog_mono_min(due, dog_mono_add(now, wait > smallest ? wait : smallest));
    }
    if (dog_engine_is_paused()) {
        dog_count(&dog_counters()->paused);
        return DOG_MONO_NEVER;
    }
    if (may_report(engine, now)) {
        intercept(engine, ref, deadline_ns, now);
    }
    return DOG_MONO_NEVER;
}

static void peek(struct dog_engine *engine, struct dog_followed *followed)
{
    dog_arena_release(&engine->arena, 0);
    struct dog_look look;
    if (dog_look_at_stack(engine, followed->ref, &look) != DOG_OK || is_abandoned(engine)) {
        return; /* it has just ended: its end comes next */
    }
    struct dog_report facts;
    describe_look(engine, followed, &look, &facts);
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
    describe_process(engine, followed->native_id, &look, &process);
    facts.request = &request;
    facts.process = &process;
    dog_write_peek(engine, &facts, followed);
    followed->next_peek = next_doubling(followed, dog_clock_mono());
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

static dog_mono tick(void *self, dog_mono now)
{
    struct dog_engine *engine = self;
    engine->settings = dog_settings_hold();
    dog_mono next = DOG_MONO_NEVER;
    if (engine->settings == NULL) {
        return DOG_MONO_NEVER;
    }
    for (size_t i = 0; i < DOG_FOLLOWED_MAX && engine->followed.count > 0; i++) {
        if (is_abandoned(engine)) {
            return DOG_MONO_NEVER;
        }
        if (engine->followed.entries[i].ref.watch != NULL) {
            next = dog_mono_min(next, follow(engine, &engine->followed.entries[i], now));
        }
    }
    if (engine->followed.count > 0) {
        next = dog_mono_min(next, dog_mono_add(now, FOLLOW_PERIOD_NS));
    }
    atomic_store_explicit(&memory_method, engine->memory.method, memory_order_relaxed);
    atomic_store_explicit(&dog_counters()->arena_peak_bytes, engine->arena.peak,
                          memory_order_relaxed);
    dog_spare_keep();
    if (!dog_outbox_is_empty()) {
        dog_engine_letter();
    }
    return next;
}

enum dog_err dog_engine_setup(const struct dog_layout *layout,
                              const struct dog_engine_hooks *its_hooks)
{
    static const struct dog_watchdog_work work = {.begin = begin, .fire = fire, .tick = tick};
    checked_layout = layout;
    hooks = its_hooks;
    enum dog_err err = dog_counters_setup();
    if (err == DOG_OK) {
        err = dog_outbox_setup();
    }
    return err == DOG_OK ? dog_watchdog_setup(&work) : err;
}
