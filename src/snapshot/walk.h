/* One reading of a thread's chain of frames; snapshot/frames.h makes it again until it is sure.
 * Context: Watchdog.
 *
 * Frames of plain calls lie one after the other in the thread's data stack, a list of 16 KB chunks:
 * the newest chunk is copied in one piece, older ones as the walk gets there. Frames elsewhere
 * (generators on the heap, entries from C on the thread's C stack) are read one by one, those on
 * the C stack with a stretch of what lies above them, where the next ones are. The pieces are
 * remembered, so that the next reading copies them all in one system call. */
#ifndef DOG_SNAPSHOT_WALK_H
#define DOG_SNAPSHOT_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "snapshot/frames.h"

struct dog_walk {
    struct dog_source source;
    const struct dog_layout *layout;
    struct dog_frames_scratch *scratch;
    dog_addr tstate;
    dog_addr anchor;
    size_t thread_size; /* how much of a thread state is read */
    size_t frame_size;  /* how much of a frame is read */

    /* Of the reading under way. */
    size_t region_count;
    size_t copy_used;
    size_t recent; /* the region that had the last frame */
    struct dog_frames_region transit;
    dog_addr older;           /* the next older chunk that was not read yet */
    dog_addr older_than_kept; /* the same before this reading: of the pieces that are kept */
    dog_addr cframe;          /* 3.11, 3.12: where the innermost frame stands */
    unsigned char cframe_copy[8];
    bool off_python; /* the last frame found outside the data stack was an entry from C */
    unsigned loads;  /* single reads */
};

/* DOG_ERR_INVALID: the layout's offsets are beyond what a thread state or a frame can be. */
DOG_MUST_USE enum dog_err dog_walk_init(struct dog_walk *walk, struct dog_source source,
                                        const struct dog_layout *layout,
                                        struct dog_frames_scratch *scratch, dog_addr tstate,
                                        dog_addr anchor);

/* Begins anew: reads the thread state, and forgets the pieces of earlier readings. */
DOG_MUST_USE enum dog_err dog_walk_begin(struct dog_walk *walk);

/* The kernel's id of the thread, of the last read thread state. */
int64_t dog_walk_native_id(const struct dog_walk *walk);

/* Walks what dog_walk_begin or dog_walk_again has read, from the innermost frame outwards. */
void dog_walk_run(struct dog_walk *walk, struct dog_frames_pass *ret_pass);

/* Copies the thread state and all pieces again. False: they no longer fit, begin anew. */
bool dog_walk_again(struct dog_walk *walk);

#endif
