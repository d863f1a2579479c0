/* Introduces the floors to each other: a watch that is due becomes a report. Context: Watchdog.
 *
 * For one report: the deadline that is the request's own, the stack, what the request says of
 * itself, source lines, rendering, files, stderr, a letter for Python. Between the stages the
 * generation of the watch is compared; if the request is over, what was read is thrown away. From
 * the deadline until the files are whole nothing allocates but from the arena, and no lock is held.
 */
#ifndef DOG_ENGINE_ENGINE_H
#define DOG_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/source.h"
#include "cpython/layout.h"
#include "engine/counters.h"
#include "engine/followed.h"
#include "engine/settings.h"
#include "os/memory.h"
#include "os/procfacts.h"
#include "report/budget.h"
#include "report/folder.h"
#include "report/source_lines.h"
#include "snapshot/code.h"
#include "snapshot/frames.h"

/* A stack of the most frames that are kept, with names and source lines, takes half of this. */
#define DOG_ENGINE_ARENA_SIZE (2u * 1024 * 1024)
/* The most that one event may be as text, and as JSON. Frames are left out beyond it. */
#define DOG_ENGINE_EVENT_SIZE (384u * 1024)
/* Names and line tables of the code that is seen on stacks: some thousand functions. */
#define DOG_ENGINE_CODE_POOL_SIZE (512u * 1024)

/* A site has one folder; tests change it. */
#define DOG_ENGINE_FOLDERS 4

struct dog_engine_folder {
    uint64_t serial; /* of the settings that it was made from; 0: unused */
    struct dog_folder folder;
};

/* One a watchdog thread (an abandoned one keeps its own), in a zone. Pages that no report needs are
 * never touched. */
struct dog_engine {
    const struct dog_layout *layout;
    const struct dog_settings *settings;
    int32_t native_id; /* of the watchdog thread itself */
    struct dog_memory memory;
    struct dog_source source;
    struct dog_arena arena;
    struct dog_budget budget;
    /* Where reports went, the newest first: those that are still followed stay where they began. */
    struct dog_engine_folder folders[DOG_ENGINE_FOLDERS];
    uint64_t budget_serial; /* of the settings that it was made from; 0: none */
    struct dog_followed_table followed;
    dog_mono last_error; /* when the last line about trouble was sent, and which */
    enum dog_err last_error_kind;
    char hostname[DOG_PROCFACTS_HOSTNAME_SIZE];
    char thread_name[DOG_PROCFACTS_THREAD_NAME_SIZE];
    struct dog_frames_scratch frames;
    struct dog_code_cache code;
    struct dog_source_lines lines;
    char text[DOG_ENGINE_EVENT_SIZE];
    char json[DOG_ENGINE_EVENT_SIZE];
    char code_pool[DOG_ENGINE_CODE_POOL_SIZE];
    unsigned char storage[DOG_ENGINE_ARENA_SIZE];
};

/* Once in a process, before the first watch. `layout` was checked and lives for ever. `letter`: as
 * dog_outbox_setup() takes it. */
DOG_MUST_USE enum dog_err dog_engine_setup(const struct dog_layout *layout, void (*letter)(void));

/* While paused no report begins; those under way go on. Any thread. */
void dog_engine_set_paused(bool paused);
bool dog_engine_is_paused(void);

/* How memory is read, for stats(); "none" before the watchdog has run. */
const char *dog_engine_memory_method(void);

/* A thread that was abandoned must not write any more when it comes back: another has taken over.
 * Context: Watchdog. */
bool dog_engine_is_abandoned(const struct dog_engine *engine);

#endif
