/* The .jsonl: one event of a report as one line of JSON, its newline included. Context: Pure;
 * Watchdog.
 *
 * The keys are those of the contract (docs and README: "The report"), in its order, and none is
 * ever left out: what is unknown is null. What has no room is left out in this order: the outermost
 * frames but for the innermost DOG_JSON_KEEP_FRAMES (stack.omitted_frames counts them), the source
 * lines, the ends of long texts (they end with an ellipsis), the rest of the frames and the view's
 * arguments; "omitted" of the first event counts all but the frames. So the line is valid JSON
 * whatever the room. */
#ifndef DOG_RENDER_JSON_H
#define DOG_RENDER_JSON_H

#include "base/err.h"
#include "base/text.h"
#include "render/report.h"

/* Frames that are given up last. */
#define DOG_JSON_KEEP_FRAMES 8u

/* Any event fits in this much, whatever its texts. */
#define DOG_JSON_LEAST_ROOM 8192u

/* A line on stderr, its newline included: a container's log driver cuts at 16 KB, some at 8. Give
 * a `text` of this size to get the variant for stderr. */
#define DOG_JSON_STDERR_ROOM 8192u

/* Each appends one line to `text`. DOG_ERR_LIMIT, with nothing appended, if not even the shortest
 * form has room: never with DOG_JSON_LEAST_ROOM. */
DOG_MUST_USE enum dog_err dog_json_render_intercepted(struct dog_text *text,
                                                      const struct dog_report *report);
DOG_MUST_USE enum dog_err dog_json_render_peek(struct dog_text *text,
                                               const struct dog_report *report);
DOG_MUST_USE enum dog_err dog_json_render_finished(struct dog_text *text,
                                                   const struct dog_finish *finish);

#endif
