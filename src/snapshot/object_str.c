#include "snapshot/object_str.h"

#include "base/cursor.h"
#include "base/utf8.h"

/* The header of a str, up to the pointer of one that is not compact: 80 bytes on 3.11, 64 after. A
 * compact ASCII one may be shorter (41 bytes are the least), so it is read in two steps. */
#define HEADER_BYTES    48
#define POINTS_MAX_UTF8 6 /* bytes of UTF-8 for a character at the most: \udc80 */
#define ARENA_ALIGNMENT 16

/* Longer than this is no string of any process, but a number read from the wrong place. */
#define LENGTH_MAX (UINT64_C(1) << 40)

enum dog_err dog_object_chars(const struct dog_mem *mem, dog_addr object,
                              struct dog_chars *ret_chars)
{
    const struct dog_layout *layout = mem->layout;
    unsigned char header[HEADER_BYTES];
    size_t size = (size_t)layout->unicode_ascii_data;
    if (!dog_addr_plausible(object) || layout->unicode_ascii_data < 0 || size > sizeof header) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_source_read(mem->source, object, header, size);
    if (err != DOG_OK) {
        return err;
    }
    uint64_t type = 0, length = 0, state = 0;
    if (!dog_field_u64(header, size, (size_t)layout->object_type, &type) ||
        !dog_field_u64(header, size, (size_t)layout->unicode_length, &length) ||
        (size_t)layout->unicode_state > size - 4) {
        return DOG_ERR_INVALID;
    }
    state = dog_load_u32(header + layout->unicode_state);
    err = dog_object_check(mem, (dog_addr){type}, layout->unicode_type, DOG_TYPE_UNICODE_SUBCLASS);
    if (err != DOG_OK) {
        return err;
    }
    struct dog_chars chars = {
        .length = length,
        .kind = state >> layout->unicode_kind_shift & DOG_UNICODE_KIND_MASK,
        .ascii = (state >> layout->unicode_ascii_bit & 1) != 0,
    };
    bool ready = layout->unicode_ready_bit < 0 || (state >> layout->unicode_ready_bit & 1) != 0;
    if (!ready || length > LENGTH_MAX || (chars.kind != 1 && chars.kind != 2 && chars.kind != 4)) {
        return DOG_ERR_INVALID;
    }
    if ((state >> layout->unicode_compact_bit & 1) == 0) {
        uint64_t data;
        err = dog_object_word(mem, dog_addr_add(object, layout->unicode_pointer), &data);
        if (err != DOG_OK) {
            return err;
        }
        chars.data = (dog_addr){data};
    } else {
        chars.data = dog_addr_add(object, chars.ascii ? layout->unicode_ascii_data
                                                      : layout->unicode_compact_data);
    }
    *ret_chars = chars;
    return DOG_OK;
}

enum dog_err dog_object_points(const struct dog_mem *mem, const struct dog_chars *chars,
                               uint64_t first, size_t count, uint32_t *points, size_t *ret_count)
{
    if (first >= chars->length) {
        *ret_count = 0;
        return DOG_OK;
    }
    if (count > chars->length - first) {
        count = (size_t)(chars->length - first);
    }
    if (count > DOG_CHARS_MAX) {
        count = DOG_CHARS_MAX;
    }
    /* The bytes are read into the end of `points`, and widened from the front. */
    unsigned char *raw = (unsigned char *)points + count * (4 - chars->kind);
    enum dog_err err =
        dog_source_read(mem->source, dog_addr_add(chars->data, (int64_t)(first * chars->kind)), raw,
                        count * chars->kind);
    if (err != DOG_OK) {
        return err;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t point;
        if (chars->kind == 1) {
            point = raw[i];
        } else if (chars->kind == 2) {
            point = (uint32_t)raw[2 * i] | (uint32_t)raw[2 * i + 1] << 8;
        } else {
            point = dog_load_u32(raw + 4 * i);
        }
        points[i] = point <= 0x10FFFF ? point : 0xFFFD;
    }
    *ret_count = count;
    return DOG_OK;
}

/* At most POINTS_MAX_UTF8 bytes. */
static size_t put_point(uint32_t point, char *bytes)
{
    size_t width = dog_utf8_encode(point, bytes);
    if (width == 0) {
        bytes[width++] = '\\';
        bytes[width++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[width++] = "0123456789abcdef"[point >> shift & 15];
        }
    }
    return width;
}

static enum dog_err put_points(const struct dog_mem *mem, const struct dog_chars *chars,
                               size_t count, char *bytes, size_t *ret_len)
{
    uint32_t points[DOG_CHARS_MAX];
    size_t len = 0;
    for (size_t done = 0; done < count;) {
        size_t got;
        enum dog_err err = dog_object_points(mem, chars, done, count - done, points, &got);
        if (err != DOG_OK) {
            return err;
        }
        for (size_t i = 0; i < got; i++) {
            len += put_point(points[i], bytes + len);
        }
        done += got;
    }
    *ret_len = len;
    return DOG_OK;
}

enum dog_err dog_object_str(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                            size_t max_chars, struct dog_str *ret_str, bool *ret_cut)
{
    struct dog_chars chars;
    enum dog_err err = dog_object_chars(mem, object, &chars);
    if (err != DOG_OK) {
        return err;
    }
    size_t count = chars.length < max_chars ? (size_t)chars.length : max_chars;
    size_t widest = chars.ascii ? 1 : chars.kind == 1 ? 2 : POINTS_MAX_UTF8;
    size_t mark = dog_arena_mark(arena);
    char *bytes = dog_arena_array(arena, count > 0 ? count : 1, widest);
    if (bytes == NULL) {
        return DOG_ERR_NOMEM;
    }
    size_t len = count;
    /* Never as they are: a torn str may say "ascii" of bytes that are not, and would make the
     * report invalid UTF-8. */
    if (chars.ascii) {
        if (count > 0) {
            err = dog_source_read(mem->source, chars.data, bytes, count);
        }
        for (size_t i = 0; err == DOG_OK && i < count; i++) {
            err = (unsigned char)bytes[i] < 0x80 ? DOG_OK : DOG_ERR_INVALID;
        }
    } else {
        err = put_points(mem, &chars, count, bytes, &len);
    }
    if (err != DOG_OK) {
        dog_arena_release(arena, mark);
        return err;
    }
    dog_arena_release(arena, mark + (len + ARENA_ALIGNMENT) / ARENA_ALIGNMENT * ARENA_ALIGNMENT);
    *ret_str = (struct dog_str){bytes, len};
    *ret_cut = chars.length > count;
    return DOG_OK;
}

struct dog_str dog_object_str_of(const struct dog_mem *mem, struct dog_arena *arena,
                                 dog_addr object, size_t max_chars)
{
    struct dog_str str = DOG_STR_NONE;
    bool cut;
    if (dog_addr_is_null(object) ||
        dog_object_str(mem, arena, object, max_chars, &str, &cut) != DOG_OK) {
        return DOG_STR_NONE;
    }
    return str;
}
