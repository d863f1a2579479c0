/* render/text: the .log. */
#include "base/utf8.h"
#include "check.h"
#include "render/text.h"
#include "report_samples.h"

static struct sample sample;
static char storage[1 << 20];

static struct dog_str intercepted(size_t cap)
{
    struct dog_text text;
    memset(storage, '#', cap + 1);
    dog_text_init(&text, storage, cap);
    dog_text_render_intercepted(&text, &sample.report);
    CHECK_EQ(storage[cap], '#');
    return dog_text_str(&text);
}

static struct dog_str peek(void)
{
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    dog_text_render_peek(&text, &sample.report);
    return dog_text_str(&text);
}

static bool has(struct dog_str text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

#define CHECK_HAS(text, part)                                                                    \
    do {                                                                                         \
        struct dog_str check_t = (text);                                                         \
        if (!has(check_t, part)) {                                                               \
            check_failures++;                                                                    \
            printf("%s:%d: no \"%s\" in \"%.*s\"\n", __FILE__, __LINE__, part, (int)check_t.len, \
                   check_t.at);                                                                  \
        }                                                                                        \
    } while (0)

TEST(a_report_reads_as_the_contracts_example)
{
    sample_example(&sample);
    struct dog_str text = intercepted(4096);
    CHECK_TEXT(text.at, text.len,
               "Undead request intercepted at: 16-05-2011 02:10:12 UTC\n"
               "\n"
               "GET http://localhost:8000/?delay=2\n"
               "Thread ID:  140539485042432\n"
               "Process ID: 18010\n"
               "Parent PID: 17762\n"
               "Started:    16-05-2011 02:10:10 UTC\n"
               "\n"
               "Verdict:    unknown: not judged yet\n"
               "Where:      orders/views.py:41 in pay\n"
               "Time:       25.0 s in\n"
               "Host:       web-3, request id 7f3c, view orders:pay\n"
               "\n"
               "  File \"/usr/lib/python3/dist-packages/django/core/handlers/base.py\", line 197, "
               "in BaseHandler._get_response\n"
               "    response = wrapped_callback(request, *callback_args, **callback_kwargs)\n"
               "  File \"/srv/app/orders/views.py\", line 41, in pay\n"
               "    order.save(update_fields=[\"state\"])\n");
}

TEST(what_is_unknown_is_said_or_left_out)
{
    sample_unknown(&sample);
    struct dog_str text = intercepted(4096);
    CHECK_TEXT(text.at, text.len,
               "Undead request intercepted at: 16-05-2011 02:10:12 UTC\n"
               "\n"
               "unknown request\n"
               "Thread ID:  ?\n"
               "Process ID: 18010\n"
               "Parent PID: ?\n"
               "Started:    16-05-2011 02:10:10 UTC\n"
               "\n"
               "Verdict:    unknown: not judged yet\n"
               "Where:      unknown: no frame could be read\n"
               "Time:       25.0 s in\n"
               "\n"
               "  [no frames: the stack could not be read: stack: unreadable memory]\n");
}

TEST(a_frame_of_which_nothing_could_be_read_is_still_a_line)
{
    sample_example(&sample);
    sample.frames[1] = (struct dog_frame){.app = true};
    CHECK_HAS(intercepted(4096), "  File \"?\", line ?, in ?\n");
    CHECK_HAS(intercepted(4096), "Where:      ?:? in ?\n");
}

TEST(a_watched_block_shows_its_label)
{
    sample_unknown(&sample);
    sample.request.label = S("nightly import");
    CHECK_HAS(intercepted(4096), "UTC\n\nnightly import\nThread ID:");
}

TEST(without_a_frame_of_the_project_where_says_so_and_names_the_innermost)
{
    sample_example(&sample);
    sample.frames[1].app = false;
    CHECK_HAS(intercepted(4096),
              "Where:      no line of the project's own code is among the frames below; "
              "innermost: orders/views.py:41 in pay\n");
}

TEST(where_is_the_innermost_frame_of_the_project)
{
    sample_long(&sample, 4);
    sample.frames[1].app = true;
    sample.frames[2].app = true;
    sample.frames[3].app = false;
    sample.frames[2].file = S("/srv/app/shop/models.py");
    CHECK_HAS(intercepted(4096), "Where:      shop/models.py:3 in ");
}

TEST(only_what_lies_under_the_base_is_shortened)
{
    sample_example(&sample);
    sample.frames[1].file = S("/srv/application/views.py");
    CHECK_HAS(intercepted(4096), "Where:      /srv/application/views.py:41 in pay\n");
    sample.frames[1].file = S("/srv/app/views.py");
    sample.report.base_dir = S("/srv/app///");
    CHECK_HAS(intercepted(4096), "Where:      views.py:41 in pay\n");
    sample.report.base_dir = S("/");
    CHECK_HAS(intercepted(4096), "Where:      /srv/app/views.py:41 in pay\n");
    sample.frames[1].file = S("/srv/app/");
    sample.report.base_dir = S("/srv/app");
    CHECK_HAS(intercepted(4096), "Where:      /srv/app/:41 in pay\n");
}

TEST(frames_of_the_event_loop_are_not_presented_as_the_requests)
{
    sample_example(&sample);
    sample.report.stack_of = DOG_STACK_OF_LOOP_THREAD;
    struct dog_str text = intercepted(4096);
    CHECK(!has(text, "Where:"));
    CHECK_HAS(text,
              "view orders:pay\n\nThese are the frames of the event-loop thread, which serves "
              "this and other requests. Which of them are this request's, if any, is not "
              "known:\n\n  File \"/usr");
}

TEST(a_stack_that_was_not_read_whole_says_so)
{
    sample_example(&sample);
    sample.stack.torn = true;
    sample.stack.complete = false;
    sample.stack.omitted = 99872;
    sample.stack.omitted_at = 1;
    CHECK_HAS(intercepted(4096),
              "\n\n  [torn: the stack moved while it was read, so it may mix moments]\n"
              "  [incomplete: the frames further out could not be read]\n  File \"/usr");
    CHECK_HAS(intercepted(4096), "callback_kwargs)\n  [99872 frames between these are left out]\n"
                                 "  File \"/srv");
    sample.stack.omitted = 1;
    CHECK_HAS(intercepted(4096), "\n  [1 frame between these is left out]\n");
    sample.stack = (struct dog_stack){.complete = true};
    CHECK_HAS(intercepted(4096), "\n  [no Python frame is on the stack]\n");
}

TEST(reports_that_were_suppressed_are_counted)
{
    sample_example(&sample);
    sample.report.suppressed = 3;
    CHECK_HAS(intercepted(4096), "\nSuppressed: 3 reports before this one (DOGSLOW_MAX_REPORTS)\n");
    sample.report.suppressed = 1;
    CHECK_HAS(intercepted(4096), "\nSuppressed: 1 report before this one (DOGSLOW_MAX_REPORTS)\n");
}

TEST(no_text_of_the_program_can_begin_a_line_or_move_the_cursor)
{
    sample_hostile(&sample, sample_hostile_text(), 20);
    struct dog_str text = intercepted(sizeof storage - 1);
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        CHECK(c == '\n' || (c >= 0x20 && c != 0x7F));
        lines += c == '\n';
    }
    CHECK_EQ(lines, 14 + 2 * 20);
    CHECK(!has(text, "\xE2\x80\xAE"));
    CHECK_HAS(text, "\\r\\n\\x1b[31m");
}

