/* The .log: a report as a person reads it. Context: Pure; Watchdog.
 *
 * It begins as that of the original, line for line, so that what reads those goes on reading.
 * Every text of the program's is escaped: none can begin a line or move a terminal's cursor.
 * Nothing fails: what has no room is left out, the outermost frames first, and the text says how
 * much. A text longer than DOG_TEXT_MOST_VALUE bytes is cut and ends with an ellipsis. */
#ifndef DOG_RENDER_TEXT_H
#define DOG_RENDER_TEXT_H

#include "base/text.h"
#include "render/report.h"

/* Of one value, before it is escaped: a URL may be a megabyte long. */
#define DOG_TEXT_MOST_VALUE 4096u

/* With less room than this even the header is cut. */
#define DOG_TEXT_LEAST_ROOM 512u

/* Writes the whole report. `text` is empty and has at least DOG_TEXT_LEAST_ROOM. */
void dog_text_render_intercepted(struct dog_text *text, const struct dog_report *report);

/* Writes what is appended at a later look: "Still running at: ...", with the frames unless
 * `report->unchanged`. The same room. */
void dog_text_render_peek(struct dog_text *text, const struct dog_report *report);

/* Writes what is appended at the end: "Finished at: ...". The same room. */
void dog_text_render_finished(struct dog_text *text, const struct dog_finish *finish);

#endif
