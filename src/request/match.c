#include "request/match.h"

#include <string.h>

#include "privacy/names.h"
#include "privacy/query.h"
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
    return dog_object_str_of(mem, arena, match->parts[part],
                             part == DOG_MATCH_ROUTE ? MAX_ROUTE : MAX_VIEW_NAME);
}

/* The value as repr() prints it. Its shape is judged on more than is shown, so that no part of a
 * secret is shown because the rest was cut. */
static struct dog_str shown_value(const struct dog_mem *mem, struct dog_arena *arena,
                                  dog_addr value, const struct dog_query_known *known)
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
    /* As in the query: also what is a URL with a query of its own. */
    bool secret = text.dropped != 0 || dog_query_secret_value(dog_text_str(&text), known);
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
    struct dog_path_secrets secrets;
    struct dog_query_known known = {0};
    dog_match_secrets(mem, arena, match, &secrets);
    for (size_t i = 0; i < secrets.count; i++) {
        dog_query_know(&known, secrets.values[i].value);
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
            struct dog_str name = dog_object_str_of(mem, arena, entries[i].key, MAX_KWARG_NAME);
            if (request->kwarg_count == DOG_REQUEST_MAX_KWARGS || name.at == NULL) {
                request->kwargs_omitted++;
                continue;
            }
            request->kwargs[request->kwarg_count++] = (struct dog_kwarg){
                .name = name,
                .value = dog_secret_argument_name(name)
                             ? dog_str_of(DOG_SECRET_HIDDEN)
                             : shown_value(mem, arena, entries[i].value, &known),
            };
        }
    }
}

static bool is_known(const struct dog_path_secrets *secrets, struct dog_path_secret secret)
{
    for (size_t i = 0; i < secrets->count; i++) {
        const struct dog_path_secret *known = &secrets->values[i];
        if (dog_str_eq(known->name, secret.name) && dog_str_eq(known->value, secret.value)) {
            return true;
        }
    }
    return false;
}

static void add_secret(const struct dog_mem *mem, struct dog_arena *arena,
                       const struct dog_entry *entry, bool captured,
                       struct dog_path_secrets *secrets)
{
    struct dog_path_secret secret = {
        .name = dog_object_str_of(mem, arena, entry->key, MAX_KWARG_NAME),
        .captured = captured,
    };
    if (secret.name.at == NULL) {
        secrets->unknown_value = true;
        return;
    }
    /* An optional group that did not match has nothing in the path. */
    if (!dog_secret_argument_name(secret.name) || dog_addr_eq(entry->value, mem->layout->none)) {
        return;
    }
    if (dog_object_plain(mem, arena, entry->value, MAX_KWARG_READ, &secret.value) != DOG_OK) {
        secret.value = DOG_STR_NONE;
    }
    if (secret.value.at != NULL && is_known(secrets, secret)) {
        return;
    }
    if (secrets->count == DOG_PATH_MAX_SECRETS) {
        secrets->unknown_value = true;
        return;
    }
    secrets->values[secrets->count++] = secret;
}

/* False if not all of the dict at `arguments` could be read. */
static bool add_secrets(const struct dog_mem *mem, struct dog_arena *arena, dog_addr arguments,
                        bool captured, struct dog_path_secrets *secrets)
{
    struct dog_dict dict;
    if (dog_object_dict(mem, arguments, &dict) != DOG_OK) {
        return false;
    }
    for (uint64_t position = 0; position < dict.count;) {
        struct dog_entry entries[DOG_DICT_BATCH];
        size_t count;
        if (dog_object_dict_read(mem, &dict, &position, entries, &count) != DOG_OK) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            add_secret(mem, arena, &entries[i], captured, secrets);
        }
    }
    return dict.beyond == 0;
}

void dog_match_secrets(const struct dog_mem *mem, struct dog_arena *arena,
                       const struct dog_match *match, struct dog_path_secrets *ret_secrets)
{
    *ret_secrets = (struct dog_path_secrets){0};
    bool cut = false;
    if (dog_addr_is_null(match->parts[DOG_MATCH_ROUTE]) ||
        dog_object_str(mem, arena, match->parts[DOG_MATCH_ROUTE], MAX_ROUTE, &ret_secrets->route,
                       &cut) != DOG_OK ||
        cut) {
        /* A part of a route would not name all that is secret. */
        ret_secrets->route = DOG_STR_NONE;
    }
    if (!match->resolved) {
        ret_secrets->unknown_value = match->unreadable;
        ret_secrets->unresolved = !match->unreadable;
        return;
    }
    dog_addr captured = match->parts[DOG_MATCH_CAPTURED], all = match->parts[DOG_MATCH_KWARGS];
    bool told = !dog_addr_is_null(captured) && !dog_addr_eq(captured, mem->layout->none);
    bool known = !told || add_secrets(mem, arena, captured, true, ret_secrets);
    /* What an include() around the pattern captured is in `kwargs` alone. */
    known = add_secrets(mem, arena, all, !told, ret_secrets) && known;
    ret_secrets->unknown_value = ret_secrets->unknown_value || !known;
}
