/* Slots, arming and the watchdog thread together, with an engine that only takes notes. Waits are
 * for a condition; the limit is generous. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/thread.h"
#include "watch/arm.h"
#include "watch/watchdog.h"

#define LIMIT_NS (30 * DOG_NS_PER_S)

static _Atomic int begun, fired, fired_for_request_7;
static _Atomic int64_t again_ns = INT64_MAX;
static _Atomic uint64_t last_request;
/* A read that hangs in the kernel: fire() does not come back from request 99 until it is told to.
 */
static _Atomic int hanging, came_back;
static _Atomic bool let_go;
static int engine;

static void *begin(void *self)
{
    (void)self;
    atomic_fetch_add(&begun, 1);
    return &engine;
}

static dog_mono fire(void *self, struct dog_watch_ref ref, dog_mono now)
{
    (void)self;
    (void)now;
    atomic_store(&last_request, dog_watch_facts(ref).request.v);
    atomic_fetch_add(&fired_for_request_7, dog_watch_facts(ref).request.v == 7);
    atomic_fetch_add(&fired, 1);
    if (dog_watch_facts(ref).request.v == 99) {
        atomic_fetch_add(&hanging, 1);
        while (!atomic_load(&let_go)) {
            dog_clock_sleep(DOG_NS_PER_MS);
        }
        atomic_fetch_add(&came_back, 1);
    }
    return (dog_mono){atomic_exchange(&again_ns, INT64_MAX)};
}

static dog_mono tick(void *self, dog_mono now)
{
    (void)self;
    (void)now;
    return DOG_MONO_NEVER;
}

static const struct dog_watchdog_work work = {.begin = begin, .fire = fire, .tick = tick};

static struct dog_watch_ref arm(uint64_t request)
{
    return dog_arm((dog_addr){request}, DOG_NULL, DOG_NULL, DOG_WATCH_THREAD);
}

static bool becomes(_Atomic int *counter, int wanted)
{
    dog_mono until = dog_mono_add(dog_clock_mono(), LIMIT_NS);
    while (atomic_load(counter) < wanted) {
        if (!dog_mono_before(dog_clock_mono(), until)) {
            return false;
        }
        dog_clock_sleep(DOG_NS_PER_MS);
    }
    return true;
}

TEST(arm_then_disarm_never_fires)
{
    dog_arm_set_smallest(200 * DOG_NS_PER_MS);
    for (int i = 0; i < 1000; i++) {
        CHECK(dog_disarm(arm(7)));
    }
    /* Another watch is due after all of these would have been. */
    struct dog_watch_ref late = arm(8);
    int before = atomic_load(&fired);
    CHECK(becomes(&fired, before + 1));
    CHECK(dog_disarm(late));
    CHECK_EQ(atomic_load(&fired_for_request_7), 0);
}

TEST(a_watch_that_passes_its_deadline_fires_once)
{
    dog_arm_set_smallest(20 * DOG_NS_PER_MS);
    dog_watchdog_call();
    int before = atomic_load(&fired);
    struct dog_watch_ref watch = arm(9);
    CHECK(becomes(&fired, before + 1));
    CHECK_EQ(atomic_load(&last_request), 9);
    uint64_t scans = dog_watchdog_facts().scans;
    while (dog_watchdog_facts().scans < scans + 5) {
        dog_clock_sleep(DOG_NS_PER_MS);
    }
    CHECK_EQ(atomic_load(&fired), before + 1);
    CHECK(dog_disarm(watch));
}

TEST(a_watch_is_looked_at_again_when_the_engine_says)
{
    int before = atomic_load(&fired);
    atomic_store(&again_ns, dog_clock_mono().ns + 50 * DOG_NS_PER_MS);
    struct dog_watch_ref watch = arm(10);
    CHECK(becomes(&fired, before + 2));
    CHECK(dog_disarm(watch));
}

TEST(a_claimed_watch_leaves_an_epilogue_and_is_recycled)
{
    struct dog_watch_ref watch = arm(11);
    atomic_store(&watch.watch->claimed, watch.state);
    dog_arm_note_exception(watch, "ValueError");
    CHECK(!dog_disarm(watch));
    dog_disarm_reported(watch, 500);
    uint64_t state = atomic_load(&watch.watch->state);
    CHECK_EQ(dog_watch_phase(state), DOG_PHASE_ENDED);
    CHECK_EQ(watch.watch->status, 500);
    CHECK_EQ(watch.watch->exception_state, watch.state);
    CHECK_TEXT(watch.watch->exception, strlen(watch.watch->exception), "ValueError");
    CHECK(!dog_watch_is_current(watch));
    dog_slots_recycle((struct dog_watch_ref){watch.watch, state});
    CHECK_EQ(dog_watch_phase(atomic_load(&watch.watch->state)), DOG_PHASE_FREE);
}

