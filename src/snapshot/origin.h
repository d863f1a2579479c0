/* Whose code is it: the project's own, or a library's? Context: Pure.
 *
 * With `base_dirs` (Django's BASE_DIR, in each spelling that code may have: a site is often served
 * through a link to its release) the project's own is what lies under one; without, all that is no
 * library. In both cases a path under one of `library_dirs` (the standard library, a virtual
 * environment) or with a part that is called site-packages or dist-packages is a library's. A
 * library folder that is above one of `base_dirs` says nothing about it: a project may lie in its
 * virtual environment. Names that are no paths ("<string>", "<frozen importlib._bootstrap>") are
 * nobody's. A relative path is taken for the project's, since only a script's own folder is
 * imported from so.
 */
#ifndef DOG_SNAPSHOT_ORIGIN_H
#define DOG_SNAPSHOT_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Texts are the caller's; absolute paths, with or without a final slash. */
struct dog_origin {
    const struct dog_str *base_dirs; /* of one and the same folder */
    size_t base_count;               /* 0: not known */
    const struct dog_str *library_dirs;
    size_t library_count;
};

/* `file` is a co_filename; none is false. */
bool dog_origin_is_app(const struct dog_origin *origin, struct dog_str file);

/* The one of `base_dirs` that `file` lies under; none if there is none. */
struct dog_str dog_origin_base_of(const struct dog_origin *origin, struct dog_str file);

#endif
