#include "request/meta.h"

#include <string.h>

#include "privacy/names.h"
#include "request/url.h"
#include "snapshot/object_dict.h"
#include "snapshot/object_repr.h"
#include "snapshot/object_str.h"

enum {
    MAX_HOST = 300, /* characters: a host name has 253 at the most */
    MAX_PORT = 32,
    MAX_SECURE = 1024, /* of the header that names the scheme */
    MAX_QUERY = 8192,  /* what servers take as a line */
    MAX_SHOWN = 8192,  /* bytes: a report's line, not an archive */
};

static const char *const keys[DOG_META_KEYS] = {
    [DOG_META_HTTP_HOST] = "HTTP_HOST",
    [DOG_META_FORWARDED_HOST] = "HTTP_X_FORWARDED_HOST",
    [DOG_META_FORWARDED_PORT] = "HTTP_X_FORWARDED_PORT",
    [DOG_META_SERVER_NAME] = "SERVER_NAME",
    [DOG_META_SERVER_PORT] = "SERVER_PORT",
    [DOG_META_URL_SCHEME] = "wsgi.url_scheme",
    [DOG_META_QUERY_STRING] = "QUERY_STRING",
    [DOG_META_REMOTE_ADDR] = "REMOTE_ADDR",
    [DOG_META_REQUEST_ID] = "HTTP_X_REQUEST_ID",
    [DOG_META_TRACEPARENT] = "HTTP_TRACEPARENT",
    [DOG_META_SECURE] = "",
};

void dog_meta_read(const struct dog_mem *mem, dog_addr meta, const struct dog_django_rules *rules,
                   struct dog_meta *ret_meta)
{
    const char *names[DOG_META_KEYS];
    *ret_meta = (struct dog_meta){0};
    memcpy(names, keys, sizeof names);
    /* A header too long to be sought is as one that is not there. */
    if (rules->secure_header != NULL && strlen(rules->secure_header) <= DOG_DICT_MAX_NAME) {
        names[DOG_META_SECURE] = rules->secure_header;
    }
    struct dog_dict dict;
    if (dog_object_dict(mem, meta, &dict) == DOG_OK &&
        dog_object_dict_find(mem, &dict, names, DOG_META_KEYS, ret_meta->values) != DOG_OK) {
        /* What was found until then is right. */
        return;
    }
}

struct dog_str dog_meta_str(const struct dog_mem *mem, struct dog_arena *arena,
                            const struct dog_meta *meta, enum dog_meta_key key, size_t max_chars)
{
    struct dog_str str = DOG_STR_NONE;
    if (dog_addr_is_null(meta->values[key]) ||
        dog_object_plain(mem, arena, meta->values[key], max_chars, &str) != DOG_OK) {
        return DOG_STR_NONE;
    }
    return str;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
}

/* The first of a list parted by commas, stripped. */
static struct dog_str first_of_list(struct dog_str list)
{
    const char *comma = memchr(list.at, ',', list.len);
    size_t len = comma != NULL ? (size_t)(comma - list.at) : list.len;
    while (len > 0 && is_space(list.at[len - 1])) {
        len--;
    }
    size_t begin = 0;
    while (begin < len && is_space(list.at[begin])) {
        begin++;
    }
    return (struct dog_str){list.at + begin, len - begin};
}

/* request.scheme */
static struct dog_str scheme(const struct dog_mem *mem, struct dog_arena *arena,
                             const struct dog_meta *meta, const struct dog_django_rules *rules,
                             struct dog_str own_scheme)
{
    if (rules->secure_header != NULL && rules->secure_value != NULL) {
        struct dog_str header = dog_meta_str(mem, arena, meta, DOG_META_SECURE, MAX_SECURE);
        if (header.at != NULL) {
            bool secure = dog_str_is(first_of_list(header), rules->secure_value);
            return dog_str_of(secure ? "https" : "http");
        }
    }
    return own_scheme;
}

