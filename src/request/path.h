/* The path of a URL with its secrets hidden. Context: Pure. */
#ifndef DOG_REQUEST_PATH_H
#define DOG_REQUEST_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#define DOG_PATH_MAX_SECRETS 32

/* What the URL resolver says of the path. */
struct dog_path_secrets {
    struct dog_str values[DOG_PATH_MAX_SECRETS]; /* of arguments with secret names, as text */
    size_t count;
    bool unknown_value;   /* there is one more, whose text is not known */
    struct dog_str route; /* none: not resolved */
};

/* Writes the percent-encoded path. Hidden are: the secret values, wherever they stand; segments
 * that are secret by their shape; values of `;name=value` with a secret name. If a secret value is
 * not known or not found (a converter of the project's own), all is hidden that the route does not
 * spell out. DOG_ERR_NOMEM if the arena has no room for one byte a byte of the path. */
DOG_MUST_USE enum dog_err dog_path_put(struct dog_text *text, struct dog_arena *arena,
                                       struct dog_str path, const struct dog_path_secrets *secrets);

#endif
