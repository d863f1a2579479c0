#include "snapshot/linetable.h"

#include "base/cursor.h"

/* What follows the first byte of an entry. Codes below LINE_DELTA_0 keep the line. */
enum entry_code {
    LINE_DELTA_0 = 10, /* then 1 and 2: columns in two bytes */
    LINE_DELTA_2 = 12,
    NO_COLUMNS = 13,
    LONG = 14,
    NO_LOCATION = 15,
};

/* 6 bits a byte; six of them hold any 32-bit number, more is no line table. */
#define VARINT_BYTES_MAX 6

static uint32_t read_varint(struct dog_cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < VARINT_BYTES_MAX; i++) {
        uint8_t byte = dog_cursor_u8(cursor);
        value |= (uint64_t)(byte & 63) << (6 * i);
        if ((byte & 64) == 0) {
            return (uint32_t)value;
        }
    }
    cursor->failed = true;
    return 0;
}

static int64_t read_signed_varint(struct dog_cursor *cursor)
{
    uint32_t value = read_varint(cursor);
    return (value & 1) != 0 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

/* Reads what belongs to an entry and returns by how much it moves the line. */
static int64_t read_line_delta(struct dog_cursor *cursor, unsigned code)
{
    int64_t delta = 0;
    if (code < LINE_DELTA_0) {
        dog_cursor_skip(cursor, 1);
    } else if (code <= LINE_DELTA_2) {
        delta = (int64_t)code - LINE_DELTA_0;
        dog_cursor_skip(cursor, 2);
    } else if (code == NO_COLUMNS) {
        delta = read_signed_varint(cursor);
    } else if (code == LONG) {
        delta = read_signed_varint(cursor);
        (void)read_varint(cursor); /* end line */
        (void)read_varint(cursor); /* column */
        (void)read_varint(cursor); /* end column */
    }
    return delta;
}

enum dog_err dog_linetable_line(const void *table, size_t size, int32_t firstlineno, int64_t unit,
                                int32_t *ret_line)
{
    if (unit < 0) {
        *ret_line = firstlineno;
        return DOG_OK;
    }
    struct dog_cursor cursor = dog_cursor_over(table, size);
    int64_t line = firstlineno;
    int64_t end = 0;
    while (!dog_cursor_done(&cursor)) {
        uint8_t first = dog_cursor_u8(&cursor);
        unsigned code = first >> 3 & 15;
        line += read_line_delta(&cursor, code);
        end += (first & 7) + 1;
        if ((first & 0x80) == 0 || cursor.failed || line < 0 || line > INT32_MAX) {
            return DOG_ERR_INVALID;
        }
        if (unit < end) {
            *ret_line = code == NO_LOCATION ? 0 : (int32_t)line;
            return DOG_OK;
        }
    }
    return DOG_ERR_INVALID;
}
