/* What the site has configured, as the watchdog needs it: plain data that never changes once it is
 * published. Context: see each.
 *
 * New settings are a new block; the watchdog says which one it holds (a hazard pointer), and blocks
 * that nobody holds are freed by the next publication. */
#ifndef DOG_ENGINE_SETTINGS_H
#define DOG_ENGINE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "request/django.h"
#include "snapshot/origin.h"

#define DOG_DEADLINE_NEVER INT64_MAX

/* One of DOGSLOW_TIMERS: a URL name and its deadline. */
struct dog_timer_rule {
    struct dog_str name;
    int64_t ns; /* or DOG_DEADLINE_NEVER */
};

struct dog_settings {
    uint64_t serial; /* given by dog_settings_publish; never 0, never used twice */
    int64_t timer_ns;
    const struct dog_timer_rule *timers;
    size_t timer_count;
    const struct dog_str *ignored; /* URL names */
    size_t ignored_count;
    struct dog_str output; /* absolute path of the folder; none: no files */
    bool stderr_line;
    bool repeat;
    bool forced;  /* DOGSLOW_FORCE: also at a debugger's prompt */
    bool deliver; /* reports go to Python; the engine's own troubles do so in any case */
    uint64_t max_reports;
    struct dog_str python; /* "3.11.7" */
    struct dog_origin origin;
    struct dog_django_rules django;
    struct dog_settings *next_retired;
};

/* Takes over `settings`, made by malloc as one block with all that it points to. NeedsGil. */
void dog_settings_publish(struct dog_settings *settings);

/* The newest; it stays whole until the next call. NULL before the first publication. Watchdog. */
const struct dog_settings *dog_settings_hold(void);

/* The smallest deadline that any request can have: of the default and of the timers. Pure. */
int64_t dog_settings_smallest(const struct dog_settings *settings);

/* The deadline of a request that was resolved to `view`: DOGSLOW_IGNORE_URLS, then DOGSLOW_TIMERS
 * by view_name, then by the bare url_name, then the decorators, then DOGSLOW_TIMER. Pure. */
int64_t dog_settings_deadline(const struct dog_settings *settings,
                              const struct dog_django_view *view);

#endif
