/* What the URL resolver found: request.resolver_match. Context: Watchdog. */
#ifndef DOG_REQUEST_MATCH_H
#define DOG_REQUEST_MATCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"
#include "request/path.h"
#include "request/request.h"
#include "snapshot/object.h"

enum dog_match_part {
    DOG_MATCH_FUNC, /* the view */
    DOG_MATCH_KWARGS,
    DOG_MATCH_CAPTURED, /* those that the innermost pattern found in the path; None: unknown which
                         */
    DOG_MATCH_VIEW_NAME,
    DOG_MATCH_URL_NAME,
    DOG_MATCH_ROUTE,
    DOG_MATCH_PARTS,
};

struct dog_match {
    bool resolved;
    bool unreadable; /* whether the URL is resolved, and how, is not to be had */
    dog_addr parts[DOG_MATCH_PARTS];
};

/* `match` is None before the URL is resolved; null, where it could not be read, is unreadable. */
void dog_match_read(const struct dog_mem *mem, dog_addr match, struct dog_match *ret_match);

/* The text of one of the last three; none if there is none. */
struct dog_str dog_match_str(const struct dog_mem *mem, struct dog_arena *arena,
                             const struct dog_match *match, enum dog_match_part part);

/* The view's keyword arguments, as repr() prints them, their secrets hidden. */
void dog_match_kwargs(const struct dog_mem *mem, struct dog_arena *arena,
                      const struct dog_match *match, struct dog_request *request);

/* What of the path is secret by the names of the pattern's arguments. Where these are not to be
 * had, a part of the path is secret whose text is not known. */
void dog_match_secrets(const struct dog_mem *mem, struct dog_arena *arena,
                       const struct dog_match *match, struct dog_path_secrets *ret_secrets);

#endif
