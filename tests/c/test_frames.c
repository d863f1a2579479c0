#include "check.h"
#include "fake_memory.h"

#include "snapshot/frames.h"
#include "snapshot/threads.h"

static struct dog_frames_scratch scratch;
static unsigned char storage[1 << 20];
static struct dog_arena arena;

static enum dog_err capture(struct fake_memory *m, dog_addr thread, dog_addr anchor,
                            struct dog_stack *ret_stack)
{
    dog_arena_init(&arena, storage, sizeof storage);
    memset(ret_stack, 0, sizeof *ret_stack);
    return dog_frames_capture(fake_memory_source(m), &m->layout, &scratch, &arena, thread, anchor,
                              ret_stack);
}

/* The thread's CPU clock: it stands, or it runs. */
static int64_t clock_now;
static int64_t standing_clock(int64_t native_id)
{
    (void)native_id;
    return clock_now;
}
static int64_t running_clock(int64_t native_id)
{
    (void)native_id;
    return ++clock_now;
}

TEST(frames_come_outermost_first)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr thread = fake_memory_thread(m, 7);
    dog_addr f = fake_memory_code(m, "f.py", "f", 1, 5), g = fake_memory_code(m, "g.py", "g", 1, 5);
    dog_addr outer = fake_memory_call(m, thread, f, 2), inner = fake_memory_call(m, thread, g, 1);
    struct dog_stack stack;
    CHECK_EQ(capture(m, thread, outer, &stack), DOG_OK);
    CHECK_EQ(stack.count, 2);
    CHECK(dog_addr_eq(stack.frames[0].frame, outer));
    CHECK(dog_addr_eq(stack.frames[0].code, f));
    CHECK(dog_addr_eq(stack.frames[0].ip, dog_addr_add(f, m->layout.code_instructions + 4)));
    CHECK(dog_addr_eq(stack.frames[1].frame, inner));
    CHECK(stack.complete && !stack.torn && stack.anchored);
    CHECK_EQ(stack.omitted, 0);
    CHECK_EQ(capture(m, thread, g, &stack), DOG_OK);
    CHECK(!stack.anchored);
    fake_memory_free(m);
}

TEST(a_thread_without_frames_has_a_complete_stack_of_none)
{
    struct fake_memory *m = fake_memory_new();
    struct dog_stack stack;
    CHECK_EQ(capture(m, fake_memory_thread(m, 7), DOG_NULL, &stack), DOG_OK);
    CHECK_EQ(stack.count, 0);
    CHECK(stack.complete && !stack.torn);
    fake_memory_free(m);
}

TEST(what_is_no_thread_is_an_error)
{
    struct fake_memory *m = fake_memory_new();
    struct dog_stack stack;
    CHECK_EQ(capture(m, (dog_addr){64}, DOG_NULL, &stack), DOG_ERR_UNREADABLE);
    m->layout.tstate_frame = 4096;
    CHECK_EQ(capture(m, fake_memory_thread(m, 7), DOG_NULL, &stack), DOG_ERR_INVALID);
    fake_memory_free(m);
}

/* A chain across chunks, generators and entries from C. */
static dog_addr mixed_thread(struct fake_memory *m, unsigned rounds, size_t *ret_count)
{
    dog_addr thread = fake_memory_thread(m, 7);
    dog_addr f = fake_memory_code(m, "f.py", "f", 1, 9), g = fake_memory_code(m, "g.py", "g", 1, 9);
    *ret_count = 0;
    for (unsigned i = 0; i < rounds; i++) {
        for (unsigned k = 0; k < 20; k++) {
            fake_memory_call(m, thread, f, k % 9);
        }
        fake_memory_call_elsewhere(m, thread, DOG_NULL, 0);
        fake_memory_call(m, thread, f, 1);
        fake_memory_call_elsewhere(m, thread, g, 2);
        *ret_count += 22;
    }
    return thread;
}

TEST(entries_from_c_are_skipped_and_generators_are_not)
{
    struct fake_memory *m = fake_memory_new();
    size_t count;
    dog_addr thread = mixed_thread(m, 12, &count);
    struct dog_stack stack;
    CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
    CHECK_EQ(stack.count, count);
    CHECK(stack.complete && !stack.torn);
    fake_memory_free(m);
}

TEST(of_a_deep_recursion_both_ends_are_kept_and_the_middle_is_counted)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr thread = fake_memory_thread(m, 7);
    dog_addr f = fake_memory_code(m, "f.py", "f", 1, 60000);
    for (unsigned depth = 1; depth <= 50000; depth++) {
        fake_memory_call(m, thread, f, depth);
        if (depth == 511 || depth == 512 || depth == 513 || depth == 700 || depth == 50000) {
            struct dog_stack stack;
            CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
            CHECK(stack.complete && !stack.torn);
            CHECK_EQ(stack.count + stack.omitted, depth);
            CHECK_EQ(stack.count, depth < 512 ? depth : 512);
            CHECK_EQ(stack.omitted_at, depth <= 512 ? 0 : 128);
            for (size_t i = 0; i < stack.count; i++) {
                unsigned unit = (unsigned)(i + 1 + (i >= stack.omitted_at ? stack.omitted : 0));
                CHECK(dog_addr_eq(stack.frames[i].ip,
                                  dog_addr_add(f, m->layout.code_instructions + 2 * unit)));
            }
        }
    }
    fake_memory_free(m);
}

