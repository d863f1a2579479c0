/* base/cursor, base/arena and base/time. */
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/time.h"
#include "check.h"

TEST(a_cursor_reads_in_order_at_any_alignment)
{
    const unsigned char bytes[] = {1, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4};
    struct dog_cursor cursor = dog_cursor_over(bytes, sizeof bytes);
    CHECK_EQ(dog_cursor_u8(&cursor), 1);
    CHECK_EQ(dog_cursor_u32(&cursor), 2);
    CHECK_EQ(dog_cursor_u64(&cursor), 3);
    CHECK_EQ(dog_cursor_left(&cursor), 1);
    CHECK(!dog_cursor_done(&cursor));
    CHECK_EQ(dog_cursor_u8(&cursor), 4);
    CHECK(dog_cursor_done(&cursor));
    CHECK(!cursor.failed);
}

TEST(a_cursor_past_its_end_gives_zero_for_ever)
{
    /* On the heap, so that AddressSanitizer sees a byte read too many. */
    unsigned char *bytes = malloc(7);
    memset(bytes, 0xFF, 7);
    struct dog_cursor cursor = dog_cursor_over(bytes, 7);
    CHECK_EQ(dog_cursor_u64(&cursor), 0);
    CHECK(cursor.failed);
    CHECK_EQ(dog_cursor_u8(&cursor), 0);
    CHECK_EQ(dog_cursor_left(&cursor), 0);
    CHECK(dog_cursor_done(&cursor));
    free(bytes);
}

TEST(a_skip_of_any_length_stays_within)
{
    unsigned char bytes[4] = {0};
    struct dog_cursor cursor = dog_cursor_over(bytes, sizeof bytes);
    dog_cursor_skip(&cursor, 4);
    CHECK(!cursor.failed);
    dog_cursor_skip(&cursor, SIZE_MAX);
    CHECK(cursor.failed);
}

TEST(a_field_must_lie_within_the_copy)
{
    unsigned char bytes[16] = {[8] = 5};
    uint64_t value = 77;
    CHECK(dog_field_u64(bytes, sizeof bytes, 8, &value));
    CHECK_EQ(value, 5);
    value = 77;
    CHECK(!dog_field_u64(bytes, sizeof bytes, 9, &value));
    CHECK(!dog_field_u64(bytes, sizeof bytes, SIZE_MAX, &value));
    CHECK(!dog_field_u64(bytes, 7, 0, &value));
    CHECK_EQ(value, 77);
}

TEST(an_arena_gives_aligned_zeroed_blocks_that_do_not_overlap)
{
    static unsigned char storage[1024];
    memset(storage, 0xAA, sizeof storage);
    struct dog_arena arena;
    dog_arena_init(&arena, storage + 3, sizeof storage - 3);
    unsigned char *a = dog_arena_alloc(&arena, 5);
    unsigned char *b = dog_arena_alloc(&arena, 17);
    CHECK(a != NULL && b != NULL && b >= a + 5);
    CHECK_EQ((uintptr_t)a % 16, 0);
    CHECK_EQ((uintptr_t)b % 16, 0);
    CHECK_EQ(a[4] + b[16], 0);
    CHECK(b + 17 <= storage + sizeof storage);
}

TEST(a_full_arena_gives_null_and_stays_as_it_is)
{
    static unsigned char storage[64];
    struct dog_arena arena;
    dog_arena_init(&arena, storage, sizeof storage);
    size_t room = dog_arena_room(&arena);
    CHECK(dog_arena_alloc(&arena, room + 1) == NULL);
    CHECK(dog_arena_alloc(&arena, SIZE_MAX) == NULL);
    CHECK(dog_arena_array(&arena, SIZE_MAX / 2, 4) == NULL);
    CHECK_EQ(dog_arena_room(&arena), room);
    CHECK(dog_arena_alloc(&arena, 16) != NULL);
}

