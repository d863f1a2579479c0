/* base/text and base/utf8. */
#include <stdlib.h>

#include "base/text.h"
#include "base/utf8.h"
#include "check.h"

static char storage[256];

static struct dog_text fresh(size_t cap)
{
    struct dog_text text;
    memset(storage, '#', sizeof storage);
    dog_text_init(&text, storage, cap);
    return text;
}

static struct dog_str str(const char *bytes, size_t len)
{
    return (struct dog_str){bytes, len};
}

#define STR(literal) str(literal, sizeof(literal) - 1)

TEST(what_does_not_fit_is_counted_and_nothing_follows_it)
{
    struct dog_text text = fresh(4);
    dog_text_put(&text, "abc");
    dog_text_put(&text, "def");
    dog_text_put(&text, "g");
    CHECK_TEXT(text.at, text.len, "abcd");
    CHECK_EQ(text.dropped, 3);
    CHECK_EQ(storage[4], '#');
}

TEST(a_character_is_never_cut)
{
    for (size_t cap = 0; cap <= 8; cap++) {
        struct dog_text text = fresh(cap);
        dog_text_put(&text, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\xB6");
        uint32_t point;
        for (size_t i = 0; i < text.len;) {
            size_t width = dog_utf8_decode(text.at + i, text.len - i, &point);
            CHECK(width > 0);
            i += width > 0 ? width : 1;
        }
        CHECK_EQ(text.len + text.dropped, 10);
    }
}

TEST(an_escape_is_never_cut)
{
    struct dog_text text = fresh(5);
    dog_text_put_escaped(&text, STR("ab\x1b"));
    CHECK_TEXT(text.at, text.len, "ab");
    CHECK_EQ(text.dropped, 4);
}

TEST(a_text_without_room_measures)
{
    struct dog_text text = fresh(0);
    dog_text_put(&text, "abc");
    dog_text_put_u64(&text, 1234);
    dog_text_put_json(&text, STR("a\n"));
    CHECK_EQ(text.dropped, 3 + 4 + 5);
    CHECK_EQ(storage[0], '#');
}

TEST(numbers_are_written_to_their_ends)
{
    struct dog_text text = fresh(200);
    dog_text_put_u64(&text, UINT64_MAX);
    dog_text_put_char(&text, ' ');
    dog_text_put_i64(&text, INT64_MIN);
    dog_text_put_char(&text, ' ');
    dog_text_put_i64(&text, 0);
    dog_text_put_char(&text, ' ');
    dog_text_put_padded(&text, 7, 3);
    dog_text_put_char(&text, ' ');
    dog_text_put_hex(&text, UINT64_MAX, 1);
    dog_text_put_char(&text, ' ');
    dog_text_put_hex(&text, 0xAB, 4);
    CHECK_TEXT(text.at, text.len,
               "18446744073709551615 -9223372036854775808 0 007 ffffffffffffffff 00ab");
}

static void check_seconds(int64_t ns, unsigned decimals, const char *expected)
{
    struct dog_text text = fresh(64);
    dog_text_put_seconds(&text, ns, decimals);
    CHECK_TEXT(text.at, text.len, expected);
}

TEST(seconds_are_rounded_half_up)
{
    check_seconds(25 * DOG_NS_PER_S, 1, "25.0");
    check_seconds(12449999999, 1, "12.4");
    check_seconds(12450000000, 1, "12.5");
    check_seconds(999999999, 3, "1.000");
    check_seconds(500, 6, "0.000001");
    check_seconds(499, 6, "0.000000");
    check_seconds(1, 9, "0.000000001");
    check_seconds(1500000000, 0, "2");
    check_seconds(-1500000000, 1, "-1.5");
    check_seconds(INT64_MIN, 0, "-9223372037");
    check_seconds(INT64_MAX, 9, "9223372036.854775807");
}

TEST(dates_have_the_three_forms)
{
    dog_wall t = {1305511812 * DOG_NS_PER_S + 123456789};
    struct dog_text text = fresh(128);
    dog_text_put_iso8601(&text, t);
    dog_text_put_char(&text, ' ');
    dog_text_put_original_date(&text, t);
    dog_text_put_char(&text, ' ');
    dog_text_put_compact_date(&text, t);
    CHECK_TEXT(text.at, text.len,
               "2011-05-16T02:10:12.123Z 16-05-2011 02:10:12 UTC 20110516T021012Z");
}

static void check_escaped(struct dog_str in, const char *expected)
{
    struct dog_text text = fresh(200);
    dog_text_put_escaped(&text, in);
    CHECK_TEXT(text.at, text.len, expected);
}

TEST(control_characters_are_escaped)
{
    check_escaped(STR("a\r\n\tb"), "a\\r\\n\\tb");
    check_escaped(STR("\x00\x1b[31m\x7f"), "\\x00\\x1b[31m\\x7f");
    check_escaped(STR("\xC2\x85\xC2\xA0"), "\\x85\xC2\xA0");
    check_escaped(STR("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE\xE2\x81\xA6\xEF\xBB\xBF"),
                  "\\u2028\\u2029\\u202e\\u2066\\ufeff");
}

TEST(other_characters_stay_as_they_are)
{
    check_escaped(STR("na\xC3\xAFve \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x90\xB6 \"\\%{}"),
                  "na\xC3\xAFve \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x90\xB6 \"\\%{}");
}

TEST(bytes_that_are_not_utf8_are_escaped_one_by_one)
{
    check_escaped(STR("\xff\xC3("), "\\xff\\xc3(");
    check_escaped(STR("\xED\xA0\x80"), "\\xed\\xa0\\x80"); /* a surrogate */
    check_escaped(STR("\xC0\xAF"), "\\xc0\\xaf");          /* overlong */
    check_escaped(STR("\xE2\x82"), "\\xe2\\x82");          /* cut */
}

static void check_json(struct dog_str in, const char *expected)
{
    struct dog_text text = fresh(200);
    dog_text_put_json(&text, in);
    CHECK_TEXT(text.at, text.len, expected);
}

TEST(json_strings_escape_what_json_wants_and_what_a_terminal_obeys)
{
    check_json(STR("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
    check_json(STR("\n\r\t\x00\x1f\x7f"), "\"\\n\\u000d\\u0009\\u0000\\u001f\\u007f\"");
    check_json(STR("\xE2\x80\xAE\xF0\x9F\x90\xB6"), "\"\\u202e\xF0\x9F\x90\xB6\"");
    check_json(STR("\xff"), "\"\xEF\xBF\xBD\"");
    check_json(STR(""), "\"\"");
    check_json(DOG_STR_NONE, "null");
}

TEST(texts_are_compared_by_their_bytes)
{
    CHECK(dog_str_is(STR("abc"), "abc"));
    CHECK(!dog_str_is(STR("abc"), "ab"));
    CHECK(!dog_str_is(DOG_STR_NONE, ""));
    CHECK(dog_str_eq(STR(""), DOG_STR_NONE));
    CHECK(dog_str_starts(STR("abc"), "ab"));
    CHECK(!dog_str_starts(STR("a"), "ab"));
    CHECK(dog_str_of(NULL).at == NULL);
}

TEST(a_full_text_gives_up_its_last_byte_for_the_nul)
{
    struct dog_text text = fresh(3);
    dog_text_put(&text, "abc");
    CHECK(strcmp(dog_text_terminate(&text), "ab") == 0);
    CHECK_EQ(text.dropped, 1);
    struct dog_text none = fresh(0);
    CHECK(strcmp(dog_text_terminate(&none), "") == 0);
}

TEST(every_point_is_encoded_and_decoded_to_itself)
{
    for (uint32_t point = 0; point <= 0x110000; point++) {
        char bytes[DOG_UTF8_MAX];
        size_t width = dog_utf8_encode(point, bytes);
        bool possible = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        uint32_t back = 0;
        if (possible != (width > 0) ||
            (possible && (dog_utf8_decode(bytes, width, &back) != width || back != point))) {
            CHECK_EQ(point, -1);
            return;
        }
    }
    CHECK(true);
}

/* Against a decoder that is written another way: by the bits of the whole. */
static size_t decode_slowly(const unsigned char *b, size_t len, uint32_t *ret_point)
{
    static const struct {
        unsigned mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (size_t extra = 0; extra < 4; extra++) {
        if (len < extra + 1 || (b[0] & forms[extra].mask) != forms[extra].lead) {
            continue;
        }
        uint32_t point = b[0] & ~forms[extra].mask & 0xFF;
        for (size_t i = 1; i <= extra; i++) {
            if ((b[i] & 0xC0) != 0x80) {
                return 0;
            }
            point = point << 6 | (b[i] & 0x3F);
        }
        if (point < forms[extra].least || point > 0x10FFFF ||
            (point >= 0xD800 && point <= 0xDFFF)) {
            return 0;
        }
        *ret_point = point;
        return extra + 1;
    }
    return 0;
}

TEST(any_bytes_decode_as_a_plain_reading_of_the_standard_does)
{
    uint64_t state = 88172645463325252u;
    for (int round = 0; round < 200000; round++) {
        unsigned char bytes[4];
        for (size_t i = 0; i < sizeof bytes; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            /* Half of them near the borders. */
            bytes[i] = (unsigned char)(state & 1 ? state >> 8 : (state >> 8 & 0x3F) | 0x80);
        }
        if (round % 3 != 0) {
            bytes[0] = (unsigned char)(0xC0 | (bytes[0] & 0x3F));
        }
        size_t len = 1 + (size_t)round % 4;
        /* Its own block, so that AddressSanitizer sees a byte read too many. */
        char *block = malloc(len);
        memcpy(block, bytes, len);
        uint32_t a = 0, b = 0;
        size_t width = dog_utf8_decode(block, len, &a);
        size_t expected = decode_slowly(bytes, len, &b);
        free(block);
        if (width != expected || a != b) {
            CHECK_EQ(width, expected);
            CHECK_EQ(a, b);
            return;
        }
    }
    CHECK(true);
}

int main(void)
{
    RUN(what_does_not_fit_is_counted_and_nothing_follows_it);
    RUN(a_character_is_never_cut);
    RUN(an_escape_is_never_cut);
    RUN(a_text_without_room_measures);
    RUN(numbers_are_written_to_their_ends);
    RUN(seconds_are_rounded_half_up);
    RUN(dates_have_the_three_forms);
    RUN(control_characters_are_escaped);
    RUN(other_characters_stay_as_they_are);
    RUN(bytes_that_are_not_utf8_are_escaped_one_by_one);
    RUN(json_strings_escape_what_json_wants_and_what_a_terminal_obeys);
    RUN(texts_are_compared_by_their_bytes);
    RUN(a_full_text_gives_up_its_last_byte_for_the_nul);
    RUN(every_point_is_encoded_and_decoded_to_itself);
    RUN(any_bytes_decode_as_a_plain_reading_of_the_standard_does);
    return check_report();
}
