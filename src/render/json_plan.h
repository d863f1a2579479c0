/* How much of a report one line of JSON has room for. Context: Pure. */
#ifndef DOG_RENDER_JSON_PLAN_H
#define DOG_RENDER_JSON_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dog_json_plan {
    size_t skip;       /* outermost frames that are left out */
    bool sources;      /* the frames' source lines are written */
    bool kwargs;       /* the view's arguments are written */
    size_t most_value; /* bytes of a text, before it is escaped */
};

#endif
