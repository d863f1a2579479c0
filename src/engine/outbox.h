/* What waits to be delivered by Python: a ring of letters between two threads. Context: see each.
 *
 * The watchdog puts, the delivery thread takes; neither waits for the other, and no memory is
 * allocated. A report that is in files is a letter with its path; without files the letter holds
 * the report itself. What does not fit is dropped and counted: the files are there all the same. It
 * lives in a zone: a forked child has an empty one. */
#ifndef DOG_ENGINE_OUTBOX_H
#define DOG_ENGINE_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"

enum dog_letter_kind {
    DOG_LETTER_REPORT,
    DOG_LETTER_ERROR, /* `text` is one line for the log */
};

struct dog_letter {
    enum dog_letter_kind kind;
    struct dog_str
        path; /* of the .log; none: there are no files, and the two below are the report */
    struct dog_str json;
    struct dog_str text;
};

/* Once in a process. `letter` is called on the watchdog thread when a letter was put, and whenever
 * dog_outbox_announce() finds one: it sees to it that a delivery thread runs. */
DOG_MUST_USE enum dog_err dog_outbox_setup(void (*letter)(void));

/* False: there was no room, and it is counted. Watchdog. */
bool dog_outbox_put(struct dog_letter letter);

/* Letters may wait for whom nobody runs: says so again. Watchdog. */
void dog_outbox_announce(void);

bool dog_outbox_is_empty(void);
uint64_t dog_outbox_dropped(void);

/* The oldest letter, whose texts stay good until dog_outbox_drop(). False: none. Delivery thread.
 */
bool dog_outbox_peek(struct dog_letter *ret_letter);
void dog_outbox_drop(void);

/* Sleeps until a letter comes or `until`. Delivery thread, without the GIL. */
void dog_outbox_wait(dog_mono until);
void dog_outbox_call(void); /* wakes it */

#endif
