/* render/json: the .jsonl. That it is JSON, and has every key, tests/python/test_report_format.py
 * asks Python's own parser. */
#include "check.h"
#include "render/json.h"
#include "report_samples.h"

static struct sample sample;
static char storage[1 << 20];

static struct dog_str intercepted(size_t cap)
{
    struct dog_text text;
    memset(storage, '#', cap + 1);
    dog_text_init(&text, storage, cap);
    CHECK_EQ(dog_json_render_intercepted(&text, &sample.report), DOG_OK);
    CHECK_EQ(storage[cap], '#');
    return dog_text_str(&text);
}

static bool has(struct dog_str text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

TEST(a_report_is_one_line_with_the_contracts_keys_in_its_order)
{
    sample_example(&sample);
    struct dog_str text = intercepted(8192);
    CHECK_TEXT(
        text.at, text.len,
        "{\"schema\":1,\"event\":\"intercepted\",\"id\":\"mfrggzdfmztwq2lknnwg23tpob\","
        "\"at\":\"2011-05-16T02:10:12.000Z\",\"started_at\":\"2011-05-16T02:10:10.000Z\","
        "\"elapsed_s\":25.000,\"cpu_s\":null,\"cpu_since_s\":null,"
        "\"request\":{\"method\":\"GET\",\"url\":\"http://localhost:8000/?delay=2\","
        "\"route\":\"pay/<int:pk>/\",\"view\":\"orders:pay\",\"view_kwargs\":{\"pk\":\"17\"},"
        "\"label\":null,\"request_id\":\"7f3c\",\"trace_id\":null,\"remote_addr\":null,"
        "\"user_pk\":null},"
        "\"process\":{\"hostname\":\"web-3\",\"pid\":18010,\"ppid\":17762,"
        "\"thread_id\":140539485042432,\"native_thread_id\":18011,\"thread_name\":\"gunicorn\","
        "\"python\":\"3.13.0\",\"release\":null},"
        "\"verdict\":{\"code\":\"unknown\",\"text\":\"not judged yet\",\"confidence\":null,"
        "\"mode\":\"thread\",\"next\":null,\"evidence\":{\"syscall\":null,\"wchan\":null,"
        "\"fd\":null,\"peer\":null,\"path\":null,\"child\":null,\"sql\":null,\"variable\":null,"
        "\"owner\":null,\"looks\":[],\"missing\":[]}},"
        "\"where\":{\"file\":\"/srv/app/orders/views.py\",\"line\":41,\"function\":\"pay\"},"
        "\"gil\":{\"held\":null,\"holder_native_thread_id\":null,\"holder_frames\":[]},"
        "\"stack\":{\"of\":\"thread\",\"complete\":true,\"torn\":false,\"omitted_frames\":0,"
        "\"frames\":[{\"file\":\"/usr/lib/python3/dist-packages/django/core/handlers/base.py\","
        "\"line\":197,\"function\":\"BaseHandler._get_response\","
        "\"source\":\"response = wrapped_callback(request, *callback_args, **callback_kwargs)\","
        "\"app\":false,\"arguments\":null,\"locals\":null},"
        "{\"file\":\"/srv/app/orders/views.py\",\"line\":41,\"function\":\"pay\","
        "\"source\":\"order.save(update_fields=[\\\"state\\\"])\",\"app\":true,"
        "\"arguments\":null,\"locals\":null}]},"
        "\"await_chain\":null,\"profile\":{\"planned\":0,\"taken\":0,\"from_s\":null,"
        "\"to_s\":null,\"waits\":null,\"tree\":[]},\"related\":[],\"in_flight\":[],"
        "\"omitted\":{},\"suppressed\":0}\n");
}

TEST(a_line_that_just_fits_is_whole_and_one_byte_less_drops_one_frame)
{
    sample_long(&sample, 60);
    size_t whole = intercepted(sizeof storage - 1).len;
    CHECK(has(intercepted(whole), "\"omitted_frames\":0,"));
    struct dog_str text = intercepted(whole - 1);
    CHECK(has(text, "\"omitted_frames\":1,"));
    CHECK(!has(text, "\"line\":1,"));
    CHECK(has(text, "\"line\":2,"));
}

TEST(frames_go_before_sources_and_sources_before_the_ends_of_texts)
{
    sample_long(&sample, 60);
    struct dog_str text = intercepted(DOG_JSON_STDERR_ROOM);
    CHECK(text.len <= DOG_JSON_STDERR_ROOM);
    /* As much as there is room for: a frame has some 250 bytes. */
    CHECK(text.len > DOG_JSON_STDERR_ROOM - 320);
    CHECK(has(text, "\"line\":60,") && has(text, "\"source\":\"") && has(text, "\"omitted\":{}"));
    text = intercepted(3200);
    CHECK(has(text, "\"omitted_frames\":52,"));
    CHECK(!has(text, "\"source\":\""));
    CHECK(has(text, "\"omitted\":{\"sources\":8}"));
    CHECK(!has(text, "\xE2\x80\xA6"));
}

TEST(a_long_text_is_cut_with_an_ellipsis_and_counted)
{
    static char url[20000];
    memset(url, 'x', sizeof url);
    sample_example(&sample);
    sample.request.url = (struct dog_str){url, sizeof url};
    struct dog_str text = intercepted(DOG_JSON_STDERR_ROOM);
    CHECK(has(text, "xxx\xE2\x80\xA6\",\"route\""));
    CHECK(has(text, "\"omitted\":{\"sources\":2,\"texts\":1}"));
}

TEST(the_least_room_is_enough_for_the_worst_report)
{
    sample_hostile(&sample, sample_worst_text(), 60);
    struct dog_str text = intercepted(DOG_JSON_LEAST_ROOM);
    CHECK(!has(text, "\"omitted_frames\":0,"));
    CHECK(has(text, "\"view_kwargs\":{},"));
    CHECK(has(text, ",\"view_kwargs\":35}"));
}

TEST(without_room_nothing_is_written)
{
    sample_example(&sample);
    struct dog_text text;
    dog_text_init(&text, storage, 100);
    dog_text_put(&text, "before");
    CHECK_EQ(dog_json_render_intercepted(&text, &sample.report), DOG_ERR_LIMIT);
    CHECK_EQ(dog_json_render_peek(&text, &sample.report), DOG_ERR_LIMIT);
    struct dog_finish finish = {.id = S("a")};
    CHECK_EQ(dog_json_render_finished(&text, &finish), DOG_ERR_LIMIT);
    CHECK_TEXT(text.at, text.len, "before");
    CHECK_EQ(text.dropped, 0);
}

TEST(frames_that_the_reader_omitted_and_those_without_room_are_one_sum)
{
    sample_long(&sample, 60);
    sample.stack.omitted = 99940;
    sample.stack.omitted_at = 30;
    size_t whole = intercepted(sizeof storage - 1).len;
    CHECK(has(intercepted(whole), "\"omitted_frames\":99940,"));
    CHECK(has(intercepted(whole - 1), "\"omitted_frames\":99941,"));
}

TEST(the_event_loops_frames_are_not_the_requests_own)
{
    sample_example(&sample);
    sample.report.stack_of = DOG_STACK_OF_LOOP_THREAD;
    struct dog_str text = intercepted(8192);
    CHECK(has(text, "\"where\":{\"file\":null,\"line\":null,\"function\":null}"));
    CHECK(has(text, "\"of\":\"event-loop thread\","));
    CHECK(has(text, "\"mode\":null,"));
}

TEST(a_stack_that_could_not_be_read_is_named_as_missing)
{
    sample_unknown(&sample);
    struct dog_str text = intercepted(8192);
    CHECK(has(text, "\"missing\":[\"stack: unreadable memory\"]"));
    CHECK(has(text, "\"complete\":false,\"torn\":false,\"omitted_frames\":null,\"frames\":[]"));
    CHECK(has(text, "\"view_kwargs\":null,"));
    CHECK(has(text, "\"thread_id\":null,\"native_thread_id\":null,"));
}

TEST(a_later_look_repeats_only_what_may_change)
{
    sample_example(&sample);
    sample.stack.count = 0;
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    CHECK_EQ(dog_json_render_peek(&text, &sample.report), DOG_OK);
    CHECK_TEXT(text.at, text.len,
               "{\"schema\":1,\"event\":\"peek\",\"id\":\"mfrggzdfmztwq2lknnwg23tpob\","
               "\"at\":\"2011-05-16T02:10:12.000Z\",\"elapsed_s\":25.000,\"cpu_s\":null,"
               "\"verdict\":{\"code\":\"unknown\",\"text\":\"not judged yet\",\"confidence\":null,"
               "\"mode\":\"thread\",\"next\":null,\"evidence\":{\"syscall\":null,\"wchan\":null,"
               "\"fd\":null,\"peer\":null,\"path\":null,\"child\":null,\"sql\":null,"
               "\"variable\":null,\"owner\":null,\"looks\":[],\"missing\":[]}},"
               "\"gil\":{\"held\":null,\"holder_native_thread_id\":null,\"holder_frames\":[]},"
               "\"stack\":{\"of\":\"thread\",\"complete\":true,\"torn\":false,"
               "\"omitted_frames\":0,\"frames\":[]}}\n");
}

TEST(the_end_says_how_it_ended)
{
    struct dog_finish finish = {.id = S("a"),
                                .at = {1305511873 * DOG_NS_PER_S},
                                .duration_ns = 61300000000,
                                .status = 500,
                                .exception = S("ValueError"),
                                .peeks = 2,
                                .moved = true};
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    CHECK_EQ(dog_json_render_finished(&text, &finish), DOG_OK);
    finish = (struct dog_finish){.id = S("b")};
    CHECK_EQ(dog_json_render_finished(&text, &finish), DOG_OK);
    CHECK_TEXT(text.at, text.len,
               "{\"schema\":1,\"event\":\"finished\",\"id\":\"a\","
               "\"at\":\"2011-05-16T02:11:13.000Z\",\"duration_s\":61.300,\"status\":500,"
               "\"exception\":\"ValueError\",\"peeks\":2,\"moved\":true}\n"
               "{\"schema\":1,\"event\":\"finished\",\"id\":\"b\","
               "\"at\":\"1970-01-01T00:00:00.000Z\",\"duration_s\":0.000,\"status\":null,"
               "\"exception\":null,\"peeks\":0,\"moved\":false}\n");
}

TEST(whatever_the_room_a_line_is_one_line_that_ends)
{
    for (int kind = 0; kind < 3; kind++) {
        if (kind == 0) {
            sample_long(&sample, 60);
        } else {
            sample_hostile(&sample, kind == 1 ? sample_hostile_text() : sample_worst_text(), 60);
        }
        for (size_t cap = DOG_JSON_LEAST_ROOM; cap < 40000; cap += kind == 0 ? 331 : 4001) {
            struct dog_str text = intercepted(cap);
            CHECK(text.len <= cap);
            CHECK(memchr(text.at, '\n', text.len) == text.at + text.len - 1);
            CHECK(memcmp(text.at + text.len - 16, "\"suppressed\":", 13) == 0);
        }
    }
}

int main(void)
{
    RUN(a_report_is_one_line_with_the_contracts_keys_in_its_order);
    RUN(a_line_that_just_fits_is_whole_and_one_byte_less_drops_one_frame);
    RUN(frames_go_before_sources_and_sources_before_the_ends_of_texts);
    RUN(a_long_text_is_cut_with_an_ellipsis_and_counted);
    RUN(the_least_room_is_enough_for_the_worst_report);
    RUN(without_room_nothing_is_written);
    RUN(frames_that_the_reader_omitted_and_those_without_room_are_one_sum);
    RUN(the_event_loops_frames_are_not_the_requests_own);
    RUN(a_stack_that_could_not_be_read_is_named_as_missing);
    RUN(a_later_look_repeats_only_what_may_change);
    RUN(the_end_says_how_it_ended);
    RUN(whatever_the_room_a_line_is_one_line_that_ends);
    return check_report();
}
