#include "snapshot/object_repr.h"

#include <string.h>

#include "base/utf8.h"
#include "snapshot/object_attr.h"
#include "snapshot/object_name.h"
#include "snapshot/object_number.h"
#include "snapshot/object_str.h"

enum {
    UUID_CHARS = 36,
};

/* What repr() escapes, but for characters that no Unicode version has assigned: their table is the
 * interpreter's. */
static bool is_printable(uint32_t point)
{
    return !(
        point < 0x20 || (point >= 0x7F && point <= 0xA0) || point == 0xAD ||
        (point >= 0x600 && point <= 0x605) || point == 0x61C || point == 0x6DD || point == 0x70F ||
        point == 0x1680 || point == 0x180E || (point >= 0x2000 && point <= 0x200F) ||
        (point >= 0x2028 && point <= 0x202F) || (point >= 0x205F && point <= 0x206F) ||
        point == 0x3000 || (point >= 0xD800 && point <= 0xF8FF) || point == 0xFEFF ||
        (point >= 0xFFF0 && point <= 0xFFFB) || (point & 0xFFFE) == 0xFFFE || point >= 0xE0000);
}

static void put_point(struct dog_text *text, uint32_t point, char quote)
{
    char bytes[DOG_UTF8_MAX];
    if (point == '\n') {
        dog_text_put(text, "\\n");
    } else if (point == '\r') {
        dog_text_put(text, "\\r");
    } else if (point == '\t') {
        dog_text_put(text, "\\t");
    } else if (point == '\\' || point == (unsigned char)quote) {
        dog_text_put_char(text, '\\');
        dog_text_put_char(text, (char)point);
    } else if (is_printable(point)) {
        dog_text_put_bytes(text, bytes, dog_utf8_encode(point, bytes));
    } else {
        unsigned digits = point < 0x100 ? 2 : point < 0x10000 ? 4 : 8;
        dog_text_put(text, digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U");
        dog_text_put_hex(text, point, digits);
    }
}

/* Single quotes, unless there are some inside and no double ones: as repr() chooses. */
static enum dog_err choose_quote(const struct dog_mem *mem, const struct dog_chars *chars,
                                 size_t count, uint32_t *points, char *ret_quote)
{
    bool has_single = false, has_double = false;
    for (size_t done = 0; done < count;) {
        size_t got;
        enum dog_err err = dog_object_points(mem, chars, done, count - done, points, &got);
        if (err != DOG_OK) {
            return err;
        }
        for (size_t i = 0; i < got; i++) {
            has_single = has_single || points[i] == '\'';
            has_double = has_double || points[i] == '"';
        }
        done += got;
    }
    *ret_quote = has_single && !has_double ? '"' : '\'';
    return DOG_OK;
}

static enum dog_err put_str(const struct dog_mem *mem, dog_addr object, size_t max_chars,
                            struct dog_text *text)
{
    uint32_t points[DOG_CHARS_MAX];
    struct dog_chars chars;
    enum dog_err err = dog_object_chars(mem, object, &chars);
    if (err != DOG_OK) {
        return err;
    }
    size_t count = chars.length < max_chars ? (size_t)chars.length : max_chars;
    char quote;
    err = choose_quote(mem, &chars, count, points, &quote);
    if (err != DOG_OK) {
        return err;
    }
    dog_text_put_char(text, quote);
    for (size_t done = 0; done < count;) {
        size_t got;
        err = dog_object_points(mem, &chars, done, count - done, points, &got);
        if (err != DOG_OK) {
            return err;
        }
        for (size_t i = 0; i < got; i++) {
            put_point(text, points[i], quote);
        }
        done += got;
    }
    dog_text_put_char(text, quote);
    if (chars.length > count) {
        dog_text_put(text, "...");
    }
    return DOG_OK;
}

static void put_int(const struct dog_int *value, struct dog_text *text)
{
    if (value->bits > 64) {
        dog_text_put(text, "<int, ~");
        dog_text_put_u64(text, value->bits);
        dog_text_put(text, " bits>");
        return;
    }
    if (value->negative) {
        dog_text_put_char(text, '-');
    }
    dog_text_put_u64(text, value->low);
}

static bool type_is(const struct dog_mem *mem, struct dog_arena *arena, const struct dog_type *type,
                    const char *name)
{
    char storage[64];
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    return dog_object_type_name(mem, arena, type, &text) == DOG_OK && text.dropped == 0 &&
           dog_str_is(dog_text_str(&text), name);
}

/* 8-4-4-4-12 hexadecimal digits of the slot `int`. */
static enum dog_err put_uuid(const struct dog_mem *mem, dog_addr object, struct dog_text *text)
{
    dog_addr number;
    struct dog_int value;
    enum dog_err err = dog_object_member(mem, object, "int", &number);
    if (err == DOG_OK) {
        err = dog_object_int(mem, number, &value);
    }
    if (err != DOG_OK) {
        return err;
    }
    if (value.bits > 128 || value.negative) {
        return DOG_ERR_INVALID;
    }
    dog_text_put_hex(text, value.high >> 32, 8);
    dog_text_put_char(text, '-');
    dog_text_put_hex(text, value.high >> 16 & 0xFFFF, 4);
    dog_text_put_char(text, '-');
    dog_text_put_hex(text, value.high & 0xFFFF, 4);
    dog_text_put_char(text, '-');
    dog_text_put_hex(text, value.low >> 48, 4);
    dog_text_put_char(text, '-');
    dog_text_put_hex(text, value.low & UINT64_C(0xFFFFFFFFFFFF), 12);
    return DOG_OK;
}

static enum dog_err put_object(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                               size_t max_chars, struct dog_text *text)
{
    const struct dog_layout *layout = mem->layout;
    if (dog_addr_eq(object, layout->none)) {
        dog_text_put(text, "None");
        return DOG_OK;
    }
    if (dog_addr_eq(object, layout->true_object) || dog_addr_eq(object, layout->false_object)) {
        dog_text_put(text, dog_addr_eq(object, layout->true_object) ? "True" : "False");
        return DOG_OK;
    }
    struct dog_type type;
    enum dog_err err = dog_object_type(mem, object, &type);
    if (err != DOG_OK) {
        return err;
    }
    if ((type.flags & DOG_TYPE_UNICODE_SUBCLASS) != 0) {
        return put_str(mem, object, max_chars, text);
    }
    if (dog_addr_eq(type.at, layout->int_type)) {
        struct dog_int value;
        err = dog_object_int(mem, object, &value);
        if (err == DOG_OK) {
            put_int(&value, text);
        }
        return err;
    }
    if (type_is(mem, arena, &type, "uuid.UUID")) {
        dog_text_put(text, "UUID('");
        err = put_uuid(mem, object, text);
        dog_text_put(text, "')");
        return err;
    }
    dog_text_put_char(text, '<');
    err = dog_object_type_name(mem, arena, &type, text);
    dog_text_put(text, " object>");
    return err;
}

void dog_object_repr(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                     size_t max_chars, struct dog_text *text)
{
    struct dog_text before = *text;
    if (put_object(mem, arena, object, max_chars, text) != DOG_OK) {
        *text = before;
        dog_text_put(text, "unreadable");
    }
}

enum dog_err dog_object_plain(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                              size_t max_chars, struct dog_str *ret_text)
{
    if (dog_addr_eq(object, mem->layout->none)) {
        return DOG_ERR_ABSENT;
    }
    struct dog_type type;
    enum dog_err err = dog_object_type(mem, object, &type);
    if (err != DOG_OK) {
        return err;
    }
    if ((type.flags & DOG_TYPE_UNICODE_SUBCLASS) != 0) {
        bool cut;
        return dog_object_str(mem, arena, object, max_chars, ret_text, &cut);
    }
    char *storage = dog_arena_alloc(arena, UUID_CHARS);
    struct dog_text text;
    if (storage == NULL) {
        return DOG_ERR_NOMEM;
    }
    dog_text_init(&text, storage, UUID_CHARS);
    if (dog_addr_eq(type.at, mem->layout->int_type)) {
        struct dog_int value;
        err = dog_object_int(mem, object, &value);
        if (err == DOG_OK) {
            put_int(&value, &text);
        }
    } else if (type_is(mem, arena, &type, "uuid.UUID")) {
        err = put_uuid(mem, object, &text);
    } else {
        err = DOG_ERR_INVALID;
    }
    if (err == DOG_OK) {
        *ret_text = dog_text_str(&text);
    }
    return err;
}
