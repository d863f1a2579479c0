#include "render/json.h"

#include "render/json_fit.h"
#include "render/json_frames.h"
#include "render/json_write.h"
#include "render/value.h"

/* Readers of a later schema may tell by it. */
#define SCHEMA 1u

static void begin_event(struct dog_json *json, const char *event, struct dog_str id, dog_wall at)
{
    dog_json_open(json, '{');
    dog_json_put_u64(json, "schema", SCHEMA);
    dog_json_put_str(json, "event", dog_str_of(event));
    dog_json_put_str(json, "id", id);
    dog_json_key(json, "at");
    dog_json_date(json, at);
}

static void end_event(struct dog_json *json)
{
    dog_json_close(json, '}');
    dog_text_put_char(json->text, '\n');
}

static void put_seconds(struct dog_json *json, const char *key, int64_t ns)
{
    dog_json_key(json, key);
    dog_json_seconds(json, ns);
}

/* A name is written whole or not at all: two that were cut could become one. */
static bool has_room(const struct dog_kwarg *kwarg, const struct dog_json_plan *plan)
{
    return plan->kwargs && kwarg->name.len <= plan->most_value;
}

static void put_kwargs(struct dog_json *json, const struct dog_request *request,
                       const struct dog_json_plan *plan)
{
    dog_json_key(json, "view_kwargs");
    if (!request->kwargs_known) {
        dog_json_null(json);
        return;
    }
    dog_json_open(json, '{');
    for (size_t i = 0; i < request->kwarg_count; i++) {
        if (has_room(&request->kwargs[i], plan)) {
            dog_json_foreign_key(json, request->kwargs[i].name);
            dog_json_str(json, request->kwargs[i].value);
        }
    }
    dog_json_close(json, '}');
}

static uint64_t count_lost_kwargs(const struct dog_request *request,
                                  const struct dog_json_plan *plan)
{
    uint64_t lost = request->kwargs_omitted;
    for (size_t i = 0; i < request->kwarg_count; i++) {
        lost += !has_room(&request->kwargs[i], plan);
    }
    return lost;
}

static void put_request(struct dog_json *json, const struct dog_request *request,
                        const struct dog_json_plan *plan)
{
    dog_json_key(json, "request");
    dog_json_open(json, '{');
    dog_json_put_str(json, "method", request->method);
    dog_json_put_str(json, "url", request->url);
    dog_json_put_str(json, "route", request->route);
    dog_json_put_str(json, "view", request->view);
    put_kwargs(json, request, plan);
    dog_json_put_str(json, "label", request->label);
    dog_json_put_str(json, "request_id", request->request_id);
    dog_json_put_str(json, "trace_id", request->trace_id);
    dog_json_put_str(json, "remote_addr", request->remote_addr);
    dog_json_put_str(json, "user_pk", request->user_pk);
    dog_json_close(json, '}');
}

static void put_process(struct dog_json *json, const struct dog_process *process)
{
    dog_json_key(json, "process");
    dog_json_open(json, '{');
    dog_json_put_str(json, "hostname", process->hostname);
    dog_json_put_known(json, "pid", process->pid > 0, (uint64_t)process->pid);
    dog_json_put_known(json, "ppid", process->ppid >= 0, (uint64_t)process->ppid);
    dog_json_put_known(json, "thread_id", process->thread_id != 0, process->thread_id);
    dog_json_put_known(json, "native_thread_id", process->native_thread_id > 0,
                       (uint64_t)process->native_thread_id);
    dog_json_put_str(json, "thread_name", process->thread_name);
    dog_json_put_str(json, "python", process->python);
    dog_json_put_str(json, "release", process->release);
    dog_json_close(json, '}');
}

static void put_evidence(struct dog_json *json, const struct dog_report *report)
{
    static const char *const KINDS[] = {"syscall", "wchan", "fd",       "peer", "path",
                                        "child",   "sql",   "variable", "owner"};
    dog_json_key(json, "evidence");
    dog_json_open(json, '{');
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        dog_json_put_null(json, KINDS[i]);
    }
    dog_json_put_empty(json, "looks", "[]");
    dog_json_key(json, "missing");
    dog_json_open(json, '[');
    if (report->stack == NULL && report->stack_error.at != NULL) {
        dog_json_str(json, report->stack_error);
    }
    dog_json_close(json, ']');
    dog_json_close(json, '}');
}

static void put_verdict(struct dog_json *json, const struct dog_report *report)
{
    dog_json_key(json, "verdict");
    dog_json_open(json, '{');
    dog_json_put_str(json, "code", dog_str_of("unknown"));
    dog_json_put_str(json, "text", dog_str_of("not judged yet"));
    dog_json_put_null(json, "confidence");
    dog_json_put_str(json, "mode",
                     report->stack_of == DOG_STACK_OF_THREAD ? dog_str_of("thread") : DOG_STR_NONE);
    dog_json_put_null(json, "next");
    put_evidence(json, report);
    dog_json_close(json, '}');
}

