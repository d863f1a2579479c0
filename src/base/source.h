/* Where foreign bytes come from. Context: Pure interface; each implementation says its own.
 *
 * The reader of stacks and values never dereferences a foreign address. It asks a source, which is
 * the kernel in production (os/memory.h) and a made-up memory in a test or a fuzzer. */
#ifndef DOG_BASE_SOURCE_H
#define DOG_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/err.h"

/* One piece to copy: `size` bytes at `from` into `to`. `ok` is the answer for this piece. */
struct dog_span {
    dog_addr from;
    void *to;
    size_t size;
    bool ok;
};

struct dog_source {
    void *self;
    /* Copies each span, in order, and sets each `ok`; a span that fails does not keep those after
     * it from being read. The bytes of a span that failed are unspecified. Spans are copied in
     * their order, which the reader of frames relies on. */
    void (*read)(void *self, struct dog_span *spans, size_t count);
};

static inline void dog_source_read_spans(struct dog_source source, struct dog_span *spans, size_t n)
{
    source.read(source.self, spans, n);
}

/* Copies all of `size` bytes or fails with DOG_ERR_UNREADABLE. */
static inline DOG_MUST_USE enum dog_err dog_source_read(struct dog_source source, dog_addr from,
                                                        void *to, size_t size)
{
    struct dog_span span = {.from = from, .to = to, .size = size, .ok = false};
    source.read(source.self, &span, 1);
    return span.ok ? DOG_OK : DOG_ERR_UNREADABLE;
}

#endif
