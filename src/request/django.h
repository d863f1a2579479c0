/* What a Django request says of itself, read from memory at the deadline. Context: Watchdog.
 *
 * WSGIRequest and ASGIRequest, Django 4.2 to 6.1. No property, no lazy object and no code of the
 * project is run: only what the request already holds is shown, and secrets are hidden before the
 * text leaves this file. An object that is no request gives unknown fields, not an error.
 *
 * The request may end while it is read: the caller checks the generation of its watch afterwards
 * and throws the answer away if it changed. */
#ifndef DOG_REQUEST_DJANGO_H
#define DOG_REQUEST_DJANGO_H

#include <stdbool.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/source.h"
#include "cpython/layout.h"
#include "request/request.h"

/* The project's settings that decide what the URL is. */
struct dog_django_rules {
    /* SECURE_PROXY_SSL_HEADER: a key of META and the value that means https; NULL: not set. */
    const char *secure_header;
    const char *secure_value;
    bool use_x_forwarded_host;
    bool use_x_forwarded_port;
};

/* All text is in the arena; it needs some 128 KB at the most. `ret_request->label` is left unknown.
 * Fails only if the object at `request` has no attributes that can be read at all, or with
 * DOG_ERR_MOVED if it never stands still. */
DOG_MUST_USE enum dog_err dog_django_read(struct dog_source source, const struct dog_layout *layout,
                                          struct dog_arena *arena,
                                          const struct dog_django_rules *rules, dog_addr request,
                                          struct dog_request *ret_request);

/* What decides a request's own deadline. */
struct dog_django_view {
    bool resolved;            /* there is a resolver_match; else the URL is not resolved yet */
    bool unsure;              /* it may have moved while it was read: look again before you judge */
    struct dog_str view_name; /* with its namespaces */
    struct dog_str url_name;  /* none: the pattern has no name */
    bool has_timer;           /* @dogslow.timer, of the nearest that says so: */
    double timer_s;           /*   seconds */
    bool ignore;              /* @dogslow.ignore */
};

/* The decorators' attributes are sought on the view function (also a bound method or a callable
 * object), then on the class that its `view_class` or `cls` names, then on what a partial wraps. */
DOG_MUST_USE enum dog_err dog_django_deadline(struct dog_source source,
                                              const struct dog_layout *layout,
                                              struct dog_arena *arena, dog_addr request,
                                              struct dog_django_view *ret_view);

#endif
