/* Names and lines for the frames of a stack, through a cache of code objects. Context: Watchdog.
 *
 * A code object's header is read anew for every capture, all of a stack's in one system call; its
 * texts (file, qualified name, line table) only when it is not in the cache. Before 3.14 nothing
 * tells that a code object was freed and its memory used for another, so a cache entry holds only
 * while the header's fingerprint is the same: its pointers, numbers, size, and from 3.12 on the
 * number that every new code object gets. On 3.11 two generated functions, one made where the other
 * was freed, alike in all of these and in the addresses of their constants and names, would pass
 * for one another.
 *
 * The pool that holds the texts is emptied when it is full. Nothing ever points into it but the
 * cache: what a stack gets is copied to the arena. */
#ifndef DOG_SNAPSHOT_CODE_H
#define DOG_SNAPSHOT_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/source.h"
#include "cpython/layout.h"
#include "snapshot/stack.h"

/* Characters; what is longer is cut and ends with "...". A path is as long as the system's. */
#define DOG_CODE_FUNCTION_MAX 1024
#define DOG_CODE_FILE_MAX     4096

/* Bytes of a line table: some 10,000 lines of one function or module body. The frames of a larger
 * one have no line (0): nothing that serves requests is that large, but generated data may be. */
#define DOG_CODE_TABLE_MAX (64u * 1024)

#define DOG_CODE_WAYS       4
#define DOG_CODE_SETS       512
#define DOG_CODE_BATCH      64 /* code objects read at once */
#define DOG_CODE_HEADER_MAX 256u
#define DOG_CODE_PIECE      512u /* of each text, read before its length is known */

struct dog_code_text {
    uint32_t at; /* in the pool */
    uint32_t len;
};

struct dog_code_entry {
    dog_addr code; /* null: free */
    uint64_t print;
    uint64_t used;     /* number of the batch that used it last */
    int64_t units;     /* 2-byte instructions */
    int64_t memo_unit; /* the last question to the line table, and its answer */
    int32_t memo_line;
    int32_t firstlineno;
    int32_t firsttraceable;
    struct dog_code_text file, function, table;
    struct dog_str arena_file, arena_function; /* of the stack under way, once it needed them */
    bool file_known, function_known, table_known, in_arena;
};

/* A code object's header while it is dealt with. */
struct dog_code_header {
    dog_addr code;
    uint64_t print;
    dog_addr file, function, table;
    int64_t units;
    int32_t firstlineno;
    int32_t firsttraceable;
};

struct dog_code_cache {
    char *pool;
    uint32_t pool_size;
    uint32_t pool_used;
    uint64_t batches;                /* dealt with so far */
    uint64_t began_with;             /* the first batch of the stack under way */
    uint64_t hits, misses, restarts; /* restarts: the pool was full */
    struct dog_code_entry entries[DOG_CODE_SETS * DOG_CODE_WAYS];
    /* Working memory. */
    struct dog_code_header headers[DOG_CODE_BATCH];
    unsigned char header_copy[DOG_CODE_BATCH][DOG_CODE_HEADER_MAX];
    unsigned char pieces[DOG_CODE_BATCH * 3][DOG_CODE_PIECE];
    unsigned char whole[DOG_CODE_TABLE_MAX + 64]; /* a text that is longer than a piece */
};

/* `pool`: the caller's memory for texts, not less than DOG_CODE_POOL_MIN, better 1 MB. */
#define DOG_CODE_POOL_MIN (256u * 1024)
void dog_code_cache_init(struct dog_code_cache *cache, void *pool, size_t pool_size);

/* Gives each frame its `file`, `function` and `line`; the texts are in the arena. What cannot be
 * read stays unknown. A frame that has only begun (its arguments are not yet in place) is dropped,
 * as the interpreter drops it. If a frame's code is no code object, or its instruction is outside
 * it, then it and all within it are dropped and the stack is `torn`. */
void dog_code_resolve(struct dog_code_cache *cache, struct dog_source source,
                      const struct dog_layout *layout, struct dog_arena *arena,
                      struct dog_stack *stack);

#endif
