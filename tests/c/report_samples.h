/* Reports for the tests of the text and the JSON: the one of the contract's example, and others. */
#ifndef DOG_TESTS_REPORT_SAMPLES_H
#define DOG_TESTS_REPORT_SAMPLES_H

#include <stddef.h>
#include <string.h>

#include "render/report.h"

#define S(literal) ((struct dog_str){(literal), sizeof(literal) - 1})

/* A report and all that it points to. */
struct sample {
    struct dog_report report;
    struct dog_request request;
    struct dog_process process;
    struct dog_stack stack;
    struct dog_frame frames[1000];
};

/* The example of the contract. */
static inline void sample_example(struct sample *s)
{
    *s = (struct sample){0};
    s->request.method = S("GET");
    s->request.url = S("http://localhost:8000/?delay=2");
    s->request.route = S("pay/<int:pk>/");
    s->request.view = S("orders:pay");
    s->request.kwargs_known = true;
    s->request.kwargs[0] = (struct dog_kwarg){S("pk"), S("17")};
    s->request.kwarg_count = 1;
    s->request.request_id = S("7f3c");
    s->process.hostname = S("web-3");
    s->process.pid = 18010;
    s->process.ppid = 17762;
    s->process.thread_id = 140539485042432;
    s->process.native_thread_id = 18011;
    s->process.thread_name = S("gunicorn");
    s->process.python = S("3.13.0");
    s->frames[0] = (struct dog_frame){
        .file = S("/usr/lib/python3/dist-packages/django/core/handlers/base.py"),
        .function = S("BaseHandler._get_response"),
        .line = 197,
        .source = S("response = wrapped_callback(request, *callback_args, **callback_kwargs)"),
    };
    s->frames[1] = (struct dog_frame){
        .file = S("/srv/app/orders/views.py"),
        .function = S("pay"),
        .line = 41,
        .app = true,
        .source = S("order.save(update_fields=[\"state\"])"),
    };
    s->stack = (struct dog_stack){.frames = s->frames, .count = 2, .complete = true};
    s->report = (struct dog_report){
        .id = S("mfrggzdfmztwq2lknnwg23tpob"),
        .at = {1305511812 * DOG_NS_PER_S},
        .started_at = {1305511810 * DOG_NS_PER_S},
        .elapsed_ns = 25 * DOG_NS_PER_S,
        .request = &s->request,
        .process = &s->process,
        .stack = &s->stack,
        .base_dir = S("/srv/app"),
    };
}

/* As much as 60 frames of a Django request. */
static inline void sample_long(struct sample *s, size_t frames)
{
    sample_example(s);
    for (size_t i = 0; i < frames; i++) {
        s->frames[i] = (struct dog_frame){
            .file = S("/srv/venv/lib/python3.13/site-packages/django/core/handlers/exception.py"),
            .function = S("convert_exception_to_response.<locals>.inner"),
            .line = (int32_t)(i + 1),
            .source = S("response = get_response(request)  # \xE6\x97\xA5\xE6\x9C\xAC"),
        };
    }
    s->frames[frames - 1].app = true;
    s->stack.count = frames;
}

/* Nothing is known, but that it is slow. */
static inline void sample_unknown(struct sample *s)
{
    sample_example(s);
    s->request = (struct dog_request){0};
    s->process = (struct dog_process){.pid = 18010, .ppid = -1};
    s->report.stack = NULL;
    s->report.stack_error = S("stack: unreadable memory");
    s->report.base_dir = DOG_STR_NONE;
}

/* Every text is as nasty and as long as `text`. */
static inline void sample_hostile(struct sample *s, struct dog_str text, size_t frames)
{
    sample_long(s, frames);
    s->request = (struct dog_request){
        .method = text,
        .url = text,
        .route = text,
        .view = text,
        .request_id = text,
        .trace_id = text,
        .remote_addr = text,
        .user_pk = text,
        .kwargs_known = true,
        .kwarg_count = DOG_REQUEST_MAX_KWARGS,
        .kwargs_omitted = 3,
    };
    static char names[DOG_REQUEST_MAX_KWARGS][60];
    for (size_t i = 0; i < DOG_REQUEST_MAX_KWARGS; i++) {
        /* They differ, as the keys of a dict do, but not in their first bytes. */
        memcpy(names[i], text.at, sizeof names[i]);
        names[i][sizeof names[i] - 1] = (char)('A' + i);
        s->request.kwargs[i] = (struct dog_kwarg){{names[i], sizeof names[i]}, text};
    }
    s->process.hostname = text;
    s->process.thread_name = text;
    s->process.python = text;
    s->process.release = text;
    for (size_t i = 0; i < frames; i++) {
        s->frames[i].file = text;
        s->frames[i].function = text;
        s->frames[i].source = text;
    }
    s->report.suppressed = 3;
}

/* 3000 bytes of what must be escaped: controls, quotes, colours, overrides, and no UTF-8. */
static inline struct dog_str sample_hostile_text(void)
{
    static char bytes[3000];
    static const char piece[] = "\r\n\x1b[31m\"\\%s{}\xE2\x80\xAE\xff\x00\x07\xC3";
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = piece[i % (sizeof piece - 1)];
    }
    return (struct dog_str){bytes, sizeof bytes};
}

/* The most that a character can grow: every byte becomes six in JSON and four in the text. */
static inline struct dog_str sample_worst_text(void)
{
    static char bytes[3000];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(1 + i % 8);
    }
    return (struct dog_str){bytes, sizeof bytes};
}

#endif
