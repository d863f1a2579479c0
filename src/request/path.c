#include "request/path.h"

#include <string.h>

#include "privacy/names.h"
#include "privacy/shapes.h"
#include "request/route.h"
#include "request/url.h"

enum {
    MIN_EXTRA = 6, /* bytes of a value that is not from the path, to be sought there */
};

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

/* Hides the value wherever it stands. */
static bool hide_value(struct marked *marked, struct dog_str value)
{
    struct dog_str path = marked->path;
    bool found = value.len == 0;
    for (size_t i = 0; value.len > 0 && i + value.len <= path.len;) {
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

/* What is secret by the names that the resolver knows. Groups of a regular expression stand in the
 * path as they are; what converters make of their text can look like another part of it. */
static void hide_arguments(struct marked *marked, struct dog_arena *arena,
                           const struct dog_path_secrets *secrets)
{
    struct dog_str route = secrets->route;
    struct dog_route_facts facts;
    dog_route_read(route, &facts);
    bool laid = !secrets->changed && dog_route_hide(arena, route, marked->path, marked->hidden);
    bool verbatim = route.at != NULL && !facts.has_arguments && !secrets->changed;
    bool all =
        !laid && (secrets->unknown_value || facts.repeats || (facts.has_secret && !verbatim));
    for (size_t i = 0; i < secrets->count; i++) {
        const struct dog_path_secret *secret = &secrets->values[i];
        bool named = dog_route_names(route, secret->name);
        if (laid && named) {
            continue;
        }
        if (route.at != NULL && !named && !secret->captured) {
            if (secret->value.len >= MIN_EXTRA) {
                hide_value(marked, secret->value);
            }
            continue;
        }
        bool placed = (laid || verbatim) && secret->value.at != NULL;
        all = !(placed && hide_value(marked, secret->value)) || all;
    }
    if (all) {
        hide_all_but_route(marked, route);
    }
}

/* `;name=value`, and `name=value` as a segment. */
static void hide_parameters(struct marked *marked)
{
    struct dog_str path = marked->path;
    size_t begin = 0; /* of the name */
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        if (c == '=' && dog_secret_parameter_name((struct dog_str){path.at + begin, i - begin})) {
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

static void hide_shapes(struct marked *marked, bool unresolved)
{
    struct dog_str path = marked->path;
    bool found = false;
    for (size_t begin = 0; begin < path.len; begin = segment_end(path, begin) + 1) {
        struct dog_str segment = segment_at(path, begin);
        if (dog_secret_shape(segment) || (unresolved && dog_secret_random(segment))) {
            hide(marked, begin, begin + segment.len);
            found = true;
        }
    }
    /* A shape with slashes in it: a PEM block, a URL with a password. */
    if (!found && path.len > 0 && dog_secret_shape(path)) {
        hide(marked, 1, path.len);
    }
}

/* Where the stretch ends that begins at `begin` and is all hidden, or all shown. */
static size_t stretch_end(const struct marked *marked, size_t begin)
{
    size_t end = begin;
    while (end < marked->path.len && marked->hidden[end] == marked->hidden[begin]) {
        end++;
    }
    return end;
}

/* Hides what is hidden wherever it stands a second time. */
static void hide_again(struct marked *marked, struct dog_query_known *known)
{
    for (size_t i = 0, end; i < marked->path.len; i = end) {
        end = stretch_end(marked, i);
        if (marked->hidden[i]) {
            dog_query_know(known, (struct dog_str){marked->path.at + i, end - i});
        }
    }
    for (size_t i = 0; i < known->count; i++) {
        hide_value(marked, known->texts[i]);
    }
}

enum dog_err dog_path_put(struct dog_text *text, struct dog_arena *arena, struct dog_str path,
                          const struct dog_path_secrets *secrets,
                          struct dog_query_known *ret_hidden)
{
    *ret_hidden = (struct dog_query_known){0};
    size_t mark = dog_arena_mark(arena);
    struct marked marked = {path, dog_arena_array(arena, path.len, sizeof(bool))};
    if (marked.hidden == NULL) {
        return DOG_ERR_NOMEM;
    }
    hide_arguments(&marked, arena, secrets);
    hide_parameters(&marked);
    hide_shapes(&marked, secrets->unresolved);
    hide_again(&marked, ret_hidden);
    for (size_t i = 0, end; i < path.len; i = end) {
        end = stretch_end(&marked, i);
        if (marked.hidden[i]) {
            dog_text_put(text, DOG_SECRET_HIDDEN);
        } else {
            dog_url_put_path(text, (struct dog_str){path.at + i, end - i});
        }
    }
    dog_arena_release(arena, mark);
    return DOG_OK;
}
