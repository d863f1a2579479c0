#include "request/path.h"

#include <string.h>

#include "privacy/names.h"
#include "privacy/shapes.h"
#include "request/url.h"

/* A path and, for each of its bytes, whether it is hidden. */
struct marked {
    struct dog_str path;
    bool *hidden;
};

static void hide(struct marked *marked, size_t begin, size_t end)
{
    memset(marked->hidden + begin, true, end - begin);
}

/* Where the segment that begins at `begin` ends. */
static size_t segment_end(struct dog_str path, size_t begin)
{
    const char *slash = memchr(path.at + begin, '/', path.len - begin);
    return slash != NULL ? (size_t)(slash - path.at) : path.len;
}

static struct dog_str segment_at(struct dog_str path, size_t begin)
{
    return (struct dog_str){path.at + begin, segment_end(path, begin) - begin};
}

/* The segments that are the value; if there is none, the places where it stands. */
static bool hide_value(struct marked *marked, struct dog_str value)
{
    struct dog_str path = marked->path;
    bool found = false;
    if (value.len == 0) {
        return true;
    }
    for (size_t begin = 0; begin < path.len; begin = segment_end(path, begin) + 1) {
        if (dog_str_eq(segment_at(path, begin), value)) {
            hide(marked, begin, begin + value.len);
            found = true;
        }
    }
    if (found) {
        return true;
    }
    for (size_t i = 0; i + value.len <= path.len;) {
        const char *at = memmem(path.at + i, path.len - i, value.at, value.len);
        if (at == NULL) {
            break;
        }
        i = (size_t)(at - path.at);
        hide(marked, i, i + value.len);
        i += value.len;
        found = true;
    }
    return found;
}

static bool spells(struct dog_str route, struct dog_str segment)
{
    for (size_t begin = 0; begin < route.len; begin = segment_end(route, begin) + 1) {
        if (dog_str_eq(segment_at(route, begin), segment)) {
            return true;
        }
    }
    return false;
}

static void hide_all_but_route(struct marked *marked, struct dog_str route)
{
    struct dog_str path = marked->path;
    for (size_t begin = 0; begin < path.len; begin = segment_end(path, begin) + 1) {
        struct dog_str segment = segment_at(path, begin);
        if (!spells(route, segment)) {
            hide(marked, begin, begin + segment.len);
        }
    }
}

/* `;name=value`, and `name=value` as a segment. */
static void hide_parameters(struct marked *marked)
{
    struct dog_str path = marked->path;
    size_t begin = 0; /* of the name */
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        if (c == '=' && dog_secret_setting_name((struct dog_str){path.at + begin, i - begin})) {
            size_t end = i + 1;
            while (end < path.len && path.at[end] != ';' && path.at[end] != '/') {
                end++;
            }
            hide(marked, i + 1, end);
        } else if (c == '/' || c == ';' || c == '&' || c == ',') {
            begin = i + 1;
        }
    }
}

static void hide_shapes(struct marked *marked)
{
    struct dog_str path = marked->path;
    bool found = false;
    for (size_t begin = 0; begin < path.len; begin = segment_end(path, begin) + 1) {
        struct dog_str segment = segment_at(path, begin);
        if (dog_secret_shape(segment)) {
            hide(marked, begin, begin + segment.len);
            found = true;
        }
    }
    /* A shape with slashes in it: a PEM block, a URL with a password. */
    if (!found && path.len > 0 && dog_secret_shape(path)) {
        hide(marked, 1, path.len);
    }
}

enum dog_err dog_path_put(struct dog_text *text, struct dog_arena *arena, struct dog_str path,
                          const struct dog_path_secrets *secrets)
{
    size_t mark = dog_arena_mark(arena);
    struct marked marked = {path, dog_arena_array(arena, path.len, sizeof(bool))};
    if (marked.hidden == NULL) {
        return DOG_ERR_NOMEM;
    }
    bool all_found = !secrets->unknown_value;
    for (size_t i = 0; i < secrets->count; i++) {
        all_found = hide_value(&marked, secrets->values[i]) && all_found;
    }
    if (!all_found) {
        hide_all_but_route(&marked, secrets->route);
    }
    hide_parameters(&marked);
    hide_shapes(&marked);
    for (size_t i = 0; i < path.len;) {
        size_t end = i;
        while (end < path.len && marked.hidden[end] == marked.hidden[i]) {
            end++;
        }
        if (marked.hidden[i]) {
            dog_text_put(text, DOG_SECRET_HIDDEN);
        } else {
            dog_url_put_path(text, (struct dog_str){path.at + i, end - i});
        }
        i = end;
    }
    dog_arena_release(arena, mark);
    return DOG_OK;
}
