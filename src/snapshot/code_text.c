#include "snapshot/code_text.h"

#include <string.h>

#include "base/cursor.h"
#include "base/utf8.h"

/* The fixed part of a str: 72 bytes at most (3.11). */
#define STR_HEADER_MAX 96

/* Gives `size` bytes at `offset` of the object: from the piece, or read into `whole`. */
static const unsigned char *part(struct dog_source source, const struct dog_code_piece *piece,
                                 size_t offset, size_t size, unsigned char *whole)
{
    if (size <= piece->size && offset <= piece->size - size) {
        return piece->copy + offset;
    }
    enum dog_err err =
        dog_source_read(source, dog_addr_add(piece->at, (int64_t)offset), whole, size);
    return err == DOG_OK ? whole : NULL;
}

/* Where a str's characters are. */
struct characters {
    size_t offset; /* in the object */
    size_t count;
    unsigned kind;
    bool ascii;
};

static enum dog_err find_characters(struct dog_source source, const struct dog_layout *l,
                                    const struct dog_code_piece *piece,
                                    struct characters *ret_characters)
{
    unsigned char copy[STR_HEADER_MAX];
    /* An ASCII str is the shortest: no more than its fixed part may be there. */
    size_t size = (size_t)l->unicode_ascii_data;
    if (l->unicode_ascii_data < 0 || size > sizeof copy || l->object_type < 0 ||
        (size_t)l->object_type + 8 > size || l->unicode_length < 0 ||
        (size_t)l->unicode_length + 8 > size || l->unicode_state < 0 ||
        (size_t)l->unicode_state + 4 > size) {
        return DOG_ERR_INVALID;
    }
    const unsigned char *header = part(source, piece, 0, size, copy);
    if (header == NULL) {
        return DOG_ERR_UNREADABLE;
    }
    uint32_t state = dog_load_u32(header + l->unicode_state);
    uint64_t count = dog_load_u64(header + l->unicode_length);
    unsigned kind = state >> l->unicode_kind_shift & DOG_UNICODE_KIND_MASK;
    bool compact = (state >> l->unicode_compact_bit & 1) != 0;
    bool ascii = (state >> l->unicode_ascii_bit & 1) != 0;
    bool ready = l->unicode_ready_bit < 0 || (state >> l->unicode_ready_bit & 1) != 0;
    if (!dog_addr_eq(dog_load_addr(header + l->object_type), l->unicode_type) || !compact ||
        !ready || (kind != 1 && kind != 2 && kind != 4) || (ascii && kind != 1)) {
        return DOG_ERR_INVALID;
    }
    ret_characters->offset = (size_t)(ascii ? l->unicode_ascii_data : l->unicode_compact_data);
    ret_characters->count = count > SIZE_MAX ? SIZE_MAX : (size_t)count;
    ret_characters->kind = kind;
    ret_characters->ascii = ascii;
    return DOG_OK;
}

static uint32_t point_at(const unsigned char *data, size_t i, unsigned kind)
{
    if (kind == 1) {
        return data[i];
    }
    return kind == 2 ? (uint32_t)data[2 * i] | (uint32_t)data[2 * i + 1] << 8
                     : dog_load_u32(data + 4 * i);
}

static bool is_ascii(const unsigned char *data, size_t count)
{
    unsigned char all = 0;
    for (size_t i = 0; i < count; i++) {
        all |= data[i];
    }
    return all < 0x80;
}

static void put_point(struct dog_text *text, uint32_t point)
{
    char bytes[DOG_UTF8_MAX];
    size_t width = dog_utf8_encode(point, bytes);
    if (width > 0) {
        dog_text_put_bytes(text, bytes, width);
    } else if (point <= 0xFFFF) {
        dog_text_put(text, "\\u");
        dog_text_put_hex(text, point, 4);
    } else {
        dog_text_put(text, "\xEF\xBF\xBD");
    }
}

enum dog_err dog_code_text_str(struct dog_source source, const struct dog_layout *layout,
                               const struct dog_code_piece *piece, size_t max_chars,
                               unsigned char *whole, size_t whole_size, struct dog_text *text)
{
    struct characters chars;
    enum dog_err err = find_characters(source, layout, piece, &chars);
    if (err != DOG_OK) {
        return err;
    }
    size_t count = chars.count < max_chars ? chars.count : max_chars;
    if (count * chars.kind > whole_size) {
        return DOG_ERR_LIMIT;
    }
    const unsigned char *data = part(source, piece, chars.offset, count * chars.kind, whole);
    if (data == NULL) {
        return DOG_ERR_UNREADABLE;
    }
    size_t len = text->len;
    uint64_t dropped = text->dropped;
    if (chars.ascii && is_ascii(data, count)) {
        dog_text_put_bytes(text, (const char *)data, count);
    } else {
        for (size_t i = 0; i < count; i++) {
            put_point(text, point_at(data, i, chars.kind));
        }
    }
    if (count < chars.count) {
        dog_text_put(text, "...");
    }
    if (text->dropped != dropped) {
        text->len = len;
        return DOG_ERR_NOMEM;
    }
    return DOG_OK;
}

enum dog_err dog_code_text_bytes(struct dog_source source, const struct dog_layout *layout,
                                 const struct dog_code_piece *piece, size_t max_bytes,
                                 unsigned char *whole, struct dog_text *text)
{
    const struct dog_layout *l = layout;
    unsigned char copy[STR_HEADER_MAX];
    if (l->bytes_data < 0 || (size_t)l->bytes_data > sizeof copy || l->var_size < 0 ||
        l->var_size + 8 > l->bytes_data || l->object_type < 0 ||
        l->object_type + 8 > l->bytes_data) {
        return DOG_ERR_INVALID;
    }
    const unsigned char *header = part(source, piece, 0, (size_t)l->bytes_data, copy);
    if (header == NULL) {
        return DOG_ERR_UNREADABLE;
    }
    if (!dog_addr_eq(dog_load_addr(header + l->object_type), l->bytes_type)) {
        return DOG_ERR_INVALID;
    }
    uint64_t size = dog_load_u64(header + l->var_size);
    if (size > max_bytes) {
        return DOG_ERR_LIMIT;
    }
    const unsigned char *data = part(source, piece, (size_t)l->bytes_data, (size_t)size, whole);
    if (data == NULL) {
        return DOG_ERR_UNREADABLE;
    }
    if (size > text->cap - text->len) {
        return DOG_ERR_NOMEM;
    }
    memcpy(text->at + text->len, data, (size_t)size);
    text->len += (size_t)size;
    return DOG_OK;
}
