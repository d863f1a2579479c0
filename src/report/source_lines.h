/* The source lines of a stack's frames, read when the stack is in hand. Context: Watchdog.
 *
 * Each file is read once a report, and only until its last wanted line; lines that were shown
 * before come from memory, as long as the file's device, inode, size and time of change are the
 * same. What cannot be had leaves the frame's `source` as it is. Only absolute paths: a relative
 * one may mean another file by now. */
#ifndef DOG_REPORT_SOURCE_LINES_H
#define DOG_REPORT_SOURCE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "os/sourcefile.h"
#include "snapshot/stack.h"

/* Bytes of a line that are kept; the rest becomes an ellipsis. */
#define DOG_SOURCE_LINES_MOST_BYTES 500u
/* A file is read this far: generated modules of more are not worth a report's time. */
#define DOG_SOURCE_LINES_MOST_FILE (UINT64_C(4) << 20)
/* Files a report looks at: 60 frames of a Django request come from some 25. */
#define DOG_SOURCE_LINES_MOST_FILES 64u
/* Different lines of one file that a report shows. */
#define DOG_SOURCE_LINES_MOST_LINES 64u

/* 1024 sets of 2 lines: the frames of some dozens of different slow requests. */
#define DOG_SOURCE_LINES_CACHED 1024u
/* Longer lines are read each time. */
#define DOG_SOURCE_LINES_CACHED_BYTES 120u
#define DOG_SOURCE_LINES_CHUNK        16384u

struct dog_source_entry {
    struct dog_sourcefile_identity identity;
    uint32_t line; /* 0: an empty entry */
    uint16_t len;
    char text[DOG_SOURCE_LINES_CACHED_BYTES];
};

/* The caller's storage, some 190 KB; zeroed is empty. */
struct dog_source_lines {
    struct dog_source_entry entries[DOG_SOURCE_LINES_CACHED];
    char chunk[DOG_SOURCE_LINES_CHUNK];
    uint64_t hits;
    uint64_t reads; /* files that were opened */
};

/* Sets `source` of each frame that has none and whose line is to be had. The texts are UTF-8 (bytes
 * that are not become U+FFFD), without the spaces around them, and lie in `arena`; when that is
 * full, the rest stay without. */
void dog_source_lines_fill(struct dog_source_lines *lines, struct dog_stack *stack,
                           struct dog_arena *arena);

#endif
