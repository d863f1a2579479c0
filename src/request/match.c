#include "request/match.h"

#include <string.h>

#include "privacy/names.h"
#include "privacy/shapes.h"
#include "snapshot/object_attr.h"
#include "snapshot/object_dict.h"
#include "snapshot/object_repr.h"
#include "snapshot/object_str.h"

enum {
    MAX_VIEW_NAME = 256,
    MAX_ROUTE = 1024,
    MAX_KWARG_NAME = 128,
    MAX_KWARG_SHOWN = 200, /* characters of a value */
    MAX_KWARG_READ = 2048, /* and those that are searched for secret shapes: a whole path */
};

static struct dog_str str_of(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                             size_t max_chars)
{
    struct dog_str str = DOG_STR_NONE;
    bool cut;
    if (dog_addr_is_null(object) ||
        dog_object_str(mem, arena, object, max_chars, &str, &cut) != DOG_OK) {
        return DOG_STR_NONE;
    }
    return str;
}

void dog_match_read(const struct dog_mem *mem, dog_addr match, struct dog_match *ret_match)
{
    static const char *const names[DOG_MATCH_PARTS] = {
        [DOG_MATCH_FUNC] = "func",
        [DOG_MATCH_KWARGS] = "kwargs",
        [DOG_MATCH_CAPTURED] = "captured_kwargs",
        [DOG_MATCH_VIEW_NAME] = "view_name",
        [DOG_MATCH_URL_NAME] = "url_name",
        [DOG_MATCH_ROUTE] = "route",
    };
    *ret_match = (struct dog_match){0};
    if (dog_addr_eq(match, mem->layout->none)) {
        return;
    }
    enum dog_err err = dog_addr_is_null(match)
                           ? DOG_ERR_ABSENT
                           : dog_object_attrs(mem, match, names, DOG_MATCH_PARTS, ret_match->parts);
    ret_match->unreadable = err != DOG_OK && dog_addr_is_null(ret_match->parts[DOG_MATCH_FUNC]);
    ret_match->resolved = !ret_match->unreadable;
}

struct dog_str dog_match_str(const struct dog_mem *mem, struct dog_arena *arena,
                             const struct dog_match *match, enum dog_match_part part)
{
    return str_of(mem, arena, match->parts[part],
                  part == DOG_MATCH_ROUTE ? MAX_ROUTE : MAX_VIEW_NAME);
}

/* The value as repr() prints it. Its shape is judged on more than is shown, so that no part of a
 * secret is shown because the rest was cut. */
static struct dog_str shown_value(const struct dog_mem *mem, struct dog_arena *arena,
                                  dog_addr value)
{
    enum {
        CAP = 4 * MAX_KWARG_READ,
    };
    size_t mark = dog_arena_mark(arena);
    char *storage = dog_arena_alloc(arena, CAP);
    if (storage == NULL) {
        return DOG_STR_NONE;
    }
    struct dog_text text;
    dog_text_init(&text, storage, CAP);
    dog_object_repr(mem, arena, value, MAX_KWARG_READ, &text);
    bool secret = text.dropped != 0 || dog_secret_shape(dog_text_str(&text));
    dog_arena_release(arena, mark);
    if (secret) {
        return dog_str_of(DOG_SECRET_HIDDEN);
    }
    size_t cap = text.len < 4 * MAX_KWARG_SHOWN ? text.len : 4 * MAX_KWARG_SHOWN;
    storage = dog_arena_alloc(arena, cap);
    if (storage == NULL) {
        return DOG_STR_NONE;
    }
    dog_text_init(&text, storage, cap);
    dog_object_repr(mem, arena, value, MAX_KWARG_SHOWN, &text);
    return dog_text_str(&text);
}

void dog_match_kwargs(const struct dog_mem *mem, struct dog_arena *arena,
                      const struct dog_match *match, struct dog_request *request)
{
    struct dog_dict dict;
    if (dog_object_dict(mem, match->parts[DOG_MATCH_KWARGS], &dict) != DOG_OK) {
        return;
    }
    request->kwargs_known = true;
    for (uint64_t position = 0; position < dict.count;) {
        struct dog_entry entries[DOG_DICT_BATCH];
        size_t count;
        if (dog_object_dict_read(mem, &dict, &position, entries, &count) != DOG_OK) {
            request->kwargs_known = request->kwarg_count != 0;
            return;
        }
        for (size_t i = 0; i < count; i++) {
            struct dog_str name = str_of(mem, arena, entries[i].key, MAX_KWARG_NAME);
            if (request->kwarg_count == DOG_REQUEST_MAX_KWARGS || name.at == NULL) {
                request->kwargs_omitted++;
                continue;
            }
            request->kwargs[request->kwarg_count++] = (struct dog_kwarg){
                .name = name,
                .value = dog_secret_word_name(name) ? dog_str_of(DOG_SECRET_HIDDEN)
                                                    : shown_value(mem, arena, entries[i].value),
            };
        }
    }
}

void dog_match_secrets(const struct dog_mem *mem, struct dog_arena *arena,
                       const struct dog_match *match, struct dog_path_secrets *ret_secrets)
{
    *ret_secrets = (struct dog_path_secrets){
        .route = dog_match_str(mem, arena, match, DOG_MATCH_ROUTE),
    };
    if (!match->resolved) {
        ret_secrets->unknown_value = match->unreadable;
        return;
    }
    struct dog_dict dict;
    if (dog_object_dict(mem, match->parts[DOG_MATCH_CAPTURED], &dict) != DOG_OK &&
        dog_object_dict(mem, match->parts[DOG_MATCH_KWARGS], &dict) != DOG_OK) {
        /* The path has arguments, and their names are not to be had. */
        ret_secrets->unknown_value = true;
        return;
    }
    for (uint64_t position = 0; position < dict.count;) {
        struct dog_entry entries[DOG_DICT_BATCH];
        size_t count;
        if (dog_object_dict_read(mem, &dict, &position, entries, &count) != DOG_OK) {
            ret_secrets->unknown_value = true;
            return;
        }
        for (size_t i = 0; i < count; i++) {
            struct dog_str name = str_of(mem, arena, entries[i].key, MAX_KWARG_NAME);
            if (name.at != NULL && !dog_secret_word_name(name)) {
                continue;
            }
            struct dog_str value;
            if (ret_secrets->count == DOG_PATH_MAX_SECRETS ||
                dog_object_plain(mem, arena, entries[i].value, MAX_KWARG_READ, &value) != DOG_OK) {
                /* An optional group that did not match has nothing in the path. */
                ret_secrets->unknown_value =
                    ret_secrets->unknown_value || !dog_addr_eq(entries[i].value, mem->layout->none);
                continue;
            }
            ret_secrets->values[ret_secrets->count++] = value;
        }
    }
    ret_secrets->unknown_value = ret_secrets->unknown_value || dict.beyond != 0;
}
