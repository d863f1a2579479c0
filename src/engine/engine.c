#include "engine/engine.h"

#include "engine/follow.h"
#include "engine/intercept.h"
#include "engine/look.h"
#include "engine/outbox.h"
#include "os/clock.h"
#include "os/spare.h"
#include "os/thread.h"
#include "os/zone.h"
#include "watch/arm.h"
#include "watch/watchdog.h"

/* A request that is not resolved is looked at again when it is a quarter older: a view with a
 * deadline of its own is late by no more than that part of it, and many that hang cost little. */
#define UNRESOLVED_PART 4

/* A request whose attributes move while they are read is read again so often, and no longer. */
#define UNSURE_PERIOD_NS (2 * DOG_NS_PER_MS)
#define UNSURE_FOR_NS    (100 * DOG_NS_PER_MS)

static const struct dog_layout *checked_layout;
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

bool dog_engine_is_abandoned(const struct dog_engine *engine)
{
    return dog_watchdog_facts().native_id != engine->native_id;
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

static dog_mono fire(void *self, struct dog_watch_ref ref, dog_mono now)
{
    struct dog_engine *engine = self;
    engine->settings = dog_settings_hold();
    dog_arena_release(&engine->arena, 0);
    struct dog_look_deadline deadline;
    if (engine->settings == NULL || dog_look_at_deadline(engine, ref, now, &deadline) != DOG_OK) {
        return DOG_MONO_NEVER;
    }
    int64_t age = now.ns - dog_watch_facts(ref).started_ns;
    if (deadline.unsure && age < dog_arm_smallest() + UNSURE_FOR_NS) {
        return dog_mono_add(now, UNSURE_PERIOD_NS);
    }
    if (deadline.ns == DOG_DEADLINE_NEVER) {
        return DOG_MONO_NEVER;
    }
    dog_mono due = {dog_watch_facts(ref).started_ns + deadline.ns};
    if (dog_mono_before(now, due)) {
        if (deadline.settled) {
            return due;
        }
        /* It may still turn out to be a view with a deadline of its own. */
        int64_t wait = age / UNRESOLVED_PART;
        int64_t smallest = dog_arm_smallest();
        return dog_mono_min(due, dog_mono_add(now, wait > smallest ? wait : smallest));
    }
    if (dog_engine_is_paused()) {
        dog_count(&dog_counters()->paused);
        return DOG_MONO_NEVER;
    }
    dog_intercept(engine, ref, deadline.ns, now);
    return DOG_MONO_NEVER;
}

static dog_mono tick(void *self, dog_mono now)
{
    struct dog_engine *engine = self;
    engine->settings = dog_settings_hold();
    if (engine->settings == NULL) {
        return DOG_MONO_NEVER;
    }
    dog_mono next = dog_follow_all(engine, now);
    if (dog_engine_is_abandoned(engine)) {
        return DOG_MONO_NEVER;
    }
    atomic_store_explicit(&memory_method, engine->memory.method, memory_order_relaxed);
    atomic_store_explicit(&dog_counters()->arena_peak_bytes, engine->arena.peak,
                          memory_order_relaxed);
    dog_spare_keep();
    dog_outbox_announce();
    return next;
}

enum dog_err dog_engine_setup(const struct dog_layout *layout, void (*letter)(void))
{
    static const struct dog_watchdog_work work = {.begin = begin, .fire = fire, .tick = tick};
    checked_layout = layout;
    enum dog_err err = dog_counters_setup();
    if (err == DOG_OK) {
        err = dog_outbox_setup(letter);
    }
    return err == DOG_OK ? dog_watchdog_setup(&work) : err;
}
