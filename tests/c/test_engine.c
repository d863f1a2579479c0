/* The engine's pure parts: whose deadline it is, who is followed, who is being debugged. */
#include "check.h"

#include "engine/debugger.h"
#include "engine/followed.h"
#include "engine/settings.h"

#define S DOG_NS_PER_S

static struct dog_str s(const char *text)
{
    return dog_str_of(text);
}

static struct dog_settings settings_of_a_site(void)
{
    static struct dog_timer_rule timers[3];
    static struct dog_str ignored[1];
    timers[0] = (struct dog_timer_rule){s("shop:pay"), 5 * S};
    timers[1] = (struct dog_timer_rule){s("pay"), 60 * S};
    timers[2] = (struct dog_timer_rule){s("export"), DOG_DEADLINE_NEVER};
    ignored[0] = s("health");
    return (struct dog_settings){.timer_ns = 25 * S,
                                 .timers = timers,
                                 .timer_count = 3,
                                 .ignored = ignored,
                                 .ignored_count = 1};
}

static int64_t deadline(struct dog_django_view view)
{
    struct dog_settings settings = settings_of_a_site();
    view.resolved = true;
    return dog_settings_deadline(&settings, &view);
}

TEST(the_full_name_wins_over_the_bare_one)
{
    CHECK_EQ(deadline((struct dog_django_view){.view_name = s("shop:pay"), .url_name = s("pay")}),
             5 * S);
    CHECK_EQ(deadline((struct dog_django_view){.view_name = s("api:pay"), .url_name = s("pay")}),
             60 * S);
}

TEST(a_timer_of_none_is_never)
{
    CHECK_EQ(deadline((struct dog_django_view){.view_name = s("export"), .url_name = s("export")}),
             DOG_DEADLINE_NEVER);
}

TEST(an_ignored_url_is_never_reported_whatever_else_names_it)
{
    CHECK_EQ(deadline((struct dog_django_view){.view_name = s("ops:health"),
                                               .url_name = s("health"),
                                               .has_timer = true,
                                               .timer_s = 1.0}),
             DOG_DEADLINE_NEVER);
}

TEST(the_settings_win_over_a_decorator_and_a_decorator_over_the_default)
{
    CHECK_EQ(deadline((struct dog_django_view){
                 .view_name = s("shop:pay"), .url_name = s("pay"), .ignore = true}),
             5 * S);
    CHECK_EQ(
        deadline((struct dog_django_view){.view_name = s("x"), .has_timer = true, .timer_s = 1.5}),
        1500 * DOG_NS_PER_MS);
    CHECK_EQ(deadline((struct dog_django_view){.view_name = s("x"), .ignore = true}),
             DOG_DEADLINE_NEVER);
    CHECK_EQ(deadline((struct dog_django_view){.view_name = s("x")}), 25 * S);
}

TEST(a_stray_attribute_that_is_no_deadline_is_none)
{
    double odd[] = {0.0, -1.0, 1e300, 0.0 / 0.0};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        CHECK_EQ(deadline((struct dog_django_view){.has_timer = true, .timer_s = odd[i]}), 25 * S);
    }
}

TEST(a_request_that_is_not_resolved_has_the_default)
{
    struct dog_settings settings = settings_of_a_site();
    struct dog_django_view view = {.resolved = false};
    CHECK_EQ(dog_settings_deadline(&settings, &view), 25 * S);
}

TEST(the_smallest_deadline_is_of_all_the_timers)
{
    struct dog_settings settings = settings_of_a_site();
    CHECK_EQ(dog_settings_smallest(&settings), 5 * S);
    settings.timer_ns = 1 * S;
    CHECK_EQ(dog_settings_smallest(&settings), 1 * S);
}

TEST(a_full_table_takes_no_more_until_one_is_removed)
{
    static struct dog_followed_table table;
    static struct dog_watch watch;
    struct dog_watch_ref ref = {&watch, 5};
    struct dog_followed *first = dog_followed_add(&table, ref);
    for (size_t i = 1; i < DOG_FOLLOWED_MAX; i++) {
        CHECK(dog_followed_add(&table, ref) != NULL);
    }
    CHECK(dog_followed_add(&table, ref) == NULL);
    dog_followed_remove(&table, first);
    CHECK_EQ(table.count, DOG_FOLLOWED_MAX - 1);
    CHECK(dog_followed_add(&table, ref) == first);
}

static struct dog_stack stack_of(struct dog_frame *frames, size_t count)
{
    return (struct dog_stack){.frames = frames, .count = count, .complete = true};
}

TEST(a_stack_that_moved_has_another_print)
{
    struct dog_frame frames[2] = {{.frame = {1}, .code = {2}, .line = 3},
                                  {.frame = {4}, .code = {5}, .line = 6}};
    struct dog_stack stack = stack_of(frames, 2);
    struct dog_stack_print print = dog_followed_print(&stack);
    CHECK(dog_followed_print(&stack).exact == print.exact);
    frames[1].ip.v = 8;
    CHECK(dog_followed_print(&stack).exact != print.exact);
    CHECK(dog_followed_print(&stack).lines == print.lines);
    frames[1].line = 7;
    CHECK(dog_followed_print(&stack).lines != print.lines);
    frames[1].line = 6;
    frames[0].code.v = 9;
    CHECK(dog_followed_print(&stack).lines != print.lines);
    frames[0].code.v = 2;
    stack.count = 1;
    CHECK(dog_followed_print(&stack).lines != print.lines);
}

TEST(a_prompt_is_told_from_a_function_of_the_same_name)
{
    struct dog_frame frames[3] = {
        {.file = s("/srv/app/views.py"), .function = s("pay")},
        {.file = s("/usr/lib/python3.12/pdb.py"), .function = s("Pdb.interaction")},
        {.file = s("/usr/lib/python3.12/cmd.py"), .function = s("Cmd.cmdloop")},
    };
    struct dog_stack stack = stack_of(frames, 3);
    CHECK(dog_debugger_has_prompt(&stack));
    frames[1].file = s("/srv/app/models.py");
    CHECK(!dog_debugger_has_prompt(&stack));
    frames[1].file = DOG_STR_NONE;
    frames[1].function = DOG_STR_NONE;
    CHECK(!dog_debugger_has_prompt(&stack));
}

int main(void)
{
    RUN(the_full_name_wins_over_the_bare_one);
    RUN(a_timer_of_none_is_never);
    RUN(an_ignored_url_is_never_reported_whatever_else_names_it);
    RUN(the_settings_win_over_a_decorator_and_a_decorator_over_the_default);
    RUN(a_stray_attribute_that_is_no_deadline_is_none);
    RUN(a_request_that_is_not_resolved_has_the_default);
    RUN(the_smallest_deadline_is_of_all_the_timers);
    RUN(a_full_table_takes_no_more_until_one_is_removed);
    RUN(a_stack_that_moved_has_another_print);
    RUN(a_prompt_is_told_from_a_function_of_the_same_name);
    return check_report();
}
