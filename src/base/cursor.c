#include "base/cursor.h"

#include <string.h>

struct dog_cursor dog_cursor_over(const void *bytes, size_t size)
{
    const unsigned char *start = bytes;
    return (struct dog_cursor){.at = start, .end = start + size, .failed = false};
}

size_t dog_cursor_left(const struct dog_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

bool dog_cursor_done(const struct dog_cursor *cursor)
{
    return cursor->failed || cursor->at == cursor->end;
}

/* Gives `bytes` bytes to read, or NULL and the sticky error. */
static const unsigned char *take(struct dog_cursor *cursor, size_t bytes)
{
    if (cursor->failed || bytes > dog_cursor_left(cursor)) {
        cursor->failed = true;
        cursor->at = cursor->end;
        return NULL;
    }
    const unsigned char *here = cursor->at;
    cursor->at += bytes;
    return here;
}

void dog_cursor_skip(struct dog_cursor *cursor, size_t bytes)
{
    (void)take(cursor, bytes);
}

uint8_t dog_cursor_u8(struct dog_cursor *cursor)
{
    const unsigned char *here = take(cursor, 1);
    return here != NULL ? *here : 0;
}

uint32_t dog_cursor_u32(struct dog_cursor *cursor)
{
    const unsigned char *here = take(cursor, 4);
    return here != NULL ? dog_load_u32(here) : 0;
}

uint64_t dog_cursor_u64(struct dog_cursor *cursor)
{
    const unsigned char *here = take(cursor, 8);
    return here != NULL ? dog_load_u64(here) : 0;
}

bool dog_field_u64(const void *copy, size_t size, size_t offset, uint64_t *ret_value)
{
    if (size < 8 || offset > size - 8) {
        return false;
    }
    *ret_value = dog_load_u64((const unsigned char *)copy + offset);
    return true;
}

uint64_t dog_load_u64(const void *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

uint32_t dog_load_u32(const void *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}
