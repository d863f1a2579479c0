/* From what was read to what a report says. Context: Watchdog. */
#ifndef DOG_ENGINE_DESCRIBE_H
#define DOG_ENGINE_DESCRIBE_H

#include "engine/engine.h"
#include "engine/followed.h"
#include "engine/look.h"
#include "render/report.h"

/* The process, and the thread that was looked at. Texts lie in the engine. */
void dog_describe_process(struct dog_engine *engine, const struct dog_followed *followed,
                          const struct dog_look *look, struct dog_process *ret_process);

/* All of a report but its request, its process and the suppressed. `look` must outlive it. */
void dog_describe_look(struct dog_engine *engine, const struct dog_followed *followed,
                       const struct dog_look *look, struct dog_report *ret_report);

#endif
