#include "check.h"

#include <stdlib.h>

#include "engine/outbox.h"

static int announced;

static void count_letter(void)
{
    announced++;
}

static struct dog_str str_of(const char *at, size_t len)
{
    return (struct dog_str){at, len};
}

static bool put(const char *path, const char *json, const char *text)
{
    return dog_outbox_put((struct dog_letter){.kind = DOG_LETTER_REPORT,
                                              .path = dog_str_of(path),
                                              .json = dog_str_of(json),
                                              .text = dog_str_of(text)});
}

TEST(letters_come_out_whole_and_in_order)
{
    struct dog_letter letter;
    CHECK(!dog_outbox_peek(&letter));
    CHECK(put("/a.log", NULL, NULL));
    CHECK(put(NULL, "{}", "text"));
    CHECK_EQ(announced, 2);
    dog_outbox_announce(); /* they wait still */
    CHECK_EQ(announced, 3);
    CHECK(!dog_outbox_is_empty());
    CHECK(dog_outbox_peek(&letter));
    CHECK_TEXT(letter.path.at, letter.path.len, "/a.log");
    CHECK(letter.json.at == NULL && letter.text.at == NULL);
    dog_outbox_drop();
    CHECK(dog_outbox_peek(&letter));
    CHECK(letter.path.at == NULL);
    CHECK_TEXT(letter.json.at, letter.json.len, "{}");
    CHECK_TEXT(letter.text.at, letter.text.len, "text");
    dog_outbox_drop();
    CHECK(dog_outbox_is_empty());
    dog_outbox_announce(); /* nobody to be announced */
    CHECK_EQ(announced, 3);
    dog_outbox_drop(); /* of nothing: nothing */
    CHECK(dog_outbox_is_empty());
}

TEST(what_does_not_fit_is_counted_and_harms_nothing)
{
    static char big[300 * 1024];
    memset(big, 'x', sizeof big);
    uint64_t dropped = dog_outbox_dropped();
    CHECK(!dog_outbox_put((struct dog_letter){.text = str_of(big, sizeof big)}));
    CHECK_EQ(dog_outbox_dropped(), dropped + 1);
    CHECK(dog_outbox_is_empty());
    int held = 0;
    while (dog_outbox_put((struct dog_letter){.text = str_of(big, 60000)})) {
        held++;
    }
    CHECK_EQ(held, 4);
    struct dog_letter letter;
    while (dog_outbox_peek(&letter)) {
        CHECK_EQ(letter.text.len, 60000);
        dog_outbox_drop();
        held--;
    }
    CHECK_EQ(held, 0);
}

/* Every letter's bytes depend on its number, so that a letter that comes out wrong is seen. */
TEST(letters_of_all_sizes_go_round_the_ring_many_times)
{
    static char out[20000];
    uint32_t seed = 7;
    int next_in = 0, next_out = 0;
    for (int step = 0; step < 20000; step++) {
        seed = seed * 1664525u + 1013904223u;
        size_t size = seed >> 8 & 1 ? (seed >> 16) % 200 : (seed >> 12) % sizeof out;
        memset(out, 'a' + next_in % 26, size);
        if (dog_outbox_put((struct dog_letter){.text = str_of(out, size)})) {
            next_in++;
        }
        struct dog_letter letter;
        for (uint32_t n = seed >> 28 & 3; n > 0 && dog_outbox_peek(&letter); n--) {
            char expected = (char)('a' + next_out++ % 26);
            for (size_t i = 0; i < letter.text.len; i += 97) {
                CHECK_EQ(letter.text.at[i], expected);
            }
            dog_outbox_drop();
        }
    }
    CHECK(next_out > 1000);
}

int main(void)
{
    CHECK_EQ(dog_outbox_setup(count_letter), DOG_OK);
    RUN(letters_come_out_whole_and_in_order);
    RUN(what_does_not_fit_is_counted_and_harms_nothing);
    RUN(letters_of_all_sizes_go_round_the_ring_many_times);
    return check_report();
}
