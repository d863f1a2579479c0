#include "render/text.h"

#include "render/text_frames.h"
#include "render/value.h"

/* Of the innermost frames, given up last. */
#define KEEP_FRAMES 8u
/* A value's length when room is short, and when hardly any is left. */
#define SHORT_VALUE    256u
#define SHORTEST_VALUE 64u

typedef void render_fn(struct dog_text *text, const struct dog_report *report,
                       const struct dog_text_plan *plan);

static void put_line(struct dog_text *text, const char *name, struct dog_str value, size_t most)
{
    dog_text_put(text, name);
    dog_text_frames_put_value(text, value, most);
    dog_text_put_char(text, '\n');
}

static void put_number_line(struct dog_text *text, const char *name, bool known, uint64_t value)
{
    dog_text_put(text, name);
    if (known) {
        dog_text_put_u64(text, value);
    } else {
        dog_text_put_char(text, '?');
    }
    dog_text_put_char(text, '\n');
}

/* "GET http://localhost:8000/?delay=2", or the label. */
static void put_request_line(struct dog_text *text, const struct dog_request *request, size_t most)
{
    if (request->label.at != NULL) {
        put_line(text, "", request->label, most);
        return;
    }
    if (request->url.at == NULL) {
        dog_text_put(text, "unknown request\n");
        return;
    }
    dog_text_frames_put_value(text, request->method, most);
    put_line(text, " ", request->url, most);
}

/* Those lines that the original has, too. */
static void put_head(struct dog_text *text, const struct dog_report *report, size_t most)
{
    const struct dog_process *process = report->process;
    dog_text_put(text, "Undead request intercepted at: ");
    dog_text_put_original_date(text, report->at);
    dog_text_put(text, "\n\n");
    put_request_line(text, report->request, most);
    put_number_line(text, "Thread ID:  ", process->thread_id != 0, process->thread_id);
    put_number_line(text, "Process ID: ", process->pid > 0, (uint64_t)process->pid);
    put_number_line(text, "Parent PID: ", process->ppid >= 0, (uint64_t)process->ppid);
    dog_text_put(text, "Started:    ");
    dog_text_put_original_date(text, report->started_at);
    dog_text_put_char(text, '\n');
}

static void put_where(struct dog_text *text, const struct dog_report *report, size_t most)
{
    if (report->stack_of != DOG_STACK_OF_THREAD) {
        return; /* the frames are not the request's own */
    }
    const struct dog_stack *stack = report->stack;
    const struct dog_frame *where = dog_value_where(report);
    dog_text_put(text, "Where:      ");
    if (where != NULL) {
        dog_text_frames_put_place(text, where, report->base_dir, most);
    } else if (stack == NULL || stack->count == 0) {
        dog_text_put(text, "unknown: no frame could be read");
    } else {
        dog_text_put(text, "no line of the project's own code is among the frames below; "
                           "innermost: ");
        dog_text_frames_put_place(text, &stack->frames[stack->count - 1], report->base_dir, most);
    }
    dog_text_put_char(text, '\n');
}

static void put_host_part(struct dog_text *text, const char *name, struct dog_str value,
                          size_t most, bool *first)
{
    if (value.at == NULL || value.len == 0) {
        return;
    }
    dog_text_put(text, *first ? "Host:       " : ", ");
    dog_text_put(text, name);
    dog_text_frames_put_value(text, value, most);
    *first = false;
}

static void put_host(struct dog_text *text, const struct dog_report *report, size_t most)
{
    bool first = true;
    put_host_part(text, "", report->process->hostname, most, &first);
    put_host_part(text, "request id ", report->request->request_id, most, &first);
    put_host_part(text, "view ", report->request->view, most, &first);
    if (!first) {
        dog_text_put_char(text, '\n');
    }
}

static void put_findings(struct dog_text *text, const struct dog_report *report, size_t most)
{
    dog_text_put(text, "Verdict:    unknown: not judged yet\n");
    put_where(text, report, most);
    dog_text_put(text, "Time:       ");
    dog_text_put_seconds(text, report->elapsed_ns, 1);
    dog_text_put(text, " s in\n");
    put_host(text, report, most);
    if (report->suppressed > 0) {
        dog_text_put(text, "Suppressed: ");
        dog_text_put_u64(text, report->suppressed);
        dog_text_put(text, report->suppressed == 1 ? " report" : " reports");
        dog_text_put(text, " before this one (DOGSLOW_MAX_REPORTS)\n");
    }
}

static void put_frames(struct dog_text *text, const struct dog_report *report,
                       const struct dog_text_plan *plan)
{
    dog_text_put_char(text, '\n');
    if (report->stack_of == DOG_STACK_OF_LOOP_THREAD) {
        dog_text_put(text, "These are the frames of the event-loop thread, which serves this and "
                           "other requests. None is the request's own:\n\n");
    }
    dog_text_frames_put(text, report, plan);
}

