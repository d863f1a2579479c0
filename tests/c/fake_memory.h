/* A made-up memory as a source: pieces of bytes at addresses of their own. It can fail the n-th
 * span, and call back before each, so that what is read changes under the reader.
 *
 * On it a made-up interpreter: threads, chunks, frames and code objects in a layout that no CPython
 * has, so that an offset that is not from the layout shows. */
#ifndef DOG_TESTS_FAKE_MEMORY_H
#define DOG_TESTS_FAKE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/source.h"
#include "cpython/layout.h"

#define FAKE_PIECES 4096

struct fake_piece {
    uint64_t at;
    size_t size;
    unsigned char *bytes;
};

struct fake_memory {
    struct fake_piece pieces[FAKE_PIECES];
    size_t piece_count;
    uint64_t next;    /* where the next piece goes */
    uint64_t spans;   /* asked for so far */
    uint64_t fail_at; /* the number of the span that fails, from 1; 0: none */
    void (*before)(struct fake_memory *memory); /* of each span; NULL: nothing */
    void *context;                              /* for `before` */
    struct dog_layout layout;
    dog_addr code_type, str_type, bytes_type;
};

struct fake_memory *fake_memory_new(void);
void fake_memory_free(struct fake_memory *memory);
struct dog_source fake_memory_source(struct fake_memory *memory);

/* A zeroed piece, page-aligned if `size` is a page or more, and never next to another. */
dog_addr fake_memory_piece(struct fake_memory *memory, size_t size);

/* Writes and reads must lie in one piece. */
void fake_memory_put(struct fake_memory *memory, dog_addr at, int64_t offset, const void *bytes,
                     size_t size);
void fake_memory_put_u64(struct fake_memory *memory, dog_addr at, int64_t offset, uint64_t value);
uint64_t fake_memory_u64(struct fake_memory *memory, dog_addr at, int64_t offset);

/* Objects. `kind` is 0 for an ASCII str, else the bytes of each of `count` characters. */
dog_addr fake_memory_str(struct fake_memory *memory, unsigned kind, const void *characters,
                         size_t count);
dog_addr fake_memory_bytes(struct fake_memory *memory, const void *bytes, size_t size);

/* A code object of `units` instructions, one line each from `firstlineno` on. */
dog_addr fake_memory_code(struct fake_memory *memory, const char *file, const char *function,
                          int32_t firstlineno, unsigned units);

/* A thread with one empty chunk of 16 KB. */
dog_addr fake_memory_thread(struct fake_memory *memory, uint64_t native_id);

#define FAKE_FRAME_WORDS 12

/* Calls `code`: a frame at the top of the data stack (in a new chunk if there is no room), whose
 * instruction is `unit`. Returns it. */
dog_addr fake_memory_call(struct fake_memory *memory, dog_addr thread, dog_addr code,
                          unsigned unit);

/* The same outside the data stack: a generator's frame, or an entry from C (`code` null). */
dog_addr fake_memory_call_elsewhere(struct fake_memory *memory, dog_addr thread, dog_addr code,
                                    unsigned unit);

/* Returns from the innermost frame, which must be in the newest chunk. */
void fake_memory_return(struct fake_memory *memory, dog_addr thread);

dog_addr fake_memory_innermost(struct fake_memory *memory, dog_addr thread);
void fake_memory_move(struct fake_memory *memory, dog_addr frame, dog_addr code, unsigned unit);

#endif
