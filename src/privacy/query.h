/* A query string with its secrets hidden. Context: Pure. */
#ifndef DOG_PRIVACY_QUERY_H
#define DOG_PRIVACY_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define DOG_QUERY_MAX_KNOWN 32

/* Texts that were hidden elsewhere. */
struct dog_query_known {
    struct dog_str texts[DOG_QUERY_MAX_KNOWN];
    size_t count;
    bool more; /* above the limit: no value is shown */
};

/* Adds a text; one shorter than 6 bytes would be found in much that is no secret, and is not. */
void dog_query_know(struct dog_query_known *known, struct dog_str text);

/* Writes `query` (what follows the '?') as it is, but for the values of secret names, of secret
 * shapes, and with a text in them that is known, which become DOG_SECRET_HIDDEN. Pairs end at '&'
 * and ';'. Names and values are judged as the application will see them, percent-decoded and
 * '+'-decoded, and values once more each time that they hold a query or JSON of their own
 * (`next=%2Fx%3Ftoken%3D1`). What is too long to be judged is hidden. */
void dog_query_put(struct dog_text *text, struct dog_str query,
                   const struct dog_query_known *known);

/* Would dog_query_put hide this value, whatever its name? */
bool dog_query_secret_value(struct dog_str value, const struct dog_query_known *known);

/* Percent- and '+'-decodes into `decoded`, which may be where `encoded` lies; returns the length,
 * never more than encoded.len. What is no valid escape stays as it is. */
size_t dog_query_decode(struct dog_str encoded, char *decoded);

#endif
