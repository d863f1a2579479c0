/* Prints events for tests/python/test_report_format.py: a line each of name, room and the JSON,
 * parted by tabs. */
#include "report_samples.h"

#include <stdio.h>

#include "render/json.h"

static struct sample sample;
static char storage[1 << 20];

static void print(const char *name, size_t room)
{
    struct dog_text text;
    dog_text_init(&text, storage, room);
    if (dog_json_render_intercepted(&text, &sample.report) == DOG_OK) {
        printf("%s\t%zu\t%.*s", name, room, (int)text.len, text.at);
    }
    dog_text_init(&text, storage, room);
    if (dog_json_render_peek(&text, &sample.report) == DOG_OK) {
        printf("%s-peek\t%zu\t%.*s", name, room, (int)text.len, text.at);
    }
}

static void print_finished(const char *name, int32_t status, struct dog_str exception)
{
    struct dog_finish finish = {
        .id = S("a"), .duration_ns = 61300000000, .status = status, .exception = exception};
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    if (dog_json_render_finished(&text, &finish) == DOG_OK) {
        printf("%s\t%zu\t%.*s", name, sizeof storage, (int)text.len, text.at);
    }
}

int main(void)
{
    sample_example(&sample);
    print("example", sizeof storage);
    sample.report.stack_of = DOG_STACK_OF_LOOP_THREAD;
    print("loop", sizeof storage);
    sample_unknown(&sample);
    print("unknown", sizeof storage);
    print_finished("finished", 200, DOG_STR_NONE);
    print_finished("finished-badly", 500, S("ValueError"));
    print_finished("finished-hostile", 0, sample_hostile_text());
    for (size_t room = DOG_JSON_LEAST_ROOM; room < 60000; room += 4999) {
        sample_long(&sample, 60);
        print("long", room);
        sample_hostile(&sample, sample_hostile_text(), 30);
        print("hostile", room);
        sample_hostile(&sample, sample_worst_text(), 30);
        print("worst", room);
    }
    return 0;
}
