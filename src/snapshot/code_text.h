/* The texts of a code object as they come from memory. Context: Pure but for the source. */
#ifndef DOG_SNAPSHOT_CODE_TEXT_H
#define DOG_SNAPSHOT_CODE_TEXT_H

#include <stddef.h>

#include "base/err.h"
#include "base/source.h"
#include "base/text.h"
#include "cpython/layout.h"

/* The beginning of an object that was copied already. */
struct dog_code_piece {
    dog_addr at;
    const unsigned char *copy;
    size_t size;
};

/* Appends the str that begins with `piece` to `text` as UTF-8: at most `max_chars` characters, then
 * "..."; a lone surrogate as \udc80. `whole` is room for what the piece has not. DOG_ERR_NOMEM: it
 * does not fit into `text`, whose length is then what it was. */
DOG_MUST_USE enum dog_err dog_code_text_str(struct dog_source source,
                                            const struct dog_layout *layout,
                                            const struct dog_code_piece *piece, size_t max_chars,
                                            unsigned char *whole, size_t whole_size,
                                            struct dog_text *text);

/* Likewise the bytes object, as it is. DOG_ERR_LIMIT: it is longer than `max_bytes`. */
DOG_MUST_USE enum dog_err dog_code_text_bytes(struct dog_source source,
                                              const struct dog_layout *layout,
                                              const struct dog_code_piece *piece, size_t max_bytes,
                                              unsigned char *whole, struct dog_text *text);

#endif
