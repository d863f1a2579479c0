/* What was read of one thread's Python stack: plain data. Context: Pure.
 *
 * All text is UTF-8 in the arena or the code cache of the reader, and lives until the arena is
 * released. What could not be read says so here; it never fails the report. */
#ifndef DOG_SNAPSHOT_STACK_H
#define DOG_SNAPSHOT_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/text.h"

struct dog_frame {
    dog_addr frame;          /* the interpreter's frame, to tell frames apart */
    dog_addr code;           /* its code object */
    dog_addr ip;             /* its instruction pointer */
    struct dog_str file;     /* co_filename; none: unreadable */
    struct dog_str function; /* co_qualname; none: unreadable */
    int32_t line;            /* 0: unknown */
    bool app;                /* the project's own code */
    struct dog_str source;   /* the source line, stripped; none: not to be had */
};

struct dog_stack {
    struct dog_frame *frames; /* outermost first, as in a Python traceback */
    size_t count;
    /* Between frames[omitted_at - 1] and frames[omitted_at] this many were counted, not kept. */
    uint64_t omitted;
    size_t omitted_at;
    bool complete; /* it was read down to the thread's bottom */
    bool torn;     /* it moved while it was read, and never stood still long enough */
    bool anchored; /* the frame that began the watch is in it: it is this request's own */
};

/* The innermost frame of the project's own code, or NULL. */
const struct dog_frame *dog_stack_where(const struct dog_stack *stack);

#endif
