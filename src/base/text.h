/* A bounded text writer: no stdio, no locale, no allocation. Context: Pure.
 *
 * What does not fit is dropped and counted in `dropped`, so that a report can say how much it
 * lost; no write ever fails. All output is valid UTF-8 if all input is: a character is never cut.
 */
#ifndef DOG_BASE_TEXT_H
#define DOG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

struct dog_text {
    char *at; /* not NUL-terminated: see dog_text_terminate */
    size_t cap;
    size_t len;
    uint64_t dropped; /* bytes that did not fit */
};

/* A piece of UTF-8 text that somebody else owns. `at` NULL means unknown: JSON null. */
struct dog_str {
    const char *at;
    size_t len;
};

#define DOG_STR_NONE ((struct dog_str){NULL, 0})

/* Of a NUL-terminated text; NULL gives DOG_STR_NONE. */
struct dog_str dog_str_of(const char *text);
bool dog_str_is(struct dog_str str, const char *text);
bool dog_str_eq(struct dog_str a, struct dog_str b);
bool dog_str_starts(struct dog_str str, const char *prefix);

void dog_text_init(struct dog_text *text, char *storage, size_t cap);

/* Raw: the caller answers for the bytes. */
void dog_text_put(struct dog_text *text, const char *literal);
void dog_text_put_bytes(struct dog_text *text, const char *bytes, size_t len);
void dog_text_put_str(struct dog_text *text, struct dog_str str);
void dog_text_put_char(struct dog_text *text, char c);
void dog_text_put_repeat(struct dog_text *text, char c, size_t count);

/* Numbers. */
void dog_text_put_i64(struct dog_text *text, int64_t value);
void dog_text_put_u64(struct dog_text *text, uint64_t value);
void dog_text_put_hex(struct dog_text *text, uint64_t value, unsigned digits); /* 0-padded */
void dog_text_put_padded(struct dog_text *text, uint64_t value, unsigned digits);
/* Nanoseconds as seconds with `decimals` (0 to 9) digits, rounded half up: "12.5". */
void dog_text_put_seconds(struct dog_text *text, int64_t ns, unsigned decimals);

/* "2011-05-16T02:10:12.123Z", "16-05-2011 02:10:12 UTC", "20110516T021012Z". */
void dog_text_put_iso8601(struct dog_text *text, dog_wall t);
void dog_text_put_original_date(struct dog_text *text, dog_wall t);
void dog_text_put_compact_date(struct dog_text *text, dog_wall t);

/* As it is, but for control characters (C0, DEL, C1, line and paragraph separators, and the
 * bidirectional overrides that can make a line read as another), which become \n, \x1b or \u202e;
 * bytes that are not UTF-8 become \xff. */
void dog_text_put_escaped(struct dog_text *text, struct dog_str str);

/* A JSON string with its quotes, or null if `at` is NULL. `"`, `\` and the characters that
 * dog_text_put_escaped escapes are escaped; bytes that are not UTF-8 become U+FFFD. */
void dog_text_put_json(struct dog_text *text, struct dog_str str);

/* NUL-terminates, giving up the last byte if the text is full; returns `at`. */
const char *dog_text_terminate(struct dog_text *text);

static inline struct dog_str dog_text_str(const struct dog_text *text)
{
    return (struct dog_str){text->at, text->len};
}

#endif
