#include "request/django.h"

#include "privacy/names.h"
#include "privacy/shapes.h"
#include "request/match.h"
#include "request/meta.h"
#include "request/path.h"
#include "request/url.h"
#include "request/user.h"
#include "snapshot/object_attr.h"
#include "snapshot/object_dict.h"
#include "snapshot/object_str.h"

enum {
    MAX_METHOD = 32, /* characters, as all that follow */
    MAX_SCHEME = 32,
    MAX_PATH = 2048,
    MAX_HEADER = 200, /* a request id, an address */
    MAX_URL = 16384,  /* bytes */
    MAX_TRIES = 4,    /* a request changes when it is resolved and when its user is loaded */
};

/* The attributes of a request that are read, in one pass over its dict. */
enum attr {
    METHOD,
    PATH,
    META,
    ENVIRON, /* WSGIRequest alone has it */
    SCOPE,   /* ASGIRequest alone has it */
    MATCH,
    USER,
    CACHED_USER,
    ASYNC_CACHED_USER,
    ATTRS,
};

static const char *const attr_names[ATTRS] = {
    [METHOD] = "method",
    [PATH] = "path",
    [META] = "META",
    [ENVIRON] = "environ",
    [SCOPE] = "scope",
    [MATCH] = "resolver_match",
    [USER] = "user",
    [CACHED_USER] = "_cached_user",
    [ASYNC_CACHED_USER] = "_acached_user",
};

/* request._get_scheme() */
static struct dog_str own_scheme(const struct dog_mem *mem, struct dog_arena *arena,
                                 const dog_addr *attrs, const struct dog_meta *meta)
{
    struct dog_str scheme = DOG_STR_NONE;
    dog_addr value;
    if (!dog_addr_is_null(attrs[ENVIRON]) && dog_addr_eq(attrs[ENVIRON], attrs[META])) {
        scheme = dog_meta_str(mem, arena, meta, DOG_META_URL_SCHEME, MAX_SCHEME);
    } else if (!dog_addr_is_null(attrs[ENVIRON])) {
        if (dog_object_dict_get(mem, attrs[ENVIRON], "wsgi.url_scheme", &value) == DOG_OK) {
            scheme = dog_object_str_of(mem, arena, value, MAX_SCHEME);
        }
    } else if (!dog_addr_is_null(attrs[SCOPE]) &&
               dog_object_dict_get(mem, attrs[SCOPE], "scheme", &value) == DOG_OK) {
        scheme = dog_object_str_of(mem, arena, value, MAX_SCHEME);
    }
    return scheme.len != 0 ? scheme : dog_str_of("http");
}

static enum dog_err put_path(const struct dog_mem *mem, struct dog_arena *arena, dog_addr object,
                             struct dog_path_secrets *secrets, struct dog_text *text,
                             struct dog_query_known *ret_hidden)
{
    struct dog_str path;
    bool cut;
    enum dog_err err = dog_object_str(mem, arena, object, MAX_PATH, &path, &cut);
    if (err != DOG_OK) {
        return err;
    }
    if (!dog_str_starts(path, "/") && path.len > 0) {
        dog_text_put_char(text, '/');
    }
    /* The text is in the arena and nobody else's: it may be changed in place. */
    size_t len = dog_url_resolve_dots((char *)path.at, path.len);
    secrets->changed = cut || len != path.len;
    path.len = len;
    err = dog_path_put(text, arena, path, secrets, ret_hidden);
    if (err == DOG_OK && cut) {
        dog_text_put(text, "...");
    }
    return err;
}

/* request.build_absolute_uri(), its secrets hidden; none if the path is not to be had. */
static struct dog_str url(const struct dog_mem *mem, struct dog_arena *arena,
                          const struct dog_django_rules *rules, const dog_addr *attrs,
                          const struct dog_meta *meta, const struct dog_match *match)
{
    static const char end[] = "...";
    struct dog_path_secrets secrets;
    struct dog_query_known hidden = {0};
    struct dog_text text;
    char *storage = dog_arena_alloc(arena, MAX_URL);
    if (storage == NULL || dog_addr_is_null(attrs[PATH])) {
        return DOG_STR_NONE;
    }
    size_t mark = dog_arena_mark(arena);
    dog_text_init(&text, storage, MAX_URL - (sizeof end - 1));
    dog_match_secrets(mem, arena, match, &secrets);
    dog_meta_put_origin(mem, arena, meta, rules, own_scheme(mem, arena, attrs, meta), &text);
    enum dog_err err = put_path(mem, arena, attrs[PATH], &secrets, &text, &hidden);
    dog_meta_put_query(mem, arena, meta, &hidden, &text);
    dog_arena_release(arena, mark);
    if (err != DOG_OK) {
        return DOG_STR_NONE;
    }
    if (text.dropped != 0) {
        struct dog_text tail;
        dog_text_init(&tail, text.at + text.len, sizeof end - 1);
        dog_text_put(&tail, end);
        text.len += tail.len;
    }
    return dog_text_str(&text);
}