void dog_meta_put_origin(const struct dog_mem *mem, struct dog_arena *arena,
                         const struct dog_meta *meta, const struct dog_django_rules *rules,
                         struct dog_str own_scheme, struct dog_text *text)
{
    struct dog_str host = DOG_STR_NONE, port = DOG_STR_NONE;
    struct dog_str way = scheme(mem, arena, meta, rules, own_scheme);
    dog_url_put_iri(text, way);
    dog_text_put(text, "://");
    if (rules->use_x_forwarded_host) {
        host = dog_meta_str(mem, arena, meta, DOG_META_FORWARDED_HOST, MAX_HOST);
    }
    if (host.at == NULL) {
        host = dog_meta_str(mem, arena, meta, DOG_META_HTTP_HOST, MAX_HOST);
    }
    if (host.at != NULL) {
        dog_url_put_host(text, host);
        return;
    }
    host = dog_meta_str(mem, arena, meta, DOG_META_SERVER_NAME, MAX_HOST);
    dog_url_put_host(text, host.at != NULL ? host : dog_str_of("unknown"));
    if (rules->use_x_forwarded_port) {
        port = dog_meta_str(mem, arena, meta, DOG_META_FORWARDED_PORT, MAX_PORT);
    }
    if (port.at == NULL) {
        port = dog_meta_str(mem, arena, meta, DOG_META_SERVER_PORT, MAX_PORT);
    }
    if (port.at != NULL && !dog_str_is(port, dog_str_is(way, "https") ? "443" : "80")) {
        dog_text_put_char(text, ':');
        dog_url_put_iri(text, port);
    }
}

/* Of a query that was cut, the last value may be a part of a secret that no shape tells: what lies
 * before it is shown. `ret_named` says that this ends with the value's name. */
static struct dog_str before_cut(struct dog_str query, bool *ret_named)
{
    size_t begin = query.len;
    while (begin > 0 && query.at[begin - 1] != '&' && query.at[begin - 1] != ';') {
        begin--;
    }
    const char *equals = memchr(query.at + begin, '=', query.len - begin);
    *ret_named = equals != NULL;
    return (struct dog_str){query.at, equals != NULL ? (size_t)(equals - query.at) + 1 : begin};
}

void dog_meta_put_query(const struct dog_mem *mem, struct dog_arena *arena,
                        const struct dog_meta *meta, const struct dog_query_known *known,
                        struct dog_text *text)
{
    dog_addr value = meta->values[DOG_META_QUERY_STRING];
    struct dog_str query;
    bool cut, named = false;
    if (dog_addr_is_null(value) ||
        dog_object_str(mem, arena, value, MAX_QUERY, &query, &cut) != DOG_OK || query.len == 0) {
        return;
    }
    query = cut ? before_cut(query, &named) : query;
    size_t mark = dog_arena_mark(arena);
    char *storage = dog_arena_alloc(arena, MAX_SHOWN);
    dog_text_put_char(text, '?');
    if (storage != NULL) {
        struct dog_text shown;
        dog_text_init(&shown, storage, MAX_SHOWN);
        dog_query_put(&shown, query, known);
        dog_text_put(&shown, named ? DOG_SECRET_HIDDEN : "");
        dog_url_put_iri(text, dog_text_str(&shown));
        cut = cut || shown.dropped != 0;
    }
    if (cut || storage == NULL) {
        dog_text_put(text, "...");
    }
    dog_arena_release(arena, mark);
}

struct dog_str dog_meta_trace_id(struct dog_str traceparent)
{
    enum {
        VERSION = 2,
        TRACE = 32,
        WHOLE = 55,
    };
    if (traceparent.at == NULL || traceparent.len < WHOLE) {
        return DOG_STR_NONE;
    }
    for (size_t i = 0; i < WHOLE; i++) {
        bool dash = i == VERSION || i == VERSION + 1 + TRACE || i == WHOLE - 3;
        char c = traceparent.at[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) {
            return DOG_STR_NONE;
        }
    }
    return (struct dog_str){traceparent.at + VERSION + 1, TRACE};
}