TEST(a_long_text_is_cut_and_says_so)
{
    static char url[1 << 20];
    memset(url, 'x', sizeof url);
    sample_example(&sample);
    sample.request.url = (struct dog_str){url, sizeof url};
    struct dog_str text = intercepted(sizeof storage - 1);
    CHECK(text.len < 6000);
    CHECK_HAS(text, "xxx\xE2\x80\xA6\nThread ID:");
}

TEST(what_has_no_room_is_the_outermost_and_it_is_counted)
{
    sample_long(&sample, 60);
    size_t whole = intercepted(sizeof storage - 1).len;
    CHECK_EQ(intercepted(whole).len, whole);
    struct dog_str text = intercepted(whole - 1);
    CHECK_HAS(text, "\n\n  [1 outermost frame has no room here]\n");
    CHECK(!has(text, ", line 1, in"));
    CHECK_HAS(text, ", line 60, in");
    text = intercepted(4096);
    CHECK_HAS(text, " outermost frames have no room here]\n");
    CHECK_HAS(text, ", line 60, in");
    CHECK(text.len > 4096 - 400);
}

static bool is_utf8(struct dog_str text)
{
    uint32_t point;
    size_t i = 0;
    for (size_t width = 1; i < text.len && width > 0; i += width) {
        width = dog_utf8_decode(text.at + i, text.len - i, &point);
    }
    return i == text.len;
}

