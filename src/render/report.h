/* All that one event of a report says, before it is written down. Plain data. Context: Pure. */
#ifndef DOG_RENDER_REPORT_H
#define DOG_RENDER_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "base/time.h"
#include "request/request.h"
#include "snapshot/stack.h"

enum dog_stack_of {
    DOG_STACK_OF_THREAD,
    DOG_STACK_OF_LOOP_THREAD, /* of the thread that serves it and others: not the request's own */
};

struct dog_process {
    struct dog_str hostname;
    int64_t pid;
    int64_t ppid;               /* 0: it is in another namespace of processes */
    uint64_t thread_id;         /* threading.get_ident(); 0: unknown */
    int64_t native_thread_id;   /* 0: unknown */
    struct dog_str thread_name; /* the kernel's name of it */
    struct dog_str python;      /* "3.11.7" */
    struct dog_str release;
};

struct dog_report {
    struct dog_str id; /* the random part of the file's name */
    dog_wall at;
    dog_wall started_at;
    int64_t elapsed_ns;
    const struct dog_request *request;
    const struct dog_process *process;
    enum dog_stack_of stack_of;
    const struct dog_stack *stack; /* NULL: could not be read at all; then `stack_error` says why */
    struct dog_str stack_error;
    bool unchanged;  /* of a later look: the stack is the same as at the look before */
    bool same_lines; /* of a later look: the frames and lines are, the instructions may not */
    struct dog_str base_dir; /* the text shows `where` relative to it; none: as it is */
    uint64_t suppressed;     /* reports not written since the last one: DOGSLOW_MAX_REPORTS */
};

struct dog_finish {
    struct dog_str id;
    dog_wall at;
    int64_t duration_ns;
    int32_t status;           /* of the response; 0: unknown */
    struct dog_str exception; /* its class; none: no exception */
    uint64_t peeks;           /* looks after the first */
    bool moved;               /* some look saw another stack than the one before */
};

#endif