TEST(a_long_class_name_is_cut_and_says_so)
{
    struct dog_watch_ref watch = arm(12);
    dog_arm_note_exception(watch, "AnExceptionWithAVeryLongNameIndeedItIs");
    CHECK_TEXT(watch.watch->exception, strnlen(watch.watch->exception, DOG_EXCEPTION_MAX),
               "AnExceptionWithAVeryLong...");
    CHECK(dog_disarm(watch));
}

TEST(a_generation_is_never_used_twice_in_a_slot)
{
    struct dog_watch_ref first = arm(13);
    CHECK(dog_disarm(first));
    struct dog_watch_ref second = arm(14);
    CHECK(second.watch == first.watch);
    CHECK(second.state != first.state);
    CHECK(!dog_watch_is_current(first));
    CHECK(dog_watch_is_current(second));
    CHECK(dog_disarm(second));
    CHECK(dog_disarm(second)); /* the second time it is nobody's: let go */
}

static void count_one(void *self, struct dog_watch_ref ref)
{
    if (dog_watch_facts(ref).request.v == 4242) {
        ++*(int *)self;
    }
}

TEST(ten_thousand_in_flight_are_all_found)
{
    enum {
        COUNT = 10000
    };
    static struct dog_watch_ref watches[COUNT];
    for (int i = 0; i < COUNT; i++) {
        watches[i] = arm(4242);
        CHECK(watches[i].watch != NULL);
    }
    int found = 0;
    dog_slots_scan(count_one, &found);
    CHECK_EQ(found, COUNT);
    for (int i = 0; i < COUNT; i++) {
        CHECK(dog_disarm(watches[i]));
    }
    found = 0;
    dog_slots_scan(count_one, &found);
    CHECK_EQ(found, 0);
    /* And they are used again: no more slots are made for the next ten thousand. */
    size_t made = dog_slots_made();
    for (int i = 0; i < COUNT; i++) {
        watches[i] = arm(4242);
    }
    for (int i = 0; i < COUNT; i++) {
        CHECK(dog_disarm(watches[i]));
    }
    CHECK_EQ(dog_slots_made(), made);
}

TEST(more_than_the_heap_holds_are_all_fired_at_their_deadline)
{
    enum {
        COUNT = 5000
    };
    static struct dog_watch_ref watches[COUNT];
    dog_arm_set_smallest(3600 * DOG_NS_PER_S);
    for (int i = 0; i < COUNT; i++) {
        watches[i] = arm(77);
    }
    CHECK(dog_watchdog_stop(LIMIT_NS)); /* so that one scan finds them all */
    for (int i = 0; i < COUNT; i++) {
        atomic_store(&watches[i].watch->started_ns, dog_clock_mono().ns - 7200 * DOG_NS_PER_S);
    }
    int before = atomic_load(&fired);
    uint64_t scans = dog_watchdog_facts().scans;
    dog_watchdog_start();
    CHECK(becomes(&fired, before + COUNT));
    CHECK_EQ(dog_watchdog_facts().scans, scans + 1); /* the next would be ten seconds later */
    for (int i = 0; i < COUNT; i++) {
        CHECK(dog_disarm(watches[i]));
    }
    dog_arm_set_smallest(20 * DOG_NS_PER_MS);
    dog_watchdog_call();
}

static void *arm_and_end(void *unused)
{
    (void)unused;
    for (int i = 0; i < 2000; i++) {
        struct dog_watch_ref a = arm(20), b = arm(21);
        dog_disarm(b);
        dog_disarm(a);
    }
    return NULL;
}

TEST(the_slots_of_threads_that_end_are_used_again)
{
    for (int round = 0; round < 50; round++) {
        pthread_t threads[4];
        for (int i = 0; i < 4; i++) {
            CHECK_EQ(pthread_create(&threads[i], NULL, arm_and_end, NULL), 0);
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
        }
    }
    /* 200 threads of 2 watches: less than 200 batches of slots. */
    CHECK(dog_slots_made() < 10000 + 200 * 16);
}

