#include "check.h"
#include "fake_memory.h"

#include "snapshot/code.h"

static struct dog_code_cache cache;
static char pool[DOG_CODE_POOL_MIN];
static unsigned char storage[1 << 20];
static struct dog_arena arena;

static struct dog_frame frame_of(const struct fake_memory *m, dog_addr code, int64_t unit)
{
    return (struct dog_frame){
        .code = code,
        .ip = dog_addr_add(code, m->layout.code_instructions + 2 * unit),
    };
}

static struct dog_stack resolve(struct fake_memory *m, struct dog_frame *frames, size_t count)
{
    struct dog_stack stack = {.frames = frames, .count = count, .complete = true};
    dog_arena_init(&arena, storage, sizeof storage);
    dog_code_resolve(&cache, fake_memory_source(m), &m->layout, &arena, &stack);
    return stack;
}

static struct fake_memory *fresh(void)
{
    dog_code_cache_init(&cache, pool, sizeof pool);
    return fake_memory_new();
}

static void set_text(struct fake_memory *m, dog_addr code, int32_t field, dog_addr text)
{
    fake_memory_put_u64(m, code, field, text.v);
}

#define CHECK_STR(str, expected) CHECK_TEXT((str).at, (str).len, expected)

TEST(a_frame_gets_its_names_and_line_cold_and_warm)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "/srv/app/views.py", "View.get", 40, 5);
    for (int round = 0; round < 2; round++) {
        struct dog_frame frames[] = {frame_of(m, code, 0), frame_of(m, code, 3)};
        struct dog_stack stack = resolve(m, frames, 2);
        CHECK_EQ(stack.count, 2);
        CHECK(!stack.torn);
        CHECK_STR(frames[0].file, "/srv/app/views.py");
        CHECK_STR(frames[1].function, "View.get");
        CHECK_EQ(frames[0].line, 40);
        CHECK_EQ(frames[1].line, 43);
        CHECK_EQ(cache.misses, 1);
    }
    fake_memory_free(m);
}

TEST(names_of_every_kind_are_utf8)
{
    static const unsigned char latin[] = {'f', 0xFC, 'n', 'f'};
    static const uint16_t ucs2[] = {0x65E5, 0x672C, 0xD83D, 0xDC80};
    static const uint32_t ucs4[] = {0x1F415, 'd', 0x110000};
    struct fake_memory *m = fresh();
    dog_addr codes[3];
    struct dog_frame frames[3];
    for (int i = 0; i < 3; i++) {
        codes[i] = fake_memory_code(m, "x.py", "x", 1, 5);
        frames[i] = frame_of(m, codes[i], 0);
    }
    set_text(m, codes[0], m->layout.code_qualname, fake_memory_str(m, 1, latin, 4));
    set_text(m, codes[1], m->layout.code_qualname, fake_memory_str(m, 2, ucs2, 4));
    set_text(m, codes[2], m->layout.code_filename, fake_memory_str(m, 4, ucs4, 3));
    resolve(m, frames, 3);
    CHECK_STR(frames[0].function, "f\xC3\xBCnf");
    CHECK_STR(frames[1].function, "\xE6\x97\xA5\xE6\x9C\xAC\\ud83d\\udc80");
    CHECK_STR(frames[2].file, "\xF0\x9F\x90\x95"
                              "d\xEF\xBF\xBD");
    fake_memory_free(m);
}

TEST(bytes_above_127_in_an_ascii_str_are_still_utf8)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, 5);
    set_text(m, code, m->layout.code_qualname, fake_memory_str(m, 0, "a\xFF", 2));
    struct dog_frame frame = frame_of(m, code, 0);
    resolve(m, &frame, 1);
    CHECK_STR(frame.function, "a\xC3\xBF");
    fake_memory_free(m);
}

TEST(a_name_beyond_the_limit_is_cut)
{
    struct fake_memory *m = fresh();
    static char name[DOG_CODE_FUNCTION_MAX + 2];
    memset(name, 'n', sizeof name - 1);
    dog_addr code = fake_memory_code(m, "x.py", name, 1, 5);
    struct dog_frame frame = frame_of(m, code, 0);
    resolve(m, &frame, 1);
    CHECK_EQ(frame.function.len, DOG_CODE_FUNCTION_MAX + 3);
    CHECK(memcmp(frame.function.at + DOG_CODE_FUNCTION_MAX, "...", 3) == 0);
    fake_memory_free(m);
}