TEST(whatever_the_room_the_text_is_well_formed)
{
    static const size_t frames[] = {1, 9, 60};
    for (size_t f = 0; f < 3; f++) {
        for (int kind = 0; kind < 3; kind++) {
            if (kind == 0) {
                sample_long(&sample, frames[f]);
            } else {
                sample_hostile(&sample, kind == 1 ? sample_hostile_text() : sample_worst_text(),
                               frames[f]);
            }
            for (size_t cap = DOG_TEXT_LEAST_ROOM; cap < 20000; cap += kind == 0 ? 91 : 1511) {
                struct dog_str text = intercepted(cap);
                CHECK(text.len <= cap);
                CHECK(is_utf8(text));
                CHECK_EQ(text.at[text.len - 1], '\n');
                CHECK(dog_str_starts(text, "Undead request intercepted at: "));
                CHECK(has(text, "no room here") || has(text, "line 1,"));
            }
        }
    }
}

TEST(a_look_at_the_same_stack_is_one_line)
{
    sample_example(&sample);
    sample.report.unchanged = true;
    sample.report.elapsed_ns = 50 * DOG_NS_PER_S;
    struct dog_str text = peek();
    CHECK_TEXT(text.at, text.len,
               "\nStill running at: 16-05-2011 02:10:12 UTC after 50.0 s: the stack is the same\n");
}

TEST(a_look_at_a_loops_thread_does_not_claim_the_stack_for_the_request)
{
    sample_example(&sample);
    sample.report.unchanged = true;
    sample.report.stack_of = DOG_STACK_OF_LOOP_THREAD;
    sample.report.elapsed_ns = 50 * DOG_NS_PER_S;
    struct dog_str text = peek();
    CHECK_TEXT(text.at, text.len,
               "\nStill running at: 16-05-2011 02:10:12 UTC after 50.0 s: the stack of the "
               "event-loop thread is the same\n");
}

TEST(a_look_at_another_stack_shows_it)
{
    sample_example(&sample);
    sample.frames[1].line = 45;
    sample.report.elapsed_ns = 50 * DOG_NS_PER_S;
    CHECK_HAS(peek(),
              "\nStill running at: 16-05-2011 02:10:12 UTC after 50.0 s: the stack has changed\n"
              "Where:      orders/views.py:45 in pay\n\n  File \"/usr");
}

static void check_finished(int32_t status, struct dog_str exception, const char *expected)
{
    struct dog_finish finish = {.at = {1305511873 * DOG_NS_PER_S},
                                .duration_ns = 61300000000,
                                .status = status,
                                .exception = exception};
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    dog_text_render_finished(&text, &finish);
    CHECK_TEXT(text.at, text.len, expected);
}

TEST(the_end_says_how_it_ended)
{
    check_finished(200, DOG_STR_NONE, "\nFinished at: 16-05-2011 02:11:13 UTC after 61.3 s: 200\n");
    check_finished(500, S("ValueError"),
                   "\nFinished at: 16-05-2011 02:11:13 UTC after 61.3 s: 500 (ValueError)\n");
    check_finished(0, DOG_STR_NONE,
                   "\nFinished at: 16-05-2011 02:11:13 UTC after 61.3 s: status unknown\n");
    check_finished(0, S("a\nb"),
                   "\nFinished at: 16-05-2011 02:11:13 UTC after 61.3 s: status unknown (a\\nb)\n");
}

int main(void)
{
    RUN(a_report_reads_as_the_contracts_example);
    RUN(what_is_unknown_is_said_or_left_out);
    RUN(a_frame_of_which_nothing_could_be_read_is_still_a_line);
    RUN(a_watched_block_shows_its_label);
    RUN(without_a_frame_of_the_project_where_says_so_and_names_the_innermost);
    RUN(where_is_the_innermost_frame_of_the_project);
    RUN(only_what_lies_under_the_base_is_shortened);
    RUN(frames_of_the_event_loop_are_not_presented_as_the_requests);
    RUN(a_stack_that_was_not_read_whole_says_so);
    RUN(reports_that_were_suppressed_are_counted);
    RUN(no_text_of_the_program_can_begin_a_line_or_move_the_cursor);
    RUN(a_long_text_is_cut_and_says_so);
    RUN(what_has_no_room_is_the_outermost_and_it_is_counted);
    RUN(whatever_the_room_the_text_is_well_formed);
    RUN(a_look_at_the_same_stack_is_one_line);
    RUN(a_look_at_a_loops_thread_does_not_claim_the_stack_for_the_request);
    RUN(a_look_at_another_stack_shows_it);
    RUN(the_end_says_how_it_ended);
    return check_report();
}
