#include "engine/settings.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "watch/watchdog.h"

/* Some 30 years: as long as a deadline can be (ext/configure.c). */
#define MAX_TIMER_S 1e9
/* Less rounds to no time at all. */
#define MIN_TIMER_S 1e-9

static struct dog_settings *_Atomic current;
static struct dog_settings *_Atomic held; /* by the watchdog */
static struct dog_settings *retired;      /* under the GIL */
static uint64_t published;                /* under the GIL */

void dog_settings_publish(struct dog_settings *settings)
{
    settings->serial = ++published;
    struct dog_settings *before = atomic_exchange(&current, settings);
    if (before != NULL) {
        before->next_retired = retired;
        retired = before;
    }
    /* Sequentially consistent with dog_settings_hold: either it sees the new block, or we see which
     * old one it holds. */
    struct dog_settings *kept = atomic_load(&held);
    struct dog_settings **link = &retired;
    /* A watchdog thread that hung, and was replaced, may still hold one that nobody can name. */
    while (*link != NULL && dog_watchdog_facts().abandoned == 0) {
        struct dog_settings *block = *link;
        if (block == kept) {
            link = &block->next_retired;
        } else {
            *link = block->next_retired;
            free(block);
        }
    }
}

const struct dog_settings *dog_settings_hold(void)
{
    struct dog_settings *settings = atomic_load(&current);
    for (;;) {
        atomic_store(&held, settings);
        struct dog_settings *again = atomic_load(&current);
        if (again == settings) {
            return settings;
        }
        settings = again;
    }
}

int64_t dog_settings_smallest(const struct dog_settings *settings)
{
    int64_t smallest = settings->timer_ns;
    for (size_t i = 0; i < settings->timer_count; i++) {
        if (settings->timers[i].ns < smallest) {
            smallest = settings->timers[i].ns;
        }
    }
    return smallest;
}

static bool is_ignored(const struct dog_settings *settings, struct dog_str name)
{
    for (size_t i = 0; name.at != NULL && i < settings->ignored_count; i++) {
        if (dog_str_eq(settings->ignored[i], name)) {
            return true;
        }
    }
    return false;
}

static const struct dog_timer_rule *find_timer(const struct dog_settings *settings,
                                               struct dog_str name)
{
    for (size_t i = 0; name.at != NULL && i < settings->timer_count; i++) {
        if (dog_str_eq(settings->timers[i].name, name)) {
            return &settings->timers[i];
        }
    }
    return NULL;
}

int64_t dog_settings_deadline(const struct dog_settings *settings,
                              const struct dog_django_view *view)
{
    if (!view->resolved) {
        return settings->timer_ns;
    }
    if (is_ignored(settings, view->view_name) || is_ignored(settings, view->url_name)) {
        return DOG_DEADLINE_NEVER;
    }
    const struct dog_timer_rule *rule = find_timer(settings, view->view_name);
    if (rule == NULL) {
        rule = find_timer(settings, view->url_name);
    }
    if (rule != NULL) {
        return rule->ns;
    }
    if (view->ignore) {
        return DOG_DEADLINE_NEVER;
    }
    /* The decorator has checked it; a stray attribute of the same name may be anything. */
    bool usable = view->has_timer && view->timer_s >= MIN_TIMER_S && view->timer_s <= MAX_TIMER_S;
    return usable ? (int64_t)(view->timer_s * (double)DOG_NS_PER_S) : settings->timer_ns;
}