TEST(a_circle_of_frames_ends)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr thread = fake_memory_thread(m, 7);
    dog_addr f = fake_memory_code(m, "f.py", "f", 1, 5);
    dog_addr bottom = fake_memory_call(m, thread, f, 1);
    dog_addr top = fake_memory_call(m, thread, f, 2);
    fake_memory_put_u64(m, bottom, m->layout.frame_previous, top.v);
    struct dog_stack stack;
    CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
    CHECK(!stack.complete && stack.torn);
    fake_memory_free(m);
}

TEST(a_chain_that_leads_nowhere_is_shown_as_far_as_it_goes)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr thread = fake_memory_thread(m, 7);
    dog_addr f = fake_memory_code(m, "f.py", "f", 1, 5);
    dog_addr bottom = fake_memory_call(m, thread, f, 1);
    fake_memory_call(m, thread, f, 2);
    const uint64_t nowhere[] = {8, 0x7F00DEAD0000, 0x7F00DEAD0003, UINT64_MAX, UINT64_C(1) << 60};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        fake_memory_put_u64(m, bottom, m->layout.frame_previous, nowhere[i]);
        struct dog_stack stack;
        CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
        CHECK_EQ(stack.count, 2);
        CHECK(!stack.complete);
    }
    fake_memory_free(m);
}

TEST(any_single_failed_read_gives_a_stack_or_an_error)
{
    struct fake_memory *m = fake_memory_new();
    size_t count;
    dog_addr thread = mixed_thread(m, 12, &count);
    struct dog_stack stack;
    scratch.thread_cpu_ns = running_clock;
    CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
    uint64_t spans = m->spans;
    CHECK(spans > 20);
    for (uint64_t n = 1; n <= spans; n++) {
        m->spans = 0;
        m->fail_at = n;
        enum dog_err err = capture(m, thread, DOG_NULL, &stack);
        CHECK(err == DOG_OK || err == DOG_ERR_UNREADABLE);
        if (err == DOG_OK) {
            CHECK(stack.count == count || stack.torn || !stack.complete);
        }
    }
    scratch.thread_cpu_ns = NULL;
    fake_memory_free(m);
}

TEST(a_thread_that_stands_is_read_twice_and_one_that_runs_more_often)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr thread = fake_memory_thread(m, 7);
    fake_memory_call(m, thread, fake_memory_code(m, "f.py", "f", 1, 5), 1);
    struct dog_stack stack;
    scratch.thread_cpu_ns = standing_clock;
    CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
    uint64_t standing = m->spans;
    scratch.thread_cpu_ns = running_clock;
    m->spans = 0;
    CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
    CHECK(!stack.torn);
    CHECK(m->spans >= 3 * standing);
    scratch.thread_cpu_ns = NULL;
    fake_memory_free(m);
}

/* A thread that calls through chain A, then through chain B, at the same addresses. */
struct alternating {
    dog_addr thread, main, a[2], b[2];
    unsigned waited, every; /* reads between two of its steps */
    unsigned steps;
};

static void alternate(struct fake_memory *m)
{
    struct alternating *alt = m->context;
    if (++alt->waited < alt->every) {
        return;
    }
    alt->waited = 0;
    unsigned phase = alt->steps++ % 8;
    const dog_addr *chain = phase < 4 ? alt->a : alt->b;
    switch (phase % 4) {
    case 0:
        fake_memory_move(m, fake_memory_innermost(m, alt->thread), alt->main, phase < 4 ? 1 : 2);
        fake_memory_call(m, alt->thread, chain[0], 1);
        break;
    case 1: fake_memory_call(m, alt->thread, chain[1], 1); break;
    default: fake_memory_return(m, alt->thread); break;
    }
}

