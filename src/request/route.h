/* What of a path is secret by the names in its route: resolver_match.route. Context: Pure.
 *
 * A route is what path() and re_path() were given, joined over include(). Of path() it has
 * `<converter:name>` and literal text, and then tells where in the path each argument stands; of
 * re_path() it is a regular expression, which is not run here. */
#ifndef DOG_REQUEST_ROUTE_H
#define DOG_REQUEST_ROUTE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

struct dog_route_facts {
    bool has_arguments; /* `<name>` or `<converter:name>` of path(): values may be converted */
    bool has_secret;    /* an argument or a group `(?P<name>` with a secret name */
    bool repeats;       /* the same secret name twice: only the inner value is known */
};

void dog_route_read(struct dog_str route, struct dog_route_facts *ret_facts);

/* Does the route have an argument or a group of that name? */
bool dog_route_names(struct dog_str route, struct dog_str name);

/* Sets `hidden` for each byte of the path that can belong to an argument with a secret name, in
 * any way in which the whole route can be laid on the path's end, from a '/' on (before it is the
 * script's name). False if there is no such way, if the route has groups of a regular expression,
 * or if route or path is too long: then nothing is set. */
bool dog_route_hide(struct dog_arena *arena, struct dog_str route, struct dog_str path,
                    bool *hidden);

#endif
