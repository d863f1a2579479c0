#include "privacy/query.h"

#include <stddef.h>
#include <string.h>

#include "privacy/names.h"
#include "privacy/shapes.h"

enum {
    MAX_NAME = 256,   /* no form has longer names; a longer one is taken for secret */
    MAX_VALUE = 4096, /* what a URL of ours holds at most; a longer one is hidden */
    MAX_LEVELS = 3,   /* a URL in a URL in a URL */
    MIN_KNOWN = 6,    /* bytes */
};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t dog_query_decode(struct dog_str encoded, char *decoded)
{
    size_t len = 0;
    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.at[i];
        if (c == '%' && i + 2 < encoded.len && hex_value(encoded.at[i + 1]) >= 0 &&
            hex_value(encoded.at[i + 2]) >= 0) {
            c = (char)(hex_value(encoded.at[i + 1]) * 16 + hex_value(encoded.at[i + 2]));
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        decoded[len++] = c;
    }
    return len;
}

/* A name as the application will see it. */
struct name {
    char bytes[MAX_NAME];
    size_t len;
    bool too_long;
};

static void decode_name(struct dog_str raw, struct name *ret_name)
{
    ret_name->too_long = raw.len > sizeof ret_name->bytes;
    ret_name->len = ret_name->too_long ? 0 : dog_query_decode(raw, ret_name->bytes);
}

static bool is_named(struct dog_str raw, const char *what)
{
    struct name name;
    decode_name(raw, &name);
    return dog_str_is((struct dog_str){name.bytes, name.len}, what);
}

/* `with_state`: OAuth gives its code together with a state; alone a code is any code. */
static bool is_secret_name(struct dog_str raw, bool with_state)
{
    struct name name;
    decode_name(raw, &name);
    return name.too_long || dog_secret_parameter_name((struct dog_str){name.bytes, name.len}) ||
           (with_state && is_named(raw, "code"));
}

static bool is_name_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.' || c == '[' || c == ']' || ((unsigned char)c & 0x80) != 0;
}

/* Does `text` hold a pair of its own, `name=value` or `"name": value`, whose name is secret? */
static bool holds_secret_pair(struct dog_str text)
{
    size_t begin = 0; /* of the run of name characters, quotes and spaces before text.at[i] */
    bool code = false, state = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        struct dog_str name = {text.at + begin, i - begin};
        if ((c == '=' && dog_secret_parameter_name(name)) ||
            (c == ':' && dog_secret_word_name(name))) {
            return true;
        }
        code = code || (c == '=' && dog_str_is(name, "code"));
        state = state || (c == '=' && dog_str_is(name, "state"));
        if (!is_name_character(c) && c != '"' && c != '\'' && c != ' ') {
            begin = i + 1;
        }
    }
    return code && state;
}

void dog_query_know(struct dog_query_known *known, struct dog_str text)
{
    if (text.len < MIN_KNOWN) {
        return;
    }
    if (known->count == DOG_QUERY_MAX_KNOWN) {
        known->more = true;
        return;
    }
    known->texts[known->count++] = text;
}

static bool holds_known(struct dog_str text, const struct dog_query_known *known)
{
    for (size_t i = 0; i < known->count; i++) {
        struct dog_str one = known->texts[i];
        if (memmem(text.at, text.len, one.at, one.len) != NULL) {
            return true;
        }
    }
    return known->more && text.len > 0;
}

bool dog_query_secret_value(struct dog_str raw, const struct dog_query_known *known)
{
    char decoded[MAX_VALUE];
    if (raw.len > sizeof decoded || holds_known(raw, known)) {
        return true;
    }
    struct dog_str value = raw;
    for (int level = 0; level < MAX_LEVELS; level++) {
        size_t len = dog_query_decode(value, decoded);
        bool shorter = len < value.len;
        value = (struct dog_str){decoded, len};
        if (dog_secret_shape(value) || holds_secret_pair(value) || holds_known(value, known)) {
            return true;
        }
        if (!shorter) {
            break;
        }
    }
    return false;
}

static size_t name_end(struct dog_str pair)
{
    const char *equals = memchr(pair.at, '=', pair.len);
    return equals != NULL ? (size_t)(equals - pair.at) : pair.len;
}

static void put_pair(struct dog_text *text, struct dog_str pair,
                     const struct dog_query_known *known, bool with_state)
{
    size_t equals = name_end(pair);
    struct dog_str name = {pair.at, equals};
    if (equals == pair.len) {
        /* A name without a value may be a value without a name. */
        if (dog_query_secret_value(name, known)) {
            dog_text_put(text, DOG_SECRET_HIDDEN);
        } else {
            dog_text_put_str(text, name);
        }
        return;
    }
    struct dog_str value = {pair.at + equals + 1, pair.len - equals - 1};
    bool name_is_value = dog_query_secret_value(name, known);
    bool hide =
        value.len > 0 && (is_secret_name(name, with_state) || dog_query_secret_value(value, known));
    dog_text_put_str(text, name_is_value ? dog_str_of(DOG_SECRET_HIDDEN) : name);
    dog_text_put_char(text, '=');
    dog_text_put_str(text, hide ? dog_str_of(DOG_SECRET_HIDDEN) : value);
}

/* The pair that begins at `begin`. */
static struct dog_str pair_at(struct dog_str query, size_t begin)
{
    size_t end = begin;
    while (end < query.len && query.at[end] != '&' && query.at[end] != ';') {
        end++;
    }
    return (struct dog_str){query.at + begin, end - begin};
}

static bool has_state(struct dog_str query)
{
    for (size_t begin = 0; begin <= query.len;) {
        struct dog_str pair = pair_at(query, begin);
        if (is_named((struct dog_str){pair.at, name_end(pair)}, "state")) {
            return true;
        }
        begin += pair.len + 1;
    }
    return false;
}

void dog_query_put(struct dog_text *text, struct dog_str query, const struct dog_query_known *known)
{
    bool with_state = has_state(query);
    for (size_t begin = 0; begin <= query.len;) {
        struct dog_str pair = pair_at(query, begin);
        size_t end = begin + pair.len;
        put_pair(text, pair, known, with_state);
        if (end < query.len) {
            dog_text_put_char(text, query.at[end]);
        }
        begin = end + 1;
    }
}