/* A header as it came: none if empty, hidden if secret by its shape. */
static struct dog_str header(const struct dog_mem *mem, struct dog_arena *arena,
                             const struct dog_meta *meta, enum dog_meta_key key)
{
    struct dog_str value = dog_meta_str(mem, arena, meta, key, MAX_HEADER);
    if (value.len == 0) {
        return DOG_STR_NONE;
    }
    return dog_secret_shape(value) ? dog_str_of(DOG_SECRET_HIDDEN) : value;
}

static struct dog_str user_pk(const struct dog_mem *mem, struct dog_arena *arena,
                              const dog_addr *attrs)
{
    /* login() sets `user`, and leaves `_cached_user` as it was before. */
    static const enum attr places[] = {USER, CACHED_USER, ASYNC_CACHED_USER};
    struct dog_str pk = DOG_STR_NONE;
    for (size_t i = 0; pk.at == NULL && i < sizeof places / sizeof places[0]; i++) {
        pk = dog_user_pk(mem, arena, attrs[places[i]]);
    }
    return pk;
}

/* Where what a request says of itself lies. */
struct parts {
    dog_addr attrs[ATTRS];
    struct dog_meta meta;
    struct dog_match match;
};

static enum dog_err find_parts(const struct dog_mem *mem, const struct dog_django_rules *rules,
                               dog_addr request, struct parts *ret_parts)
{
    enum dog_err err = dog_object_attrs(mem, request, attr_names, ATTRS, ret_parts->attrs);
    if (err != DOG_OK && dog_addr_is_null(ret_parts->attrs[PATH]) &&
        dog_addr_is_null(ret_parts->attrs[META])) {
        return err;
    }
    dog_meta_read(mem, ret_parts->attrs[META], rules, &ret_parts->meta);
    dog_match_read(mem, ret_parts->attrs[MATCH], &ret_parts->match);
    return DOG_OK;
}

static bool same_addrs(const dog_addr *a, const dog_addr *b, size_t count)
{
    size_t same = 0;
    while (same < count && dog_addr_eq(a[same], b[same])) {
        same++;
    }
    return same == count;
}

/* Has one part been replaced by another object? Then what was read of the first may have been freed
 * meanwhile, and be anything: also a secret. */
static bool moved(const struct parts *before, const struct parts *after)
{
    return !same_addrs(before->attrs, after->attrs, ATTRS) ||
           !same_addrs(before->meta.values, after->meta.values, DOG_META_KEYS) ||
           !same_addrs(before->match.parts, after->match.parts, DOG_MATCH_PARTS);
}

static void read_parts(const struct dog_mem *mem, struct dog_arena *arena,
                       const struct dog_django_rules *rules, const struct parts *parts,
                       struct dog_request *ret_request)
{
    const dog_addr *attrs = parts->attrs;
    const struct dog_meta *meta = &parts->meta;
    const struct dog_match *match = &parts->match;
    struct dog_str traceparent = dog_meta_str(mem, arena, meta, DOG_META_TRACEPARENT, MAX_HEADER);
    *ret_request = (struct dog_request){
        .method = dog_object_str_of(mem, arena, attrs[METHOD], MAX_METHOD),
        .url = url(mem, arena, rules, attrs, meta, match),
        .route = dog_match_str(mem, arena, match, DOG_MATCH_ROUTE),
        .view = dog_match_str(mem, arena, match, DOG_MATCH_VIEW_NAME),
        .request_id = header(mem, arena, meta, DOG_META_REQUEST_ID),
        .trace_id = dog_meta_trace_id(traceparent),
        .remote_addr = header(mem, arena, meta, DOG_META_REMOTE_ADDR),
        .user_pk = user_pk(mem, arena, attrs),
    };
    dog_match_kwargs(mem, arena, match, ret_request);
}

enum dog_err dog_django_read(struct dog_source source, const struct dog_layout *layout,
                             struct dog_arena *arena, const struct dog_django_rules *rules,
                             dog_addr request, struct dog_request *ret_request)
{
    const struct dog_mem mem = {source, layout};
    size_t mark = dog_arena_mark(arena);
    struct parts parts, again;
    enum dog_err err = find_parts(&mem, rules, request, &parts);
    for (int tries = 0; err == DOG_OK && tries < MAX_TRIES; tries++) {
        struct dog_request read;
        read_parts(&mem, arena, rules, &parts, &read);
        err = find_parts(&mem, rules, request, &again);
        if (err == DOG_OK && !moved(&parts, &again)) {
            *ret_request = read;
            return DOG_OK;
        }
        dog_arena_release(arena, mark);
        parts = again;
    }
    return err == DOG_OK ? DOG_ERR_MOVED : err;
}
