/* Values that are secret by their shape, whatever their name. Context: Pure. */
#ifndef DOG_PRIVACY_SHAPES_H
#define DOG_PRIVACY_SHAPES_H

#include <stdbool.h>

#include "base/text.h"

/* Does `text` hold, anywhere: a JSON web token, a PEM block, a payment card's number (with its
 * check digit, also in groups), a key of a known service (AKIA..., ghp_..., xoxb-..., sk_live_...
 * and kin), or a URL with a password in it? */
bool dog_secret_shape(struct dog_str text);

#endif
