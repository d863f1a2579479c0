/* Chooses what is left out so that a line of JSON has room. Context: Pure. */
#ifndef DOG_RENDER_JSON_FIT_H
#define DOG_RENDER_JSON_FIT_H

#include "base/err.h"
#include "base/text.h"
#include "render/json_plan.h"
#include "render/report.h"

/* Writes one event, whatever the room: the text counts what it drops. */
typedef void dog_json_fit_fn(struct dog_text *text, const struct dog_report *report,
                             const struct dog_json_plan *plan);

/* Appends the event with the first plan that has room. DOG_ERR_LIMIT, and `text` as before, if none
 * has. */
DOG_MUST_USE enum dog_err dog_json_fit_render(struct dog_text *text, dog_json_fit_fn *render,
                                              const struct dog_report *report);

#endif
