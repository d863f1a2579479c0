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
    dog_text_put_seconds(text, report->elapsed_ns, report->elapsed_ns < DOG_NS_PER_S ? 2 : 1);
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
                           "other requests. Which of them are this request's, if any, is "
                           "not known:\n\n");
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
    /* Of a loop's thread it says nothing about the request, and must not seem to. */
    bool own = report->stack_of == DOG_STACK_OF_THREAD;
    dog_text_put(text, own ? " s: the stack " : " s: the stack of the event-loop thread ");
    if (report->unchanged || report->same_lines) {
        /* Two looks that see the same do not prove that it stood still between them. */
        dog_text_put(text, report->unchanged ? "is the same\n" : "is at the same lines\n");
        return;
    }
    dog_text_put(text, "has changed\n");
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

/* Leaves out as many of the outermost frames as it takes to write `excess` bytes less, but for the
 * innermost `keep`. Was that enough? */
static bool skip_frames(struct dog_text_plan *plan, const struct dog_report *report,
                        uint64_t excess, size_t keep)
{
    size_t count = report->stack != NULL ? report->stack->count : 0;
    uint64_t saved = 0;
    while (plan->skip + keep < count && saved < excess) {
        char nowhere[1];
        struct dog_text text;
        dog_text_init(&text, nowhere, 0);
        dog_text_frames_put_frame(&text, &report->stack->frames[plan->skip], plan->most_value);
        saved += text.dropped;
        plan->skip++;
    }
    return saved >= excess;
}

/* Chooses what is left out so that the rest has room; false: whatever is, it has none. */
static bool choose_plan(render_fn *render, const struct dog_report *report, size_t room,
                        struct dog_text_plan *ret_plan)
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
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        struct dog_text_plan plan = {.skip = 0, .most_value = levels[i].most_value};
        uint64_t size = measure(render, report, &plan);
        bool fits =
            size <= room || skip_frames(&plan, report, size - room + counting, levels[i].keep);
        *ret_plan = plan;
        if (fits) {
            return true;
        }
    }
    return false;
}

static void render_within(render_fn *render, struct dog_text *text, const struct dog_report *report)
{
    static const char MARK[] = "\n[the rest has no room here]\n";
    size_t start = text->len;
    size_t room = text->cap - start;
    struct dog_text_plan plan = {.skip = 0, .most_value = DOG_TEXT_MOST_VALUE};
    render(text, report, &plan);
    if (text->dropped == 0) {
        return;
    }
    bool fits = choose_plan(render, report, room, &plan);
    size_t reserved = fits ? 0 : sizeof MARK - 1;
    struct dog_text body;
    dog_text_init(&body, text->at + start, room > reserved ? room - reserved : 0);
    render(&body, report, &plan);
    text->len = start + body.len;
    text->dropped = 0;
    if (!fits) {
        dog_text_put(text, MARK);
    }
    text->dropped += body.dropped;
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