TEST(a_released_arena_gives_its_memory_anew_and_remembers_its_peak)
{
    static unsigned char storage[256];
    struct dog_arena arena;
    dog_arena_init(&arena, storage, sizeof storage);
    void *first = dog_arena_alloc(&arena, 16);
    size_t mark = dog_arena_mark(&arena);
    unsigned char *a = dog_arena_alloc(&arena, 100);
    memset(a, 0xFF, 100);
    dog_arena_release(&arena, mark);
    unsigned char *b = dog_arena_alloc(&arena, 10);
    CHECK(a == b && b[0] == 0 && first != b);
    CHECK(arena.peak >= 116);
    dog_arena_release(&arena, 200); /* ahead of what is used: nothing */
    CHECK_EQ(dog_arena_mark(&arena), mark + 16);
}

TEST(storage_smaller_than_its_misalignment_is_an_empty_arena)
{
    static _Alignas(16) unsigned char storage[16];
    struct dog_arena arena;
    dog_arena_init(&arena, storage + 1, 3);
    CHECK_EQ(dog_arena_room(&arena), 0);
    CHECK(dog_arena_alloc(&arena, 1) == NULL);
}

TEST(dates_are_those_of_the_c_library)
{
    /* A step that is no multiple of a day, from 1677 to 2262: all that 64 bits of ns can say. */
    for (int64_t second = -9223372036; second < 9223372036; second += 9999991) {
        time_t t = (time_t)second;
        struct tm expected;
        gmtime_r(&t, &expected);
        struct dog_date date = dog_date_from_wall((dog_wall){second * DOG_NS_PER_S});
        if (date.year != expected.tm_year + 1900 || date.month != expected.tm_mon + 1 ||
            date.day != expected.tm_mday || date.hour != expected.tm_hour ||
            date.minute != expected.tm_min || date.second != expected.tm_sec) {
            CHECK_EQ(second, -1);
            return;
        }
    }
    CHECK(true);
}

TEST(leap_days_and_the_ends_of_years_are_right)
{
    struct dog_date date = dog_date_from_wall((dog_wall){951782400 * DOG_NS_PER_S});
    CHECK(date.year == 2000 && date.month == 2 && date.day == 29);
    date = dog_date_from_wall((dog_wall){4107542400 * DOG_NS_PER_S}); /* 2100 has none */
    CHECK(date.year == 2100 && date.month == 3 && date.day == 1);
    date = dog_date_from_wall((dog_wall){-1});
    CHECK(date.year == 1969 && date.month == 12 && date.day == 31 && date.second == 59);
    CHECK_EQ(date.nanosecond, 999999999);
    date = dog_date_from_wall((dog_wall){INT64_MAX});
    CHECK(date.year == 2262 && date.month == 4 && date.day == 11);
    date = dog_date_from_wall((dog_wall){INT64_MIN});
    CHECK(date.year == 1677 && date.month == 9 && date.day == 21);
}

TEST(a_sum_of_instants_saturates)
{
    CHECK_EQ(dog_mono_add((dog_mono){INT64_MAX - 1}, 2).ns, INT64_MAX);
    CHECK_EQ(dog_mono_add((dog_mono){1}, 2).ns, 3);
    CHECK(dog_mono_before((dog_mono){1}, DOG_MONO_NEVER));
    CHECK_EQ(dog_mono_min((dog_mono){5}, (dog_mono){4}).ns, 4);
}

int main(void)
{
    RUN(a_cursor_reads_in_order_at_any_alignment);
    RUN(a_cursor_past_its_end_gives_zero_for_ever);
    RUN(a_skip_of_any_length_stays_within);
    RUN(a_field_must_lie_within_the_copy);
    RUN(an_arena_gives_aligned_zeroed_blocks_that_do_not_overlap);
    RUN(a_full_arena_gives_null_and_stays_as_it_is);
    RUN(a_released_arena_gives_its_memory_anew_and_remembers_its_peak);
    RUN(storage_smaller_than_its_misalignment_is_an_empty_arena);
    RUN(dates_are_those_of_the_c_library);
    RUN(leap_days_and_the_ends_of_years_are_right);
    RUN(a_sum_of_instants_saturates);
    return check_report();
}
