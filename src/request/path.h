/* The path of a URL with its secrets hidden. Context: Pure. */
#ifndef DOG_REQUEST_PATH_H
#define DOG_REQUEST_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "privacy/query.h"

#define DOG_PATH_MAX_SECRETS 32

/* An argument of the view with a secret name. */
struct dog_path_secret {
    struct dog_str name;
    struct dog_str value; /* as text; none: not to be had */
    bool captured;        /* it comes from the path; else it may be an extra argument */
};

/* What the URL resolver says of the path. */
struct dog_path_secrets {
    struct dog_path_secret values[DOG_PATH_MAX_SECRETS];
    size_t count;
    bool unknown_value;   /* there is one more, of which nothing is known */
    bool unresolved;      /* the URL is not resolved yet: no name is known */
    bool changed;         /* the path is not (or not all of) what was resolved */
    struct dog_str route; /* none: not resolved, or not to be had */
};

/* Writes the percent-encoded path, and says what it hid of it; that is hidden, too, where it stands
 * a second time. Hidden are: the arguments with secret names, where the route of
 * path() says that they stand; segments that are secret by their shape; values of `;name=value`
 * with a secret name; and before the URL is resolved, segments that look like a generated token.
 * Where the route does not tell, the secret values are hidden wherever they stand, and if they may
 * have been converted or are not found, all is hidden that the route does not spell out.
 * DOG_ERR_NOMEM if the arena has no room for one byte a byte of the path. */
DOG_MUST_USE enum dog_err dog_path_put(struct dog_text *text, struct dog_arena *arena,
                                       struct dog_str path, const struct dog_path_secrets *secrets,
                                       struct dog_query_known *ret_hidden);

#endif
