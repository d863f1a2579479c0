#include "check.h"

#include "snapshot/linetable.h"

#define HEAD(code, units) (unsigned char)(0x80 | (code) << 3 | ((units)-1))

static int32_t line_of(const unsigned char *table, size_t size, int64_t unit)
{
    int32_t line = -1;
    enum dog_err err = dog_linetable_line(table, size, 100, unit, &line);
    return err == DOG_OK ? line : -(int32_t)err;
}

TEST(each_kind_of_entry_moves_the_line_as_it_says)
{
    static const unsigned char table[] = {
        HEAD(0, 2),  0x12,                 /* 0-1: the same line */
        HEAD(9, 1),  0x00,                 /* 2: the same */
        HEAD(11, 1), 1,        2,          /* 3: + 1 */
        HEAD(12, 1), 1,        2,          /* 4: + 2 */
        HEAD(10, 1), 1,        2,          /* 5: + 0 */
        HEAD(13, 1), 5,                    /* 6: - 2 */
        HEAD(14, 1), 0x40 | 2, 3, 0, 1, 2, /* 7: + (2 + 3 * 64) / 2 = 97 */
        HEAD(15, 8),                       /* 8-15: none */
        HEAD(13, 1), 0,                    /* 16: + 0, the line before none counts */
    };
    CHECK_EQ(line_of(table, sizeof table, 0), 100);
    CHECK_EQ(line_of(table, sizeof table, 1), 100);
    CHECK_EQ(line_of(table, sizeof table, 2), 100);
    CHECK_EQ(line_of(table, sizeof table, 3), 101);
    CHECK_EQ(line_of(table, sizeof table, 4), 103);
    CHECK_EQ(line_of(table, sizeof table, 5), 103);
    CHECK_EQ(line_of(table, sizeof table, 6), 101);
    CHECK_EQ(line_of(table, sizeof table, 7), 198);
    CHECK_EQ(line_of(table, sizeof table, 8), 0);
    CHECK_EQ(line_of(table, sizeof table, 15), 0);
    CHECK_EQ(line_of(table, sizeof table, 16), 198);
    CHECK_EQ(line_of(table, sizeof table, 17), -DOG_ERR_INVALID);
}

TEST(a_frame_that_has_not_begun_is_at_the_first_line)
{
    CHECK_EQ(line_of(NULL, 0, -1), 100);
}

TEST(an_empty_table_has_no_line)
{
    CHECK_EQ(line_of((const unsigned char *)"", 0, 0), -DOG_ERR_INVALID);
}

TEST(a_table_cut_at_any_byte_gives_a_line_or_an_error)
{
    static const unsigned char table[] = {HEAD(14, 1), 0x42, 3,           0x41, 1,
                                          1,           2,    HEAD(13, 8), 0x44, 1};
    for (size_t size = 0; size < sizeof table; size++) {
        unsigned char copy[sizeof table];
        memcpy(copy, table, size);
        for (int64_t unit = 0; unit < 12; unit++) {
            CHECK(line_of(copy, size, unit) == -DOG_ERR_INVALID || unit == 0);
        }
    }
    CHECK_EQ(line_of(table, sizeof table, 8), 100 + (2 + 3 * 64) / 2 + (4 + 64) / 2);
}

TEST(a_number_without_an_end_is_an_error)
{
    unsigned char table[40];
    memset(table, 0x7F, sizeof table);
    table[0] = HEAD(13, 1);
    CHECK_EQ(line_of(table, sizeof table, 0), -DOG_ERR_INVALID);
}

TEST(a_first_byte_without_its_mark_is_an_error)
{
    static const unsigned char table[] = {0x08, 0x00};
    CHECK_EQ(line_of(table, sizeof table, 0), -DOG_ERR_INVALID);
}

TEST(a_line_below_nothing_or_beyond_a_number_is_an_error)
{
    static const unsigned char below[] = {HEAD(13, 1), 0x41, 0x40, 0x01};
    static const unsigned char beyond[] = {HEAD(13, 1), 0x7E, 0x7F, 0x7F, 0x7F, 0x7F, 0x03};
    CHECK_EQ(line_of(below, sizeof below, 0), -DOG_ERR_INVALID);
    CHECK_EQ(line_of(beyond, sizeof beyond, 0), -DOG_ERR_INVALID);
}

TEST(any_bytes_end_and_stay_within)
{
    unsigned char table[97];
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        size_t size = seed % sizeof table;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1664525 + 1013904223;
            table[i] = (unsigned char)(seed >> 24);
        }
        int32_t line = -1;
        enum dog_err err = dog_linetable_line(table, size, (int32_t)(seed >> 8), 60, &line);
        CHECK(err == DOG_OK ? line >= 0 : line == -1);
        seed++;
    }
}

int main(void)
{
    RUN(each_kind_of_entry_moves_the_line_as_it_says);
    RUN(a_frame_that_has_not_begun_is_at_the_first_line);
    RUN(an_empty_table_has_no_line);
    RUN(a_table_cut_at_any_byte_gives_a_line_or_an_error);
    RUN(a_number_without_an_end_is_an_error);
    RUN(a_first_byte_without_its_mark_is_an_error);
    RUN(a_line_below_nothing_or_beyond_a_number_is_an_error);
    RUN(any_bytes_end_and_stay_within);
    return check_report();
}