TEST(a_thread_that_never_stands_still_is_torn_and_shows_what_did)
{
    struct fake_memory *m = fake_memory_new();
    struct alternating alt = {.thread = fake_memory_thread(m, 7), .every = 1};
    dog_addr base = fake_memory_code(m, "m.py", "base", 1, 5);
    alt.main = fake_memory_code(m, "m.py", "main", 1, 5);
    for (unsigned i = 0; i < 2; i++) {
        alt.a[i] = fake_memory_code(m, "a.py", "a", 1, 5);
        alt.b[i] = fake_memory_code(m, "b.py", "b", 1, 5);
    }
    fake_memory_call(m, alt.thread, base, 3);
    fake_memory_call(m, alt.thread, alt.main, 1);
    m->context = &alt;
    m->before = alternate;
    unsigned torn = 0, whole = 0;
    for (unsigned every = 1; every < 200; every++) {
        alt.every = every;
        struct dog_stack stack;
        CHECK_EQ(capture(m, alt.thread, DOG_NULL, &stack), DOG_OK);
        CHECK(stack.count >= 2);
        CHECK(dog_addr_eq(stack.frames[0].code, base));
        CHECK(dog_addr_eq(stack.frames[1].code, alt.main));
        torn += stack.torn;
        whole += !stack.torn;
        if (!stack.torn && stack.count == 4) {
            CHECK(dog_addr_eq(stack.frames[2].code, alt.a[0]) ==
                  dog_addr_eq(stack.frames[3].code, alt.a[1]));
        }
        if (!stack.torn && stack.count > 2) {
            bool calls_a = dog_addr_eq(stack.frames[1].ip,
                                       dog_addr_add(alt.main, m->layout.code_instructions + 2));
            CHECK(calls_a == dog_addr_eq(stack.frames[2].code, alt.a[0]));
        }
    }
    CHECK(torn > 0 && whole > 0);
    fake_memory_free(m);
}

TEST(a_frame_that_is_being_cleared_is_not_shown)
{
    struct fake_memory *m = fake_memory_new();
    m->layout.tagged_refs = 1;
    dog_addr thread = fake_memory_thread(m, 7);
    dog_addr f = fake_memory_code(m, "f.py", "f", 1, 5);
    fake_memory_call(m, thread, f, 1);
    dog_addr top = fake_memory_call(m, thread, f, 2);
    struct dog_stack stack;
    for (uint64_t word = 0; word < 2; word++) {
        fake_memory_put_u64(m, top, m->layout.frame_code, word);
        CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
        CHECK(stack.torn);
        CHECK_EQ(stack.count, 1);
    }
    fake_memory_put_u64(m, top, m->layout.frame_code, f.v | 1);
    CHECK_EQ(capture(m, thread, DOG_NULL, &stack), DOG_OK);
    CHECK(!stack.torn);
    CHECK(dog_addr_eq(stack.frames[1].code, f));
    fake_memory_free(m);
}

TEST(a_full_arena_is_an_error)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr thread = fake_memory_thread(m, 7);
    fake_memory_call(m, thread, fake_memory_code(m, "f.py", "f", 1, 5), 1);
    struct dog_stack stack;
    struct dog_arena none;
    dog_arena_init(&none, storage, 0);
    CHECK_EQ(dog_frames_capture(fake_memory_source(m), &m->layout, &scratch, &none, thread,
                                DOG_NULL, &stack),
             DOG_ERR_NOMEM);
    fake_memory_free(m);
}

TEST(a_thread_is_found_by_its_id)
{
    struct fake_memory *m = fake_memory_new();
    dog_addr interp = fake_memory_piece(m, 64), found = DOG_NULL;
    dog_addr one = fake_memory_thread(m, 11), two = fake_memory_thread(m, 12);
    fake_memory_put_u64(m, interp, m->layout.interp_threads_head, one.v);
    fake_memory_put_u64(m, one, m->layout.tstate_next, two.v);
    struct dog_source source = fake_memory_source(m);
    CHECK_EQ(dog_threads_find(source, &m->layout, interp, 12, &found), DOG_OK);
    CHECK(dog_addr_eq(found, two));
    CHECK_EQ(dog_threads_find(source, &m->layout, interp, 13, &found), DOG_ERR_ABSENT);
    fake_memory_put_u64(m, two, m->layout.tstate_next, one.v);
    CHECK_EQ(dog_threads_find(source, &m->layout, interp, 13, &found), DOG_ERR_LIMIT);
    fake_memory_put_u64(m, two, m->layout.tstate_next, 0x7F00DEAD0000);
    CHECK_EQ(dog_threads_find(source, &m->layout, interp, 13, &found), DOG_ERR_UNREADABLE);
    fake_memory_free(m);
}

int main(void)
{
    RUN(frames_come_outermost_first);
    RUN(a_thread_without_frames_has_a_complete_stack_of_none);
    RUN(what_is_no_thread_is_an_error);
    RUN(entries_from_c_are_skipped_and_generators_are_not);
    RUN(of_a_deep_recursion_both_ends_are_kept_and_the_middle_is_counted);
    RUN(a_circle_of_frames_ends);
    RUN(a_chain_that_leads_nowhere_is_shown_as_far_as_it_goes);
    RUN(any_single_failed_read_gives_a_stack_or_an_error);
    RUN(a_thread_that_stands_is_read_twice_and_one_that_runs_more_often);
    RUN(a_thread_that_never_stands_still_is_torn_and_shows_what_did);
    RUN(a_frame_that_is_being_cleared_is_not_shown);
    RUN(a_full_arena_is_an_error);
    RUN(a_thread_is_found_by_its_id);
    return check_report();
}
