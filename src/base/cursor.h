/* A bounded reader over bytes that were copied from foreign memory. Context: Pure.
 *
 * Errors are sticky: a decoder reads as a straight line, every read past the end gives 0, and
 * `failed` is asked once when it is done. (The idea is libbacktrace's struct dwarf_buf.) */
#ifndef DOG_BASE_CURSOR_H
#define DOG_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct dog_cursor {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;
};

struct dog_cursor dog_cursor_over(const void *bytes, size_t size);
size_t dog_cursor_left(const struct dog_cursor *cursor);
bool dog_cursor_done(const struct dog_cursor *cursor); /* at the end, or failed */

/* Moves to `offset` from where the cursor stands. */
void dog_cursor_skip(struct dog_cursor *cursor, size_t bytes);

/* Host byte order, any alignment. */
uint8_t dog_cursor_u8(struct dog_cursor *cursor);
uint32_t dog_cursor_u32(struct dog_cursor *cursor);
uint64_t dog_cursor_u64(struct dog_cursor *cursor);

/* A field at a fixed offset of a struct that was copied whole: 0 and false if it does not lie
 * within. These do not move a cursor. */
bool dog_field_u64(const void *copy, size_t size, size_t offset, uint64_t *ret_value);
uint64_t dog_load_u64(const void *bytes); /* any alignment */
uint32_t dog_load_u32(const void *bytes);

static inline dog_addr dog_load_addr(const void *bytes)
{
    return (dog_addr){dog_load_u64(bytes)};
}

#endif
