/* A tiny harness for the C units: each test is a function whose name is a sentence.
 *
 *     TEST(a_cursor_past_its_end_gives_zero) { CHECK_EQ(dog_cursor_u8(&c), 0); }
 *     int main(void) { RUN(a_cursor_past_its_end_gives_zero); return check_report(); }
 *
 * A failed check is printed with its place and values and counted; the test goes on. */
#ifndef DOG_TESTS_CHECK_H
#define DOG_TESTS_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int check_failures;
static int check_tests;

#define TEST(name) static void name(void)

#define RUN(name)                                                             \
    do {                                                                      \
        int before = check_failures;                                          \
        check_tests++;                                                        \
        name();                                                               \
        printf("%s %s\n", check_failures == before ? "ok  " : "FAIL", #name); \
    } while (0)

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) {                                                 \
            check_failures++;                                               \
            printf("%s:%d: %s is false\n", __FILE__, __LINE__, #condition); \
        }                                                                   \
    } while (0)

#define CHECK_EQ(actual, expected)                                                             \
    do {                                                                                       \
        int64_t check_a = (int64_t)(actual), check_e = (int64_t)(expected);                    \
        if (check_a != check_e) {                                                              \
            check_failures++;                                                                  \
            printf("%s:%d: %s is %" PRId64 ", not %" PRId64 "\n", __FILE__, __LINE__, #actual, \
                   check_a, check_e);                                                          \
        }                                                                                      \
    } while (0)

/* Texts; `len` is the length of `actual`. */
#define CHECK_TEXT(actual, len, expected)                                              \
    do {                                                                               \
        const char *check_e = (expected);                                              \
        size_t check_n = (len);                                                        \
        if (check_n != strlen(check_e) || memcmp((actual), check_e, check_n) != 0) {   \
            check_failures++;                                                          \
            printf("%s:%d: %s is \"%.*s\", not \"%s\"\n", __FILE__, __LINE__, #actual, \
                   (int)check_n, (actual), check_e);                                   \
        }                                                                              \
    } while (0)

static inline int check_report(void)
{
    printf("%d tests, %d failed checks\n", check_tests, check_failures);
    return check_failures == 0 ? 0 : 1;
}

#endif
