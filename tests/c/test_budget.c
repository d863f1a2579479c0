/* report/budget. */
#include "check.h"
#include "report/budget.h"

static dog_mono at(int64_t ms)
{
    return (dog_mono){ms * DOG_NS_PER_MS};
}

TEST(as_many_as_the_budget_are_written_at_once_and_no_more)
{
    struct dog_budget budget;
    dog_budget_init(&budget, 20);
    int taken = 0;
    for (int i = 0; i < 10000; i++) {
        taken += dog_budget_take(&budget, at(5000));
    }
    CHECK_EQ(taken, 20);
    CHECK_EQ(budget.suppressed, 9980);
}

TEST(what_was_not_used_can_be_taken_again)
{
    struct dog_budget budget;
    dog_budget_init(&budget, 1);
    CHECK(dog_budget_take(&budget, at(100)));
    dog_budget_give_back(&budget);
    CHECK(dog_budget_take(&budget, at(200)));
    CHECK(!dog_budget_take(&budget, at(300)));
    dog_budget_give_back(&budget);
    dog_budget_give_back(&budget); /* more than was taken: nothing */
    CHECK(dog_budget_take(&budget, at(400)));
    CHECK(!dog_budget_take(&budget, at(500)));
    CHECK_EQ(budget.suppressed, 2);
}

TEST(in_no_minute_are_more_written_than_the_budget)
{
    static int64_t when[100000];
    struct dog_budget budget;
    dog_budget_init(&budget, 20);
    size_t count = 0;
    uint64_t asked = 0;
    /* Steps that are no part of a second. */
    for (int64_t ms = 0; ms < 600000; ms += 37, asked++) {
        if (dog_budget_take(&budget, at(ms))) {
            when[count++] = ms;
        }
    }
    for (size_t i = 20; i < count; i++) {
        CHECK(when[i] - when[i - 20] >= 60000);
    }
    /* Not many fewer either: a window is a second longer than a minute. */
    CHECK(count >= 20 * 9);
    CHECK_EQ(count + budget.suppressed_ever, asked);
}

TEST(after_a_quiet_minute_the_whole_budget_is_there_again)
{
    struct dog_budget budget;
    dog_budget_init(&budget, 2);
    CHECK(dog_budget_take(&budget, at(0)));
    CHECK(dog_budget_take(&budget, at(500)));
    CHECK(!dog_budget_take(&budget, at(59999)));
    CHECK(dog_budget_take(&budget, at(61000)));
    CHECK(dog_budget_take(&budget, at(61000)));
    CHECK(!dog_budget_take(&budget, at(61000)));
    CHECK(dog_budget_take(&budget, at(INT64_C(86400000) * 365)));
}

TEST(the_suppressed_are_kept_until_a_report_has_said_so)
{
    struct dog_budget budget;
    dog_budget_init(&budget, 1);
    CHECK(dog_budget_take(&budget, at(0)));
    CHECK(!dog_budget_take(&budget, at(1)));
    CHECK(!dog_budget_take(&budget, at(2)));
    CHECK_EQ(budget.suppressed, 2);
    /* One more while the report that says 2 is written. */
    CHECK(!dog_budget_take(&budget, at(3)));
    dog_budget_said(&budget, 2);
    CHECK_EQ(budget.suppressed, 1);
    dog_budget_said(&budget, 5);
    CHECK_EQ(budget.suppressed, 0);
    CHECK_EQ(budget.suppressed_ever, 3);
}

TEST(a_budget_of_none_refuses_all)
{
    struct dog_budget budget;
    dog_budget_init(&budget, 0);
    CHECK(!dog_budget_take(&budget, at(0)));
    CHECK(!dog_budget_take(&budget, at(1000000)));
    CHECK_EQ(budget.suppressed, 2);
}

TEST(a_clock_that_goes_back_gives_nothing_away)
{
    struct dog_budget budget;
    dog_budget_init(&budget, 1);
    CHECK(dog_budget_take(&budget, at(100000)));
    CHECK(!dog_budget_take(&budget, at(0)));
    CHECK(!dog_budget_take(&budget, at(100001)));
}

int main(void)
{
    RUN(as_many_as_the_budget_are_written_at_once_and_no_more);
    RUN(what_was_not_used_can_be_taken_again);
    RUN(in_no_minute_are_more_written_than_the_budget);
    RUN(after_a_quiet_minute_the_whole_budget_is_there_again);
    RUN(the_suppressed_are_kept_until_a_report_has_said_so);
    RUN(a_budget_of_none_refuses_all);
    RUN(a_clock_that_goes_back_gives_nothing_away);
    return check_report();
}