static void put_gil(struct dog_json *json)
{
    dog_json_key(json, "gil");
    dog_json_open(json, '{');
    dog_json_put_null(json, "held");
    dog_json_put_null(json, "holder_native_thread_id");
    dog_json_put_empty(json, "holder_frames", "[]");
    dog_json_close(json, '}');
}

static void put_stack(struct dog_json *json, const struct dog_report *report,
                      const struct dog_json_plan *plan)
{
    dog_json_key(json, "stack");
    dog_json_frames_put_stack(json, report, plan);
}

static void put_profile(struct dog_json *json)
{
    dog_json_key(json, "profile");
    dog_json_open(json, '{');
    dog_json_put_u64(json, "planned", 0);
    dog_json_put_u64(json, "taken", 0);
    dog_json_put_null(json, "from_s");
    dog_json_put_null(json, "to_s");
    dog_json_put_null(json, "waits");
    dog_json_put_empty(json, "tree", "[]");
    dog_json_close(json, '}');
}

static void put_count(struct dog_json *json, const char *key, uint64_t count)
{
    if (count > 0) {
        dog_json_put_u64(json, key, count);
    }
}

/* Last but one, when all that was cut is known. Only what is left out is named. */
static void put_omitted(struct dog_json *json, const struct dog_report *report,
                        const struct dog_json_plan *plan)
{
    dog_json_key(json, "omitted");
    dog_json_open(json, '{');
    put_count(json, "sources", dog_json_frames_count_lost_sources(report, plan));
    put_count(json, "texts", json->cut);
    put_count(json, "view_kwargs", count_lost_kwargs(report->request, plan));
    dog_json_close(json, '}');
}

static void put_intercepted(struct dog_text *text, const struct dog_report *report,
                            const struct dog_json_plan *plan)
{
    struct dog_json json;
    dog_json_init(&json, text, plan->most_value);
    begin_event(&json, "intercepted", report->id, report->at);
    dog_json_key(&json, "started_at");
    dog_json_date(&json, report->started_at);
    put_seconds(&json, "elapsed_s", report->elapsed_ns);
    dog_json_put_null(&json, "cpu_s");
    dog_json_put_null(&json, "cpu_since_s");
    put_request(&json, report->request, plan);
    put_process(&json, report->process);
    put_verdict(&json, report);
    dog_json_key(&json, "where");
    dog_json_frames_put_where(&json, dog_value_where(report));
    put_gil(&json);
    put_stack(&json, report, plan);
    dog_json_put_null(&json, "await_chain");
    put_profile(&json);
    dog_json_put_empty(&json, "related", "[]");
    dog_json_put_empty(&json, "in_flight", "[]");
    put_omitted(&json, report, plan);
    dog_json_put_u64(&json, "suppressed", report->suppressed);
    end_event(&json);
}

static void put_peek(struct dog_text *text, const struct dog_report *report,
                     const struct dog_json_plan *plan)
{
    struct dog_json json;
    dog_json_init(&json, text, plan->most_value);
    begin_event(&json, "peek", report->id, report->at);
    put_seconds(&json, "elapsed_s", report->elapsed_ns);
    dog_json_put_null(&json, "cpu_s");
    put_verdict(&json, report);
    put_gil(&json);
    put_stack(&json, report, plan);
    end_event(&json);
}

enum dog_err dog_json_render_intercepted(struct dog_text *text, const struct dog_report *report)
{
    return dog_json_fit_render(text, put_intercepted, report);
}

enum dog_err dog_json_render_peek(struct dog_text *text, const struct dog_report *report)
{
    return dog_json_fit_render(text, put_peek, report);
}

enum dog_err dog_json_render_finished(struct dog_text *text, const struct dog_finish *finish)
{
    /* A class's name may have any length. */
    const size_t most_exception = 512;
    size_t start = text->len;
    struct dog_json json;
    dog_json_init(&json, text, most_exception);
    begin_event(&json, "finished", finish->id, finish->at);
    put_seconds(&json, "duration_s", finish->duration_ns);
    dog_json_put_known(&json, "status", finish->status > 0, (uint64_t)finish->status);
    dog_json_put_str(&json, "exception", finish->exception);
    dog_json_put_u64(&json, "peeks", finish->peeks);
    dog_json_put_bool(&json, "moved", finish->moved);
    end_event(&json);
    if (text->dropped != 0) {
        text->len = start;
        text->dropped = 0;
        return DOG_ERR_LIMIT;
    }
    return DOG_OK;
}
