/* Requests that have a report and are still under way: what comes next in it. Context: Watchdog.
 *
 * A fixed table. When it is full a report is written all the same, but not followed, and counted.
 */
#ifndef DOG_ENGINE_FOLLOWED_H
#define DOG_ENGINE_FOLLOWED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "report/folder.h"
#include "report/name.h"
#include "snapshot/stack.h"
#include "watch/slots.h"

/* Requests that hang at once in one process: more than a server has threads. 300 bytes each. */
#define DOG_FOLLOWED_MAX 512u

/* Two numbers that tell stacks apart: by their frames and lines, and by their instructions, too. */
struct dog_stack_print {
    uint64_t lines;
    uint64_t exact;
};

struct dog_followed {
    struct dog_watch_ref ref; /* watch NULL: a free entry */
    bool written;             /* the first event is out; until then there is nothing to append to */
    uint64_t folder;          /* the serial of the folder that it is in; 0: it is in no files */
    struct dog_id id;
    struct dog_published published;
    int32_t native_id;
    enum dog_watch_kind kind;
    dog_wall started_at;
    int64_t started_ns;
    int64_t deadline_ns; /* its own, from its start */
    dog_mono next_peek;
    uint64_t peeks;
    struct dog_stack_print stack_print; /* of the last look */
    bool moved;
};

struct dog_followed_table {
    struct dog_followed entries[DOG_FOLLOWED_MAX];
    size_t count;
};

/* A new entry, zeroed but for `ref`; NULL: the table is full. */
struct dog_followed *dog_followed_add(struct dog_followed_table *table, struct dog_watch_ref ref);
void dog_followed_remove(struct dog_followed_table *table, struct dog_followed *followed);

struct dog_stack_print dog_followed_print(const struct dog_stack *stack);

#endif
