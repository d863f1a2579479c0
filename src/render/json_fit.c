#include "render/json_fit.h"

#include "render/json.h"
#include "render/json_frames.h"

/* Room for a longer number of omitted frames, and the keys of "omitted". */
#define SLACK 32u

/* What is tried in turn. `keep`: at least so many of the innermost frames. */
static const struct {
    size_t keep;
    struct dog_json_plan plan;
} LEVELS[] = {
    {DOG_JSON_KEEP_FRAMES, {.sources = true, .kwargs = true, .most_value = SIZE_MAX}},
    {DOG_JSON_KEEP_FRAMES, {.sources = false, .kwargs = true, .most_value = SIZE_MAX}},
    {DOG_JSON_KEEP_FRAMES, {.sources = false, .kwargs = true, .most_value = 512}},
    {DOG_JSON_KEEP_FRAMES, {.sources = false, .kwargs = true, .most_value = 128}},
    {0, {.sources = false, .kwargs = false, .most_value = 128}},
    {0, {.sources = false, .kwargs = false, .most_value = 32}},
};

/* Returns how many bytes did not fit. */
static uint64_t try_plan(struct dog_text *text, dog_json_fit_fn *render,
                         const struct dog_report *report, const struct dog_json_plan *plan)
{
    size_t start = text->len;
    render(text, report, plan);
    uint64_t excess = text->dropped;
    if (excess != 0) {
        text->len = start;
        text->dropped = 0;
    }
    return excess;
}

/* How many of the outermost frames to leave out, so that `excess` bytes less are written; 0 if
 * leaving out all but the innermost `keep` is not enough. */
static size_t frames_to_skip(const struct dog_report *report, const struct dog_json_plan *plan,
                             size_t keep, uint64_t excess)
{
    size_t count = report->stack != NULL ? report->stack->count : 0;
    uint64_t saved = 0;
    size_t skip = 0;
    while (skip + keep < count && saved < excess + SLACK) {
        char nowhere[1];
        struct dog_text text;
        struct dog_json json;
        dog_text_init(&text, nowhere, 0);
        dog_json_init(&json, &text, plan->most_value);
        dog_json_frames_put_frame(&json, &report->stack->frames[skip], plan->sources);
        saved += text.dropped + 1; /* and its comma */
        skip++;
    }
    return saved >= excess + SLACK ? skip : 0;
}

enum dog_err dog_json_fit_render(struct dog_text *text, dog_json_fit_fn *render,
                                 const struct dog_report *report)
{
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        struct dog_json_plan plan = LEVELS[i].plan;
        uint64_t excess = try_plan(text, render, report, &plan);
        if (excess == 0) {
            return DOG_OK;
        }
        plan.skip = frames_to_skip(report, &plan, LEVELS[i].keep, excess);
        if (plan.skip > 0 && try_plan(text, render, report, &plan) == 0) {
            return DOG_OK;
        }
    }
    return DOG_ERR_LIMIT;
}