static void put_intercepted(struct dog_text *text, const struct dog_report *report,
                            const struct dog_text_plan *plan)
{
    put_head(text, report, plan->most_value);
    dog_text_put_char(text, '\n');
    put_findings(text, report, plan->most_value);
    put_frames(text, report, plan);
}

static void put_peek(struct dog_text *text, const struct dog_report *report,
                     const struct dog_text_plan *plan)
{
    dog_text_put(text, "\nStill running at: ");
    dog_text_put_original_date(text, report->at);
    dog_text_put(text, " after ");
    dog_text_put_seconds(text, report->elapsed_ns, 1);
    if (report->unchanged) {
        dog_text_put(text, " s: the stack is unchanged\n");
        return;
    }
    dog_text_put(text, " s: the stack has changed\n");
    put_where(text, report, plan->most_value);
    put_frames(text, report, plan);
}

/* The length that the text would have. */
static uint64_t measure(render_fn *render, const struct dog_report *report,
                        const struct dog_text_plan *plan)
{
    char nowhere[1];
    struct dog_text text;
    dog_text_init(&text, nowhere, 0);
    render(&text, report, plan);
    return text.dropped;
}

/* How many of the outermost frames to leave out, so that `excess` bytes less are written. */
static size_t frames_to_skip(const struct dog_report *report, uint64_t excess, size_t keep,
                             size_t most)
{
    size_t count = report->stack != NULL ? report->stack->count : 0;
    uint64_t saved = 0;
    size_t skip = 0;
    while (skip + keep < count && saved < excess) {
        char nowhere[1];
        struct dog_text text;
        dog_text_init(&text, nowhere, 0);
        dog_text_frames_put_frame(&text, &report->stack->frames[skip], most);
        saved += text.dropped;
        skip++;
    }
    return skip;
}

/* The best plan that fits in `room`, or the one that leaves out the most. */
static struct dog_text_plan plan_for(render_fn *render, const struct dog_report *report,
                                     size_t room)
{
    static const struct {
        size_t keep;
        size_t most_value;
    } levels[] = {
        {KEEP_FRAMES, DOG_TEXT_MOST_VALUE},
        {KEEP_FRAMES, SHORT_VALUE},
        {0, SHORTEST_VALUE},
    };
    /* The line that counts the frames has to fit, too. */
    const uint64_t counting = 64;
    struct dog_text_plan plan = {0};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        plan = (struct dog_text_plan){.skip = 0, .most_value = levels[i].most_value};
        uint64_t size = measure(render, report, &plan);
        if (size <= room) {
            break;
        }
        plan.skip =
            frames_to_skip(report, size - room + counting, levels[i].keep, levels[i].most_value);
        if (measure(render, report, &plan) <= room) {
            break;
        }
    }
    return plan;
}

static void render_within(render_fn *render, struct dog_text *text, const struct dog_report *report)
{
    size_t start = text->len;
    struct dog_text_plan plan = {.skip = 0, .most_value = DOG_TEXT_MOST_VALUE};
    render(text, report, &plan);
    if (text->dropped == 0) {
        return;
    }
    static const char MARK[] = "\n[the rest has no room here]\n";
    size_t room = text->cap - start;
    plan = plan_for(render, report, room);
    bool whole = measure(render, report, &plan) <= room;
    struct dog_text body;
    dog_text_init(&body, text->at + start,
                  whole                     ? room
                  : room >= sizeof MARK - 1 ? room - (sizeof MARK - 1)
                                            : 0);
    render(&body, report, &plan);
    text->len = start + body.len;
    text->dropped = 0;
    if (!whole) {
        dog_text_put(text, MARK);
        text->dropped = body.dropped;
    }
}

void dog_text_render_intercepted(struct dog_text *text, const struct dog_report *report)
{
    render_within(put_intercepted, text, report);
}

void dog_text_render_peek(struct dog_text *text, const struct dog_report *report)
{
    render_within(put_peek, text, report);
}

void dog_text_render_finished(struct dog_text *text, const struct dog_finish *finish)
{
    dog_text_put(text, "\nFinished at: ");
    dog_text_put_original_date(text, finish->at);
    dog_text_put(text, " after ");
    dog_text_put_seconds(text, finish->duration_ns, 1);
    dog_text_put(text, " s: ");
    if (finish->status > 0) {
        dog_text_put_u64(text, (uint64_t)finish->status);
    } else {
        dog_text_put(text, "status unknown");
    }
    if (finish->exception.at != NULL) {
        dog_text_put(text, " (");
        dog_text_frames_put_value(text, finish->exception, SHORTEST_VALUE);
        dog_text_put_char(text, ')');
    }
    dog_text_put_char(text, '\n');
}
