/* A query string with its secrets hidden. Context: Pure. */
#ifndef DOG_PRIVACY_QUERY_H
#define DOG_PRIVACY_QUERY_H

#include "base/text.h"

/* Writes `query` (what follows the '?') as it is, but for the values of secret names and of secret
 * shapes, which become DOG_SECRET_HIDDEN. Pairs end at '&' and ';'. Names and values are judged as
 * the application will see them, percent-decoded and '+'-decoded, and values once more each time
 * that they hold a query or JSON of their own (`next=%2Fx%3Ftoken%3D1`). What is too long to be
 * judged is hidden. */
void dog_query_put(struct dog_text *text, struct dog_str query);

/* Percent- and '+'-decodes into `decoded`, which may be where `encoded` lies; returns the length,
 * never more than encoded.len. What is no valid escape stays as it is. */
size_t dog_query_decode(struct dog_str encoded, char *decoded);

#endif
