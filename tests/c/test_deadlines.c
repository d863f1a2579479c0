#include "check.h"

#include "watch/deadlines.h"

static struct dog_watch watches[8];

static struct dog_watch_ref ref_of(int i)
{
    return (struct dog_watch_ref){&watches[i], (uint64_t)i};
}

TEST(an_empty_heap_is_never_due)
{
    struct dog_deadline storage[4];
    struct dog_deadlines heap;
    dog_deadlines_init(&heap, storage, 4);
    struct dog_deadline first;
    CHECK_EQ(dog_deadlines_next(&heap).ns, INT64_MAX);
    CHECK(!dog_deadlines_take(&heap, DOG_MONO_NEVER, &first));
}

TEST(nothing_comes_out_before_it_is_due)
{
    struct dog_deadline storage[4];
    struct dog_deadlines heap;
    dog_deadlines_init(&heap, storage, 4);
    struct dog_deadline first;
    CHECK(dog_deadlines_add(&heap, (dog_mono){100}, ref_of(1)));
    CHECK(!dog_deadlines_take(&heap, (dog_mono){99}, &first));
    CHECK(dog_deadlines_take(&heap, (dog_mono){100}, &first));
    CHECK_EQ(first.ref.state, 1);
    CHECK_EQ(heap.count, 0);
}

TEST(a_full_heap_refuses_and_keeps_what_it_has)
{
    struct dog_deadline storage[2];
    struct dog_deadlines heap;
    dog_deadlines_init(&heap, storage, 2);
    CHECK(dog_deadlines_add(&heap, (dog_mono){5}, ref_of(1)));
    CHECK(dog_deadlines_add(&heap, (dog_mono){4}, ref_of(2)));
    CHECK(!dog_deadlines_add(&heap, (dog_mono){3}, ref_of(3)));
    CHECK_EQ(dog_deadlines_next(&heap).ns, 4);
}

TEST(of_the_same_instant_the_first_in_is_the_first_out)
{
    struct dog_deadline storage[8];
    struct dog_deadlines heap;
    dog_deadlines_init(&heap, storage, 8);
    for (int i = 0; i < 8; i++) {
        CHECK(dog_deadlines_add(&heap, (dog_mono){7}, ref_of(i)));
    }
    for (int i = 0; i < 8; i++) {
        struct dog_deadline first;
        CHECK(dog_deadlines_take(&heap, (dog_mono){7}, &first));
        CHECK_EQ(first.ref.state, i);
    }
}

/* Numerical Recipes' generator: the same sequence on every machine. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed;
}

TEST(whatever_goes_in_comes_out_in_order)
{
    enum {
        COUNT = 5000
    };
    static struct dog_deadline storage[COUNT];
    struct dog_deadlines heap;
    dog_deadlines_init(&heap, storage, COUNT);
    uint32_t seed = 42;
    for (int i = 0; i < COUNT; i++) {
        CHECK(dog_deadlines_add(&heap, (dog_mono){next_random(&seed) % 997}, ref_of(i % 8)));
    }
    struct dog_deadline before = {.due = {-1}}, first;
    for (int i = 0; i < COUNT; i++) {
        CHECK(dog_deadlines_take(&heap, DOG_MONO_NEVER, &first));
        CHECK(first.due.ns > before.due.ns ||
              (first.due.ns == before.due.ns && first.order > before.order));
        before = first;
    }
    CHECK(!dog_deadlines_take(&heap, DOG_MONO_NEVER, &first));
}

int main(void)
{
    RUN(an_empty_heap_is_never_due);
    RUN(nothing_comes_out_before_it_is_due);
    RUN(a_full_heap_refuses_and_keeps_what_it_has);
    RUN(of_the_same_instant_the_first_in_is_the_first_out);
    RUN(whatever_goes_in_comes_out_in_order);
    return check_report();
}
