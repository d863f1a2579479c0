/* The chain of frames of one thread, read while the thread runs. Context: Watchdog.
 *
 * Only addresses: frame, code, instruction; names and lines come after, from snapshot/code.h. It
 * takes no lock and stops nobody, so what it reads may change under it. Therefore it reads the
 * whole chain again and again until enough readings in a row agree; two are enough if the thread's
 * CPU clock stood still meanwhile. A thread that moves too fast for that yields what did not move:
 * the outer frames that were the same in two readings, down to the first that was not, marked
 * `torn`.
 *
 * It shows what the interpreter's own traceback shows: entries of the interpreter from C
 * (3.12 and later: frames without Python code) are skipped. */
#ifndef DOG_SNAPSHOT_FRAMES_H
#define DOG_SNAPSHOT_FRAMES_H

#include "base/addr.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/source.h"
#include "cpython/layout.h"
#include "snapshot/stack.h"

/* Of a deeper stack both ends are kept and the middle is counted. A report of more is not read. */
#define DOG_FRAMES_OUTER_MAX 128
#define DOG_FRAMES_INNER_MAX 384

/* Ten times what a recursion limit of 100,000 allows; a chain longer than this is a circle. */
#define DOG_FRAMES_WALK_MAX 1000000

/* One link of the chain. */
struct dog_frames_link {
    dog_addr frame;
    dog_addr code;
    dog_addr ip;
};

/* What one reading of the chain saw. */
struct dog_frames_pass {
    struct dog_frames_link inner[DOG_FRAMES_INNER_MAX]; /* innermost first */
    struct dog_frames_link outer[DOG_FRAMES_OUTER_MAX]; /* a ring: link n - 1 at [(n - 1) % max] */
    uint64_t count;                                     /* frames with Python code */
    uint64_t hash;         /* of the whole chain, but for the innermost instruction */
    uint64_t anchor_depth; /* frames within the anchor; UINT64_MAX: it was not met */
    enum dog_err err;      /* DOG_OK: down to the bottom */
    bool moved;            /* something in it cannot be: it changed while it was read */
};

/* A piece of the examined memory that a reading copied and the next one copies again. */
struct dog_frames_region {
    dog_addr at;
    size_t size;
    unsigned char *copy;
};

#define DOG_FRAMES_REGIONS_MAX 40
#define DOG_FRAMES_COPY_SIZE   (96u * 1024)
#define DOG_FRAMES_CHUNK_SIZE                                                              \
    (16u * 1024)                    /* the interpreter's own: every chunk is at least this \
                                     */
#define DOG_FRAMES_THREAD_SIZE 512u /* of a PyThreadState, as far as the layout looks */

/* Working memory of a capture, some 180 KB: the caller's, one for each thread that captures. It
 * need not be initialised, but for `thread_cpu_ns`. */
struct dog_frames_scratch {
    /* The CPU time that a thread has used, by its kernel id, exact to the nanosecond; negative: not
     * to be had. NULL: every capture takes as many readings as one of a running thread. */
    int64_t (*thread_cpu_ns)(int64_t native_thread_id);
    /* The rest is the capture's own. */
    struct dog_frames_pass passes[2];
    struct dog_frames_region regions[DOG_FRAMES_REGIONS_MAX];
    unsigned char copy[DOG_FRAMES_COPY_SIZE];
    unsigned char transit[DOG_FRAMES_CHUNK_SIZE];
    unsigned char thread[DOG_FRAMES_THREAD_SIZE];
};

/* Reads the chain of thread state `tstate`, outermost frame first, without names (`file`,
 * `function`: none, `line`: 0). `anchor` is the frame that was current when the watch began, or
 * DOG_NULL. Frames are allocated from `arena`.
 *
 * DOG_ERR_UNREADABLE, DOG_ERR_INVALID: `tstate` is not (any longer) a thread state;
 * DOG_ERR_NOMEM: the arena is full. All else is an answer: see `complete`, `torn`, `omitted` of
 * struct dog_stack. A thread that runs no Python code has a complete stack of no frames. */
DOG_MUST_USE enum dog_err dog_frames_capture(struct dog_source source,
                                             const struct dog_layout *layout,
                                             struct dog_frames_scratch *scratch,
                                             struct dog_arena *arena, dog_addr tstate,
                                             dog_addr anchor, struct dog_stack *ret_stack);

#endif
