/* Values that are secret by their shape, whatever their name. Context: Pure. */
#ifndef DOG_PRIVACY_SHAPES_H
#define DOG_PRIVACY_SHAPES_H

#include <stdbool.h>

#include "base/text.h"

/* Does `text` hold, anywhere: a JSON web token, a PEM block, a payment card's number (with its
 * check digit, also in groups), a key of a known service (AKIA..., ghp_..., xoxb-..., sk_live_...
 * and kin), a URL with a password in it, or what an
 * Authorization header holds (Bearer and a token, Basic and base64 of user:password)? */
bool dog_secret_shape(struct dog_str text);

/* Does `text` look like a token that somebody's generator made: a run of at least 20 letters,
 * digits, '-' and '_', letters and digits mixed as no word is? A slug with numbers in it is none
 * ("the-iphone15pro-in-2024"), nor is a UUID with its dashes. To be used where nothing else tells:
 * a hash of a file's content looks the same. */
bool dog_secret_random(struct dog_str text);

#endif
