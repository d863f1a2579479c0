#include "base/text.h"

#include <string.h>

#include "base/utf8.h"

struct dog_str dog_str_of(const char *text)
{
    return text != NULL ? (struct dog_str){text, strlen(text)} : DOG_STR_NONE;
}

bool dog_str_eq(struct dog_str a, struct dog_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool dog_str_is(struct dog_str str, const char *text)
{
    return str.at != NULL && dog_str_eq(str, dog_str_of(text));
}

bool dog_str_starts(struct dog_str str, const char *prefix)
{
    size_t len = strlen(prefix);
    return str.len >= len && memcmp(str.at, prefix, len) == 0;
}

void dog_text_init(struct dog_text *text, char *storage, size_t cap)
{
    *text = (struct dog_text){.at = storage, .cap = cap};
}

/* All or nothing, so that a character or an escape is never cut. Once something was dropped, all
 * that follows is, too: a text with a hole would read as if it were whole. */
static void put_whole(struct dog_text *text, const char *bytes, size_t len)
{
    if (text->dropped != 0 || len > text->cap - text->len) {
        text->dropped += len;
        return;
    }
    memcpy(text->at + text->len, bytes, len);
    text->len += len;
}

void dog_text_put_bytes(struct dog_text *text, const char *bytes, size_t len)
{
    size_t room = text->dropped != 0 ? 0 : text->cap - text->len;
    if (len <= room) {
        put_whole(text, bytes, len);
        return;
    }
    /* Cut before the character that does not fit. */
    size_t cut = room;
    while (cut > 0 && ((unsigned char)bytes[cut] & 0xC0) == 0x80) {
        cut--;
    }
    put_whole(text, bytes, cut);
    text->dropped += len - cut;
}

void dog_text_put(struct dog_text *text, const char *literal)
{
    dog_text_put_bytes(text, literal, strlen(literal));
}

void dog_text_put_str(struct dog_text *text, struct dog_str str)
{
    if (str.at != NULL) {
        dog_text_put_bytes(text, str.at, str.len);
    }
}

void dog_text_put_char(struct dog_text *text, char c)
{
    put_whole(text, &c, 1);
}

void dog_text_put_repeat(struct dog_text *text, char c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        dog_text_put_char(text, c);
    }
}

