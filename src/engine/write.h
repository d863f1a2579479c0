/* Events written down: files, stderr, a letter for Python. Context: Watchdog. */
#ifndef DOG_ENGINE_WRITE_H
#define DOG_ENGINE_WRITE_H

#include "engine/engine.h"
#include "engine/look.h"
#include "render/report.h"

/* The first event of a report. Fills `followed` with what later events need. True if it is out: in
 * files, on stderr, or on its way to a sink. */
bool dog_write_intercepted(struct dog_engine *engine, const struct dog_report *report,
                           struct dog_followed *followed);

void dog_write_peek(struct dog_engine *engine, const struct dog_report *report,
                    const struct dog_followed *followed);

void dog_write_finished(struct dog_engine *engine, const struct dog_finish *finish,
                        const struct dog_followed *followed);

#endif