TEST(a_line_table_beyond_the_limit_gives_no_line)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, DOG_CODE_TABLE_MAX / 2 + 1);
    struct dog_frame frame = frame_of(m, code, 2);
    resolve(m, &frame, 1);
    CHECK_EQ(frame.line, 0);
    CHECK_STR(frame.function, "x");
    fake_memory_free(m);
}

TEST(a_text_that_cannot_be_read_is_unknown)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, 5);
    set_text(m, code, m->layout.code_filename, (dog_addr){0x7F00DEAD0000});
    set_text(m, code, m->layout.code_linetable, code);
    struct dog_frame frame = frame_of(m, code, 2);
    struct dog_stack stack = resolve(m, &frame, 1);
    CHECK_EQ(stack.count, 1);
    CHECK(!stack.torn);
    CHECK(frame.file.at == NULL);
    CHECK_STR(frame.function, "x");
    CHECK_EQ(frame.line, 0);
    fake_memory_free(m);
}

TEST(another_code_object_at_the_same_address_is_read_anew)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, 5);
    struct dog_frame frame = frame_of(m, code, 2);
    resolve(m, &frame, 1);
    uint32_t version = 4711;
    fake_memory_put(m, code, m->layout.code_version, &version, sizeof version);
    set_text(m, code, m->layout.code_qualname, fake_memory_str(m, 0, "other", 5));
    frame = frame_of(m, code, 2);
    resolve(m, &frame, 1);
    CHECK_STR(frame.function, "other");
    fake_memory_free(m);
}

TEST(a_frame_that_has_only_begun_is_dropped)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, 5);
    int32_t first = 2;
    fake_memory_put(m, code, m->layout.code_firsttraceable, &first, sizeof first);
    struct dog_frame frames[] = {frame_of(m, code, 3), frame_of(m, code, 1), frame_of(m, code, 2),
                                 frame_of(m, code, -1)};
    struct dog_stack stack = resolve(m, frames, 4);
    CHECK_EQ(stack.count, 2);
    CHECK_EQ(stack.frames[0].line, 4);
    CHECK_EQ(stack.frames[1].line, 3);
    CHECK(!stack.torn);
    fake_memory_free(m);
}

TEST(what_cannot_be_a_frame_cuts_the_stack_there)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, 5);
    dog_addr no_code = fake_memory_piece(m, 256);
    const struct dog_frame wrong[] = {
        frame_of(m, no_code, 0),
        frame_of(m, (dog_addr){0x7F00DEAD0000}, 0),
        frame_of(m, code, 5),
        frame_of(m, code, -2),
        frame_of(m, code, INT32_MAX),
        {.code = code, .ip = dog_addr_add(code, m->layout.code_instructions + 3)},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct dog_frame frames[] = {frame_of(m, code, 1), wrong[i], frame_of(m, code, 1)};
        struct dog_stack stack = resolve(m, frames, 3);
        CHECK_EQ(stack.count, 1);
        CHECK(stack.torn);
    }
    fake_memory_free(m);
}

TEST(a_full_pool_starts_over_and_what_was_given_out_stays)
{
    struct fake_memory *m = fresh();
    enum {
        CODES = 300
    };
    static struct dog_frame frames[CODES];
    static char name[1000];
    memset(name, 'n', sizeof name - 1);
    for (int i = 0; i < CODES; i++) {
        name[0] = (char)('A' + i % 26);
        frames[i] = frame_of(m, fake_memory_code(m, "x.py", name, i + 1, 5), 2);
    }
    struct dog_stack stack = resolve(m, frames, CODES);
    CHECK_EQ(stack.count, CODES);
    CHECK(cache.restarts > 0);
    for (int i = 0; i < CODES; i++) {
        CHECK_EQ(frames[i].function.len, sizeof name - 1);
        CHECK_EQ(frames[i].function.at[0], 'A' + i % 26);
        CHECK_EQ(frames[i].line, i + 3);
    }
    fake_memory_free(m);
}

