/* Frames as JSON: the values of "stack" and "where". Context: Pure. */
#ifndef DOG_RENDER_JSON_FRAMES_H
#define DOG_RENDER_JSON_FRAMES_H

#include "render/json_plan.h"
#include "render/json_write.h"
#include "render/report.h"

/* {"file", "line", "function"}, all null if `frame` is NULL. */
void dog_json_frames_put_where(struct dog_json *json, const struct dog_frame *frame);

/* One element of "frames". */
void dog_json_frames_put_frame(struct dog_json *json, const struct dog_frame *frame,
                               bool with_source);

/* {"of", "complete", "torn", "omitted_frames", "frames"}. */
void dog_json_frames_put_stack(struct dog_json *json, const struct dog_report *report,
                               const struct dog_json_plan *plan);

/* How many source lines the plan leaves out of the frames that it writes. */
uint64_t dog_json_frames_count_lost_sources(const struct dog_report *report,
                                            const struct dog_json_plan *plan);

#endif
