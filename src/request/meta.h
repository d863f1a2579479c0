/* What of request.META matters to a report. Context: Watchdog. */
#ifndef DOG_REQUEST_META_H
#define DOG_REQUEST_META_H

#include "base/arena.h"
#include "base/text.h"
#include "privacy/query.h"
#include "request/django.h"
#include "snapshot/object.h"

enum dog_meta_key {
    DOG_META_HTTP_HOST,
    DOG_META_FORWARDED_HOST,
    DOG_META_FORWARDED_PORT,
    DOG_META_SERVER_NAME,
    DOG_META_SERVER_PORT,
    DOG_META_URL_SCHEME,
    DOG_META_QUERY_STRING,
    DOG_META_REMOTE_ADDR,
    DOG_META_REQUEST_ID,
    DOG_META_TRACEPARENT,
    DOG_META_SECURE, /* the key of SECURE_PROXY_SSL_HEADER */
    DOG_META_KEYS,
};

struct dog_meta {
    dog_addr values[DOG_META_KEYS]; /* null: not there, or not to be read */
};

/* Reads META at `meta` in one pass. */
void dog_meta_read(const struct dog_mem *mem, dog_addr meta, const struct dog_django_rules *rules,
                   struct dog_meta *ret_meta);

/* The text of a value, at most `max_chars` characters; none if it is not there or not text. */
struct dog_str dog_meta_str(const struct dog_mem *mem, struct dog_arena *arena,
                            const struct dog_meta *meta, enum dog_meta_key key, size_t max_chars);

/* Writes "https://host:port" as request.scheme and request.get_host() tell, unchecked. `own_scheme`
 * is what the server said: wsgi.url_scheme, or the scheme of the ASGI scope. */
void dog_meta_put_origin(const struct dog_mem *mem, struct dog_arena *arena,
                         const struct dog_meta *meta, const struct dog_django_rules *rules,
                         struct dog_str own_scheme, struct dog_text *text);

/* Writes "?..." of QUERY_STRING with its secrets hidden, also those that are known of the path;
 * nothing if it is empty.
 * At most 8192 characters are read and as many bytes shown; then "..." follows. */
void dog_meta_put_query(const struct dog_mem *mem, struct dog_arena *arena,
                        const struct dog_meta *meta, const struct dog_query_known *known,
                        struct dog_text *text);

/* The trace id of a W3C traceparent ("00-<32 digits>-<16 digits>-<2 digits>"); none if it is not
 * one. */
struct dog_str dog_meta_trace_id(struct dog_str traceparent);

#endif
