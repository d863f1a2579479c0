/* Percent-encoding as Django does it. Context: Pure. */
#ifndef DOG_REQUEST_URL_H
#define DOG_REQUEST_URL_H

#include "base/text.h"

/* django.utils.encoding.escape_uri_path: a decoded path. */
void dog_url_put_path(struct dog_text *text, struct dog_str path);

/* django.utils.encoding.iri_to_uri: what has been encoded stays as it is. */
void dog_url_put_iri(struct dog_text *text, struct dog_str iri);

/* The host, with what stands before an '@' hidden. */
void dog_url_put_host(struct dog_text *text, struct dog_str host);

/* Removes "." and ".." segments in place, as urllib.parse.urljoin does; returns the new length.
 * build_absolute_uri() does so where "/./" or "/../" is in the path, and only there. */
size_t dog_url_resolve_dots(char *path, size_t len);

#endif
