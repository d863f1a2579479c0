/* What a request says of itself: plain data, read from memory at the deadline. Context: Pure.
 *
 * A secret is hidden before it gets here. None (`at` NULL) means unknown, and is null in JSON. */
#ifndef DOG_REQUEST_REQUEST_H
#define DOG_REQUEST_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define DOG_REQUEST_MAX_KWARGS 32

struct dog_kwarg {
    struct dog_str name;
    struct dog_str value; /* text as repr() prints it; or asterisks */
};

struct dog_request {
    struct dog_str method;
    struct dog_str url;   /* as build_absolute_uri() would give it, its secrets hidden */
    struct dog_str route; /* resolver_match.route */
    struct dog_str view;  /* resolver_match.view_name */
    struct dog_kwarg kwargs[DOG_REQUEST_MAX_KWARGS];
    size_t kwarg_count;
    bool kwargs_known;     /* false: null in JSON */
    size_t kwargs_omitted; /* above the limit */
    struct dog_str label;  /* of a watch() block: then the rest is unknown */
    struct dog_str request_id;
    struct dog_str trace_id;
    struct dog_str remote_addr;
    struct dog_str user_pk;
};

#endif