TEST(the_thread_is_gone_when_it_was_stopped_and_works_when_started_again)
{
    int32_t thread = dog_watchdog_facts().native_id;
    CHECK(thread != 0);
    CHECK(dog_watchdog_stop(LIMIT_NS));
    CHECK(dog_thread_wait_gone(thread, dog_clock_mono()));
    dog_watchdog_start();
    int before = atomic_load(&fired);
    struct dog_watch_ref watch = arm(15);
    CHECK(becomes(&fired, before + 1));
    CHECK(dog_disarm(watch));
}

TEST(a_thread_that_hangs_is_replaced_and_what_it_read_is_left_alone)
{
    struct dog_watch_ref stuck = arm(99);
    CHECK(becomes(&hanging, 1));
    int threads = atomic_load(&begun);
    dog_mono now = dog_clock_mono();
    dog_mono far = dog_mono_add(now, 3600 * DOG_NS_PER_S);
    dog_watchdog_summon(dog_mono_add(now, 5 * DOG_NS_PER_S), far);
    dog_watchdog_summon(dog_mono_add(now, 11 * DOG_NS_PER_S), far); /* suspected */
    dog_watchdog_summon(dog_mono_add(now, 12 * DOG_NS_PER_S), far); /* too soon to be sure */
    CHECK_EQ(dog_watchdog_facts().abandoned, 0);
    dog_watchdog_summon(dog_mono_add(now, 17 * DOG_NS_PER_S), far);
    CHECK_EQ(dog_watchdog_facts().abandoned, 1);
    CHECK(becomes(&begun, threads + 1));

    int before = atomic_load(&fired);
    struct dog_watch_ref next = arm(17);
    CHECK(becomes(&fired, before + 1));
    CHECK_EQ(atomic_load(&last_request), 17);
    uint64_t scans = dog_watchdog_facts().scans;
    while (dog_watchdog_facts().scans < scans + 5) {
        dog_clock_sleep(DOG_NS_PER_MS);
    }
    CHECK_EQ(atomic_load(&hanging), 1); /* nobody else went into that trap */

    atomic_store(&let_go, true);
    CHECK(becomes(&came_back, 1));
    CHECK(dog_disarm(next));
    CHECK(dog_disarm(stuck));
    before = atomic_load(&fired);
    struct dog_watch_ref last = arm(18);
    CHECK(becomes(&fired, before + 1)); /* by one thread: the old one has ended */
    CHECK(dog_disarm(last));
}

TEST(a_child_inherits_no_watch_and_has_a_watchdog_of_its_own)
{
    dog_arm_set_smallest(20 * DOG_NS_PER_MS);
    struct dog_watch_ref parents = arm(4242);
    pid_t child = fork();
    if (child == 0) {
        int found = 0;
        dog_slots_scan(count_one, &found);
        bool inherits = found != 0 || dog_watchdog_facts().running;
        bool lets_go = dog_disarm(parents); /* the child's stack unwinds through the guard */
        int before = atomic_load(&fired);
        struct dog_watch_ref own = arm(16);
        bool fires = becomes(&fired, before + 1) && atomic_load(&last_request) == 16;
        _exit(!inherits && lets_go && fires && dog_disarm(own) ? 0 : 1);
    }
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(dog_watch_is_current(parents));
    CHECK(dog_disarm(parents));
}

int main(void)
{
    CHECK_EQ(dog_watchdog_setup(&work), DOG_OK);
    RUN(arm_then_disarm_never_fires);
    RUN(a_watch_that_passes_its_deadline_fires_once);
    RUN(a_watch_is_looked_at_again_when_the_engine_says);
    RUN(a_claimed_watch_leaves_an_epilogue_and_is_recycled);
    RUN(a_long_class_name_is_cut_and_says_so);
    RUN(a_generation_is_never_used_twice_in_a_slot);
    RUN(ten_thousand_in_flight_are_all_found);
    RUN(the_slots_of_threads_that_end_are_used_again);
    RUN(more_than_the_heap_holds_are_all_fired_at_their_deadline);
    RUN(the_thread_is_gone_when_it_was_stopped_and_works_when_started_again);
    RUN(a_thread_that_hangs_is_replaced_and_what_it_read_is_left_alone);
    RUN(a_child_inherits_no_watch_and_has_a_watchdog_of_its_own);
    return check_report();
}