void dog_text_put_padded(struct dog_text *text, uint64_t value, unsigned digits)
{
    char buffer[20];
    size_t at = sizeof buffer;
    do {
        buffer[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (sizeof buffer - at < digits && at > 0) {
        buffer[--at] = '0';
    }
    put_whole(text, buffer + at, sizeof buffer - at);
}

void dog_text_put_u64(struct dog_text *text, uint64_t value)
{
    dog_text_put_padded(text, value, 1);
}

void dog_text_put_i64(struct dog_text *text, int64_t value)
{
    if (value < 0) {
        dog_text_put_char(text, '-');
        dog_text_put_u64(text, -(uint64_t)value);
    } else {
        dog_text_put_u64(text, (uint64_t)value);
    }
}

void dog_text_put_hex(struct dog_text *text, uint64_t value, unsigned digits)
{
    char buffer[16];
    size_t at = sizeof buffer;
    do {
        buffer[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value != 0);
    while (sizeof buffer - at < digits && at > 0) {
        buffer[--at] = '0';
    }
    put_whole(text, buffer + at, sizeof buffer - at);
}

void dog_text_put_seconds(struct dog_text *text, int64_t ns, unsigned decimals)
{
    uint64_t unit = 1;
    for (unsigned i = decimals; i < 9; i++) {
        unit *= 10;
    }
    if (ns < 0) {
        dog_text_put_char(text, '-');
    }
    uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    uint64_t rounded = size / unit + (size % unit >= (unit + 1) / 2 && unit > 1);
    uint64_t scale = (uint64_t)DOG_NS_PER_S / unit;
    dog_text_put_u64(text, rounded / scale);
    if (decimals > 0) {
        dog_text_put_char(text, '.');
        dog_text_put_padded(text, rounded % scale, decimals);
    }
}

void dog_text_put_iso8601(struct dog_text *text, dog_wall t)
{
    struct dog_date d = dog_date_from_wall(t);
    dog_text_put_padded(text, (uint64_t)d.year, 4);
    dog_text_put_char(text, '-');
    dog_text_put_padded(text, d.month, 2);
    dog_text_put_char(text, '-');
    dog_text_put_padded(text, d.day, 2);
    dog_text_put_char(text, 'T');
    dog_text_put_padded(text, d.hour, 2);
    dog_text_put_char(text, ':');
    dog_text_put_padded(text, d.minute, 2);
    dog_text_put_char(text, ':');
    dog_text_put_padded(text, d.second, 2);
    dog_text_put_char(text, '.');
    dog_text_put_padded(text, d.nanosecond / 1000000, 3);
    dog_text_put_char(text, 'Z');
}

void dog_text_put_original_date(struct dog_text *text, dog_wall t)
{
    struct dog_date d = dog_date_from_wall(t);
    dog_text_put_padded(text, d.day, 2);
    dog_text_put_char(text, '-');
    dog_text_put_padded(text, d.month, 2);
    dog_text_put_char(text, '-');
    dog_text_put_padded(text, (uint64_t)d.year, 4);
    dog_text_put_char(text, ' ');
    dog_text_put_padded(text, d.hour, 2);
    dog_text_put_char(text, ':');
    dog_text_put_padded(text, d.minute, 2);
    dog_text_put_char(text, ':');
    dog_text_put_padded(text, d.second, 2);
    dog_text_put(text, " UTC");
}

void dog_text_put_compact_date(struct dog_text *text, dog_wall t)
{
    struct dog_date d = dog_date_from_wall(t);
    dog_text_put_padded(text, (uint64_t)d.year, 4);
    dog_text_put_padded(text, d.month, 2);
    dog_text_put_padded(text, d.day, 2);
    dog_text_put_char(text, 'T');
    dog_text_put_padded(text, d.hour, 2);
    dog_text_put_padded(text, d.minute, 2);
    dog_text_put_padded(text, d.second, 2);
    dog_text_put_char(text, 'Z');
}

/* Would it move the cursor, end a line, or reorder what is read? */
static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x200E || point == 0x200F ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0xFEFF;
}

/* "\n", "\x1b", "\u202e": as Python's repr writes them. */
static void put_escape(struct dog_text *text, uint32_t point)
{
    char storage[8];
    struct dog_text escape;
    dog_text_init(&escape, storage, sizeof storage);
    if (point == '\n') {
        dog_text_put(&escape, "\\n");
    } else if (point == '\r') {
        dog_text_put(&escape, "\\r");
    } else if (point == '\t') {
        dog_text_put(&escape, "\\t");
    } else if (point < 0x100) {
        dog_text_put(&escape, "\\x");
        dog_text_put_hex(&escape, point, 2);
    } else {
        dog_text_put(&escape, "\\u");
        dog_text_put_hex(&escape, point, 4);
    }
    put_whole(text, escape.at, escape.len);
}

void dog_text_put_escaped(struct dog_text *text, struct dog_str str)
{
    for (size_t i = 0; i < str.len;) {
        uint32_t point;
        size_t width = dog_utf8_decode(str.at + i, str.len - i, &point);
        if (width == 0) {
            put_escape(text, (unsigned char)str.at[i]);
            width = 1;
        } else if (is_control(point)) {
            put_escape(text, point);
        } else {
            put_whole(text, str.at + i, width);
        }
        i += width;
    }
}

static void put_json_character(struct dog_text *text, uint32_t point, const char *bytes,
                               size_t width)
{
    if (point == '"' || point == '\\') {
        char pair[2] = {'\\', (char)point};
        put_whole(text, pair, 2);
    } else if (point == '\n') {
        put_whole(text, "\\n", 2);
    } else if (is_control(point)) {
        char storage[6];
        struct dog_text escape;
        dog_text_init(&escape, storage, sizeof storage);
        dog_text_put(&escape, "\\u");
        dog_text_put_hex(&escape, point, 4);
        put_whole(text, escape.at, escape.len);
    } else {
        put_whole(text, bytes, width);
    }
}

void dog_text_put_json(struct dog_text *text, struct dog_str str)
{
    if (str.at == NULL) {
        dog_text_put(text, "null");
        return;
    }
    dog_text_put_char(text, '"');
    for (size_t i = 0; i < str.len;) {
        uint32_t point;
        size_t width = dog_utf8_decode(str.at + i, str.len - i, &point);
        if (width == 0) {
            put_whole(text, "\xEF\xBF\xBD", 3);
            width = 1;
        } else {
            put_json_character(text, point, str.at + i, width);
        }
        i += width;
    }
    dog_text_put_char(text, '"');
}

const char *dog_text_terminate(struct dog_text *text)
{
    if (text->cap == 0) {
        return "";
    }
    if (text->len == text->cap) {
        text->len--;
        text->dropped++;
    }
    text->at[text->len] = '\0';
    return text->at;
}