TEST(a_batch_that_no_pool_holds_shows_what_fits)
{
    struct fake_memory *m = fresh();
    enum {
        CODES = 12
    };
    struct dog_frame frames[CODES];
    for (int i = 0; i < CODES; i++) {
        frames[i] = frame_of(m, fake_memory_code(m, "x.py", "x", 1, DOG_CODE_TABLE_MAX / 2), 2);
    }
    struct dog_stack stack = resolve(m, frames, CODES);
    CHECK_EQ(stack.count, CODES);
    CHECK(!stack.torn);
    CHECK_EQ(frames[0].line, 3);
    CHECK_STR(frames[CODES - 1].function, "x");
    fake_memory_free(m);
}

TEST(without_room_in_the_arena_the_names_are_unknown)
{
    struct fake_memory *m = fresh();
    struct dog_frame frame = frame_of(m, fake_memory_code(m, "x.py", "x", 1, 5), 2);
    struct dog_stack stack = {.frames = &frame, .count = 1};
    dog_arena_init(&arena, storage, 0);
    dog_code_resolve(&cache, fake_memory_source(m), &m->layout, &arena, &stack);
    CHECK_EQ(stack.count, 1);
    CHECK(frame.file.at == NULL);
    CHECK_EQ(frame.line, 3);
    fake_memory_free(m);
}

TEST(any_single_failed_read_loses_no_more_than_names_or_frames)
{
    struct fake_memory *m = fresh();
    static const uint16_t wide[] = {0x65E5, 0x672C};
    enum {
        CODES = 70
    };
    dog_addr codes[CODES];
    static struct dog_frame frames[CODES];
    for (int i = 0; i < CODES; i++) {
        codes[i] = fake_memory_code(m, "/srv/x.py", "function", 1, 300);
    }
    set_text(m, codes[1], m->layout.code_qualname, fake_memory_str(m, 2, wide, 2));
    uint64_t spans = 1;
    for (uint64_t n = 0; n <= spans; n++) {
        dog_code_cache_init(&cache, pool, sizeof pool);
        for (int i = 0; i < CODES; i++) {
            frames[i] = frame_of(m, codes[i], 7);
        }
        m->spans = 0;
        m->fail_at = n;
        struct dog_stack stack = resolve(m, frames, CODES);
        CHECK(stack.count == CODES || stack.torn);
        for (size_t i = 0; i < stack.count; i++) {
            CHECK(frames[i].line == 8 || frames[i].line == 0);
            CHECK(frames[i].file.at == NULL || frames[i].file.len == 9);
        }
        if (n == 0) {
            spans = m->spans;
            CHECK(spans > 5 * CODES);
        }
    }
    fake_memory_free(m);
}

TEST(a_layout_that_cannot_be_gives_a_torn_stack)
{
    struct fake_memory *m = fresh();
    dog_addr code = fake_memory_code(m, "x.py", "x", 1, 5);
    int32_t *const fields[] = {&m->layout.code_filename, &m->layout.object_type,
                               &m->layout.var_size, &m->layout.code_version};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const int32_t wrong[] = {-8, 100000, INT32_MIN};
        int32_t right = *fields[i];
        for (size_t k = 0; k < 3; k++) {
            struct dog_frame frame = frame_of(m, code, 1);
            *fields[i] = wrong[k];
            CHECK(resolve(m, &frame, 1).torn);
        }
        *fields[i] = right;
    }
    fake_memory_free(m);
}

int main(void)
{
    RUN(a_frame_gets_its_names_and_line_cold_and_warm);
    RUN(names_of_every_kind_are_utf8);
    RUN(bytes_above_127_in_an_ascii_str_are_still_utf8);
    RUN(a_name_beyond_the_limit_is_cut);
    RUN(a_line_table_beyond_the_limit_gives_no_line);
    RUN(a_text_that_cannot_be_read_is_unknown);
    RUN(another_code_object_at_the_same_address_is_read_anew);
    RUN(a_frame_that_has_only_begun_is_dropped);
    RUN(what_cannot_be_a_frame_cuts_the_stack_there);
    RUN(a_full_pool_starts_over_and_what_was_given_out_stays);
    RUN(a_batch_that_no_pool_holds_shows_what_fits);
    RUN(without_room_in_the_arena_the_names_are_unknown);
    RUN(any_single_failed_read_loses_no_more_than_names_or_frames);
    RUN(a_layout_that_cannot_be_gives_a_torn_stack);
    return check_report();
}
