/* What the URL resolver found: request.resolver_match. Context: Watchdog. */
#ifndef DOG_REQUEST_MATCH_H
#define DOG_REQUEST_MATCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"
#include "request/path.h"
#include "request/request.h"
#include "snapshot/object.h"

struct dog_match {
    bool resolved;
    bool unreadable; /* whether the URL is resolved, and how, is not to be had */
    dog_addr func;   /* the view */
    dog_addr kwargs;
    dog_addr captured_kwargs; /* those from the path; null or None before Django 4.2 and in tests */
    struct dog_str view_name;
    struct dog_str url_name;
    struct dog_str route;
};

/* `match` is None before the URL is resolved; null, where it could not be read, is unreadable. */
void dog_match_read(const struct dog_mem *mem, struct dog_arena *arena, dog_addr match,
                    struct dog_match *ret_match);

/* The view's keyword arguments, as repr() prints them, their secrets hidden. */
void dog_match_kwargs(const struct dog_mem *mem, struct dog_arena *arena,
                      const struct dog_match *match, struct dog_request *request);

/* What of the path is secret by the names of the pattern's arguments. Where these are not to be
 * had, a part of the path is secret whose text is not known. */
void dog_match_secrets(const struct dog_mem *mem, struct dog_arena *arena,
                       const struct dog_match *match, struct dog_path_secrets *ret_secrets);

#endif
