#include "snapshot/origin.h"

#include <string.h>

/* Without its final slashes; the root is the empty text then. */
static struct dog_str trimmed(struct dog_str folder)
{
    while (folder.len > 0 && folder.at[folder.len - 1] == '/') {
        folder.len--;
    }
    return folder;
}

/* Does `path` lie in `folder`, at any depth? */
static bool is_under(struct dog_str path, struct dog_str folder)
{
    if (folder.at == NULL || folder.len == 0) {
        return false;
    }
    folder = trimmed(folder);
    return path.len > folder.len && path.at[folder.len] == '/' &&
           memcmp(path.at, folder.at, folder.len) == 0;
}

static bool has_part(struct dog_str path, const char *part)
{
    size_t len = strlen(part);
    for (size_t start = 0; start + len < path.len; start++) {
        bool begins = start == 0 || path.at[start - 1] == '/';
        if (begins && path.at[start + len] == '/' && memcmp(path.at + start, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_above_base(const struct dog_origin *origin, struct dog_str folder)
{
    for (size_t i = 0; i < origin->base_count; i++) {
        struct dog_str base = origin->base_dirs[i];
        if (is_under(base, folder) || dog_str_eq(trimmed(base), trimmed(folder))) {
            return true;
        }
    }
    return false;
}

static bool is_library(const struct dog_origin *origin, struct dog_str file)
{
    if (has_part(file, "site-packages") || has_part(file, "dist-packages")) {
        return true;
    }
    for (size_t i = 0; i < origin->library_count; i++) {
        struct dog_str folder = origin->library_dirs[i];
        if (is_under(file, folder) && !is_above_base(origin, folder)) {
            return true;
        }
    }
    return false;
}

struct dog_str dog_origin_base_of(const struct dog_origin *origin, struct dog_str file)
{
    for (size_t i = 0; file.at != NULL && i < origin->base_count; i++) {
        if (is_under(file, origin->base_dirs[i])) {
            return origin->base_dirs[i];
        }
    }
    return DOG_STR_NONE;
}

bool dog_origin_is_app(const struct dog_origin *origin, struct dog_str file)
{
    if (file.at == NULL || file.len == 0 || file.at[0] == '<' || is_library(origin, file)) {
        return false;
    }
    return file.at[0] != '/' || origin->base_count == 0 ||
           dog_origin_base_of(origin, file).at != NULL;
}
