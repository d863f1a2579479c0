/* A request, read over a made-up heap: what is shown, and that no failing read shows a secret. */
#include "check.h"
#include "fake_objects.h"

#include "privacy/names.h"
#include "request/django.h"
#include "request/meta.h"
#include "request/path.h"
#include "request/url.h"

static struct fake fake;
static unsigned char storage[262144];
static struct dog_arena arena;
static char bytes[4096];
static struct dog_text text;

#define HIDDEN DOG_SECRET_HIDDEN

static void begin_text(void)
{
    dog_text_init(&text, bytes, sizeof bytes);
}

static void check_path_quoted(const char *path, const char *expected)
{
    begin_text();
    dog_url_put_path(&text, dog_str_of(path));
    CHECK_TEXT(text.at, text.len, expected);
}

TEST(a_path_is_quoted_as_escape_uri_path_does)
{
    check_path_quoted("/a b/\xC3\xA9/%/~!*'()/", "/a%20b/%C3%A9/%25/~!*'()/");
    check_path_quoted("/:@&+$,-_.;=?#[]\"<>", "/:@&+$,-_.%3B%3D%3F%23%5B%5D%22%3C%3E");
}

TEST(an_iri_keeps_what_is_reserved_or_quoted_already)
{
    begin_text();
    dog_url_put_iri(&text, dog_str_of("?a=%20&b=\xC3\xA9#[]@!$'()*+,;:/\"<>\\^`{|}\x01"));
    CHECK_TEXT(text.at, text.len, "?a=%20&b=%C3%A9#[]@!$'()*+,;:/%22%3C%3E%5C%5E%60%7B%7C%7D%01");
    begin_text();
    dog_url_put_iri(&text, (struct dog_str){"a\0b", 3});
    CHECK_TEXT(text.at, text.len, "a%00b");
}

TEST(what_stands_before_the_at_of_a_host_is_hidden)
{
    begin_text();
    dog_url_put_host(&text, dog_str_of("a:CANARY@b@host:80"));
    CHECK_TEXT(text.at, text.len, HIDDEN "@host:80");
}

static void check_dots(const char *path, const char *expected)
{
    char copy[128];
    size_t len = strlen(path);
    memcpy(copy, path, len);
    len = dog_url_resolve_dots(copy, len);
    CHECK_TEXT(copy, len, expected);
}

TEST(dots_are_resolved_as_urljoin_does_and_only_where_django_asks_it)
{
    check_dots("", "");
    check_dots("a/../b", "a/../b");
    check_dots("/a/..", "/a/..");
    check_dots("/.", "/.");
    check_dots("/a/../b", "/b");
    check_dots("/a/./b/", "/a/b/");
    check_dots("/a/../..", "/");
    check_dots("/../../x", "/x");
    check_dots("/a//../b", "/a/b");
    check_dots("/a/./..", "/");
    check_dots("/x/../a/.", "/a/");
}

static struct dog_query_known hidden_of_path;

static void check_path(const char *path, const struct dog_path_secrets *secrets,
                       const char *expected)
{
    dog_arena_init(&arena, storage, sizeof storage);
    begin_text();
    CHECK_EQ(dog_path_put(&text, &arena, dog_str_of(path), secrets, &hidden_of_path), DOG_OK);
    CHECK_TEXT(text.at, text.len, expected);
    CHECK_EQ(arena.used, 0);
}

static struct dog_path_secrets secret(const char *value, const char *route)
{
    return (struct dog_path_secrets){
        .values = {{dog_str_of("token"), dog_str_of(value), .captured = true}},
        .count = 1,
        .route = dog_str_of(route)};
}

TEST(a_route_of_path_tells_where_the_secret_stands)
{
    struct dog_path_secrets s = secret("abc", "u/<str:name>/f-<str:token>.html");
    check_path("/u/abc/f-abc.html", &s, "/u/abc/f-" HIDDEN ".html");
    s = secret("x", "e/<token>/x/<name>/");
    check_path("/e/x/x/x/", &s, "/e/" HIDDEN "/x/x/");
    check_path("/mounted/e/x/x/x/", &s, "/mounted/e/" HIDDEN "/x/x/");
    s = secret("5", "api/v5/<hash:token>/");
    check_path("/api/v5/CANARY/", &s, "/api/v5/" HIDDEN "/");
    s = secret("123", "v4/<int:token>/");
    check_path("/v4/00123/", &s, "/v4/" HIDDEN "/");
    s = secret("a/b", "x/<path:token>");
    check_path("/x/a/b", &s, "/x/" HIDDEN);
    s = secret("", "x/<own:token>/y");
    check_path("/x//y", &s, "/x//y");
}

TEST(a_route_that_can_be_laid_in_two_ways_hides_both)
{
    struct dog_path_secrets s = secret("z", "<name>-<token>/");
    check_path("/x-y-z/", &s, "/x-" HIDDEN "/");
}

TEST(a_route_of_as_many_arguments_as_there_may_be_is_laid_and_one_of_more_hides_all)
{
    char route[256] = "", path[256] = "/", shown[256] = "/", hidden[2048] = "/";
    for (int i = 0; i < 15; i++) {
        strcat(route, i == 14 ? "<token>/" : "<n>/");
        strcat(path, "a/");
        strcat(shown, i == 14 ? HIDDEN "/" : "a/");
        strcat(hidden, HIDDEN "/");
    }
    struct dog_path_secrets s = secret("a", route);
    check_path(path, &s, shown);
    strcat(route, "<m>/<k>/");
    strcat(path, "a/a/");
    strcat(hidden, HIDDEN "/" HIDDEN "/");
    s = secret("a", route);
    check_path(path, &s, hidden);
}

TEST(groups_of_a_regular_expression_are_hidden_wherever_they_stand)
{
    struct dog_path_secrets s = secret("CANARY", "^(?P<token>.*)-x/");
    check_path("/CANARY-x/CANARYCANARY/", &s, "/" HIDDEN "-x/" HIDDEN "/");
    s = secret("abc", "^u/(?P<name>\\w+)/f-(?P<token>\\w+)$");
    check_path("/u/abc/f-abc", &s, "/u/" HIDDEN "/f-" HIDDEN);
}

TEST(a_secret_that_cannot_be_placed_leaves_only_what_the_route_spells_out)
{
    /* Converted, beside a regular expression; in a path that was changed; the outer of two. */
    struct dog_path_secrets s = secret("v5", "v5/<low:token>/(?P<n>\\d+)/$");
    check_path("/v5/V5/7/", &s, "/v5/" HIDDEN "/" HIDDEN "/");
    s = secret("c", "<a>/<b>/<token>/<path:rest>");
    s.changed = true;
    check_path("/CANARY/u/v/w", &s, "/" HIDDEN "/" HIDDEN "/" HIDDEN "/" HIDDEN);
    s = secret("abc", "^(?P<token>\\w+)/x/(?P<token>\\w+)/$");
    check_path("/CANARY/x/abc/", &s, "/" HIDDEN "/x/" HIDDEN "/");
    s = secret("CANARY", "^own/(?P<token>\\w+)/edit/");
    check_path("/own/77/edit/", &s, "/" HIDDEN "/" HIDDEN "/edit/");
    s = secret("77", "");
    s.route = DOG_STR_NONE;
    check_path("/own/77/", &s, "/" HIDDEN "/" HIDDEN "/");
    s.values[0].captured = false;
    check_path("/own/77/", &s, "/" HIDDEN "/" HIDDEN "/");
    struct dog_path_secrets unknown = {.unknown_value = true, .route = DOG_STR_NONE};
    check_path("/own/77/", &unknown, "/" HIDDEN "/" HIDDEN "/");
}

TEST(what_is_hidden_is_told_and_hidden_where_it_stands_again)
{
    struct dog_path_secrets s = secret("CANARY", "a/<token>/<path:rest>");
    check_path("/a/CANARY/b/xCANARY", &s, "/a/" HIDDEN "/b/x" HIDDEN);
    CHECK_EQ(hidden_of_path.count, 1);
    CHECK_TEXT(hidden_of_path.texts[0].at, hidden_of_path.texts[0].len, "CANARY");
    check_path("/a/tok/b/tok", &s, "/a/" HIDDEN "/b/tok");
    CHECK_EQ(hidden_of_path.count, 0);
}

TEST(an_extra_argument_hides_nothing_that_is_not_its_value)
{
    struct dog_path_secrets s = secret("a", "x/<name>/");
    s.values[0].captured = false;
    check_path("/x/aaa/", &s, "/x/aaa/");
    s.values[0].value = dog_str_of("CANARY");
    check_path("/x/CANARY/", &s, "/x/" HIDDEN "/");
}

TEST(shapes_and_parameters_are_hidden_without_a_route)
{
    static const struct dog_path_secrets none;
    check_path("/AKIAIOSFODNN7EXAMPLE/x", &none, "/" HIDDEN "/x");
    check_path("/a;jsessionid=1;v=2/b", &none, "/a%3Bjsessionid%3D" HIDDEN "%3Bv%3D2/b");
    check_path("/go/https://a:b@c/", &none, "/" HIDDEN);
    check_path("", &none, "");
}

TEST(a_trace_id_is_that_of_a_whole_traceparent)
{
    struct dog_str id =
        dog_meta_trace_id(dog_str_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    CHECK_TEXT(id.at, id.len, "0af7651916cd43dd8448eb211c80319c");
    static const char *const wrong[] = {"", "00-",
                                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                                        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                                        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK(dog_meta_trace_id(dog_str_of(wrong[i])).at == NULL);
    }
    CHECK(dog_meta_trace_id(DOG_STR_NONE).at == NULL);
}

static const struct dog_django_rules rules = {.secure_header = "HTTP_X_FORWARDED_PROTO",
                                              .secure_value = "https"};

#define META                                                          \
    {"HTTP_HOST", fake_str(&fake, "example.com")},                    \
        {"QUERY_STRING", fake_str(&fake, "page=2&api_token=CANARY")}, \
        {"wsgi.url_scheme", fake_str(&fake, "http")},                 \
        {"HTTP_X_FORWARDED_PROTO", fake_str(&fake, " https ,http")},  \
        {"REMOTE_ADDR", fake_str(&fake, "10.0.0.7")},                 \
        {"DATABASE_PASSWORD", fake_str(&fake, "CANARY")},             \
    {                                                                 \
        "HTTP_X_REQUEST_ID", fake_str(&fake, "7f3c")                  \
    }

static dog_addr path_before, path_after, match_before;

/* POST https://example.com/reset/17/CANARY/?page=2&api_token=CANARY, resolved, with a user. */
static dog_addr make_request(int version)
{
    fake_init(&fake, version);
    dog_addr none = fake.layout.none;
    dog_addr object = DOG_NULL;
    dog_addr request_class =
        fake_class(&fake, "django.core.handlers.wsgi", "WSGIRequest", object, DOG_NULL);
    dog_addr plain_class = fake_class(&fake, "m", "C", object, DOG_NULL);
    dog_addr view_class = fake_class(&fake, "m", "V", object,
                                     FAKE_DICT(&fake, {"_dogslow_timer", fake_int(&fake, 7)},
                                               {"_dogslow_ignore", fake.layout.true_object}));
    dog_addr func = fake_instance(&fake, plain_class, FAKE_DICT(&fake, {"view_class", view_class}));
    dog_addr captured =
        FAKE_DICT(&fake, {"pk", fake_int(&fake, 17)}, {"token", fake_str(&fake, "CANARY")});
    dog_addr match = fake_instance(
        &fake, plain_class,
        FAKE_DICT(&fake, {"func", func}, {"kwargs", captured}, {"captured_kwargs", captured},
                  {"view_name", fake_str(&fake, "shop:reset")},
                  {"url_name", fake_str(&fake, "reset")},
                  {"route", fake_str(&fake, "reset/<int:pk>/<token>/")}));
    dog_addr pk =
        fake_instance(&fake, plain_class, FAKE_DICT(&fake, {"attname", fake_str(&fake, "number")}));
    dog_addr options = fake_instance(&fake, plain_class, FAKE_DICT(&fake, {"pk", pk}));
    dog_addr user_class =
        fake_class(&fake, "m", "User", object, FAKE_DICT(&fake, {"_meta", options}));
    dog_addr user = fake_instance(
        &fake, user_class,
        FAKE_DICT(&fake, {"number", fake_int(&fake, 5)}, {"password", fake_str(&fake, "CANARY")}));
    dog_addr meta = FAKE_DICT(&fake, META);
    struct fake_item attributes[] = {
        {"environ", meta},
        {"META", meta},
        {"path", fake_str(&fake, "/reset/17/CANARY/")},
        {"method", fake_str(&fake, "POST")},
        {"resolver_match", match},
        {"_cached_user", user},
        {"content_type", none},
    };
    dog_addr request = fake_split_instance(&fake, request_class, attributes,
                                           sizeof attributes / sizeof attributes[0]);
    path_before = attributes[2].value;
    path_after = fake_str(&fake, "/x/");
    match_before = match;
    return request;
}

static const int versions[] = {0x030b, 0x030c, 0x030d};

static enum dog_err read_request(dog_addr request, struct dog_request *ret_request)
{
    dog_arena_init(&arena, storage, sizeof storage);
    return dog_django_read(fake_source(&fake), &fake.layout, &arena, &rules, request, ret_request);
}

TEST(a_request_says_all_of_itself_but_its_secrets)
{
    for (int v = 0; v < 3; v++) {
        struct dog_request request;
        CHECK_EQ(read_request(make_request(versions[v]), &request), DOG_OK);
        CHECK_TEXT(request.method.at, request.method.len, "POST");
        CHECK_TEXT(request.url.at, request.url.len,
                   "https://example.com/reset/17/" HIDDEN "/?page=2&api_token=" HIDDEN);
        CHECK_TEXT(request.route.at, request.route.len, "reset/<int:pk>/<token>/");
        CHECK_TEXT(request.view.at, request.view.len, "shop:reset");
        CHECK(request.kwargs_known);
        CHECK_EQ(request.kwarg_count, 2);
        CHECK_TEXT(request.kwargs[0].value.at, request.kwargs[0].value.len, "17");
        CHECK_TEXT(request.kwargs[1].name.at, request.kwargs[1].name.len, "token");
        CHECK_TEXT(request.kwargs[1].value.at, request.kwargs[1].value.len, HIDDEN);
        CHECK_TEXT(request.request_id.at, request.request_id.len, "7f3c");
        CHECK_TEXT(request.remote_addr.at, request.remote_addr.len, "10.0.0.7");
        CHECK_TEXT(request.user_pk.at, request.user_pk.len, "5");
        CHECK(request.trace_id.at == NULL);
        CHECK(request.label.at == NULL);
    }
}

TEST(what_decides_the_deadline_is_found_on_the_class_of_the_view)
{
    for (int v = 0; v < 3; v++) {
        struct dog_django_view view;
        dog_addr request = make_request(versions[v]);
        dog_arena_init(&arena, storage, sizeof storage);
        CHECK_EQ(dog_django_deadline(fake_source(&fake), &fake.layout, &arena, request, &view),
                 DOG_OK);
        CHECK(view.resolved);
        CHECK_TEXT(view.view_name.at, view.view_name.len, "shop:reset");
        CHECK_TEXT(view.url_name.at, view.url_name.len, "reset");
        CHECK(view.has_timer);
        CHECK(view.timer_s == 7.0);
        CHECK(view.ignore);
    }
}

TEST(an_object_without_attributes_is_an_error)
{
    struct dog_request request;
    struct dog_django_view view;
    fake_init(&fake, 0x030d);
    CHECK(read_request(fake_int(&fake, 1), &request) != DOG_OK);
    CHECK(read_request(DOG_NULL, &request) != DOG_OK);
    CHECK(dog_django_deadline(fake_source(&fake), &fake.layout, &arena, DOG_NULL, &view) != DOG_OK);
}

static bool shows(struct dog_str str, const char *what)
{
    return str.at != NULL && memmem(str.at, str.len, what, strlen(what)) != NULL;
}

static bool shows_anywhere(const struct dog_request *request, const char *what)
{
    bool shown = shows(request->method, what) || shows(request->url, what) ||
                 shows(request->route, what) || shows(request->view, what) ||
                 shows(request->request_id, what) || shows(request->trace_id, what) ||
                 shows(request->remote_addr, what) || shows(request->user_pk, what);
    for (size_t i = 0; i < request->kwarg_count; i++) {
        shown =
            shown || shows(request->kwargs[i].name, what) || shows(request->kwargs[i].value, what);
    }
    return shown;
}

TEST(whichever_read_fails_no_secret_is_shown)
{
    for (int v = 0; v < 3; v++) {
        struct dog_request request;
        dog_addr object = make_request(versions[v]);
        CHECK_EQ(read_request(object, &request), DOG_OK);
        uint64_t spans = fake.spans;
        size_t whole = 0;
        CHECK(spans > 100);
        for (uint64_t n = 1; n <= spans; n++) {
            fake.spans = 0;
            fake.fail_at = n;
            if (read_request(object, &request) == DOG_OK) {
                CHECK(!shows_anywhere(&request, "CANARY"));
                whole += request.url.at != NULL;
            }
        }
        /* Most fields do not hang on most reads. */
        CHECK(whole > spans / 2);
    }
}

TEST(whichever_read_fails_the_deadline_is_decided_or_an_error)
{
    for (int v = 0; v < 3; v++) {
        struct dog_django_view view;
        dog_addr object = make_request(versions[v]);
        dog_arena_init(&arena, storage, sizeof storage);
        CHECK_EQ(dog_django_deadline(fake_source(&fake), &fake.layout, &arena, object, &view),
                 DOG_OK);
        uint64_t spans = fake.spans;
        for (uint64_t n = 1; n <= spans; n++) {
            fake.spans = 0;
            fake.fail_at = n;
            dog_arena_init(&arena, storage, sizeof storage);
            if (dog_django_deadline(fake_source(&fake), &fake.layout, &arena, object, &view) ==
                DOG_OK) {
                CHECK(!view.has_timer || view.timer_s == 7.0);
            }
        }
    }
}

/* Writes `to` wherever the heap has `from`. */
static void replace_word(struct fake *heap, dog_addr from, dog_addr to)
{
    for (size_t at = 0; at + 8 <= heap->used; at += 8) {
        if (memcmp(heap->bytes + at, &from.v, 8) == 0) {
            memcpy(heap->bytes + at, &to.v, 8);
        }
    }
}

/* As if the path and the match had been replaced, freed, and their memory used anew. */
static void replace_path(struct fake *heap)
{
    replace_word(heap, path_before, path_after);
    replace_word(heap, match_before, heap->layout.none);
    fake_put(heap, path_before, heap->layout.unicode_ascii_data, "/CANARY/CANARY/xx", 17);
}

TEST(a_request_that_changes_while_it_is_read_is_read_again)
{
    struct dog_request request;
    for (int v = 0; v < 3; v++) {
        dog_addr object = make_request(versions[v]);
        CHECK_EQ(read_request(object, &request), DOG_OK);
        uint64_t spans = fake.spans, old = 0, new = 0;
        for (uint64_t n = 1; n <= spans; n++) {
            object = make_request(versions[v]);
            fake.change_at = n;
            fake.change = replace_path;
            CHECK_EQ(read_request(object, &request), DOG_OK);
            CHECK(!shows_anywhere(&request, "CANARY"));
            old += shows(request.url, "example.com/reset/17/" HIDDEN "/?");
            new += shows(request.url, "example.com/x/?");
        }
        CHECK_EQ(old + new, spans);
        CHECK(old > 0 && new > spans / 2);
    }
}

static void replace_path_again(struct fake *heap)
{
    dog_addr next = fake_str(heap, "/x/");
    replace_word(heap, path_before, next);
    path_before = next;
    heap->change_at += 20;
}

TEST(a_request_that_never_stands_still_is_said_to_have_moved)
{
    struct dog_request request;
    dog_addr object = make_request(0x030d);
    fake.change_at = 1;
    fake.change = replace_path_again;
    CHECK_EQ(read_request(object, &request), DOG_ERR_MOVED);
    CHECK_EQ(arena.used, 0);
}

TEST(an_arena_of_any_size_gives_less_not_a_secret)
{
    struct dog_request request;
    dog_addr object = make_request(0x030d);
    CHECK_EQ(read_request(object, &request), DOG_OK);
    size_t peak = arena.peak;
    CHECK(peak < 65536);
    for (size_t room = 0; room < peak; room += 48) {
        dog_arena_init(&arena, storage, room);
        if (dog_django_read(fake_source(&fake), &fake.layout, &arena, &rules, object, &request) ==
            DOG_OK) {
            CHECK(!shows_anywhere(&request, "CANARY"));
        }
    }
}

TEST(whatever_bits_flip_reading_a_request_ends_and_stays_within_bounds)
{
    static struct fake whole;
    uint32_t seed = 11;
    for (int v = 0; v < 3; v++) {
        dog_addr object = make_request(versions[v]);
        whole = fake;
        for (int round = 0; round < 1500; round++) {
            struct dog_request request;
            struct dog_django_view view;
            memcpy(fake.bytes, whole.bytes, whole.used);
            fake_flip(&fake, &seed, 1 + round % 60);
            fake.spans = 0;
            if (read_request(object, &request) == DOG_OK) {
                CHECK(request.kwarg_count <= DOG_REQUEST_MAX_KWARGS);
                CHECK(request.url.len <= 16384);
            }
            dog_arena_init(&arena, storage, sizeof storage);
            if (dog_django_deadline(fake_source(&fake), &fake.layout, &arena, object, &view) ==
                DOG_OK) {
                CHECK(view.view_name.len <= 256 * 6);
            }
            CHECK(fake.spans < 50000);
        }
    }
}

int main(void)
{
    RUN(a_path_is_quoted_as_escape_uri_path_does);
    RUN(an_iri_keeps_what_is_reserved_or_quoted_already);
    RUN(what_stands_before_the_at_of_a_host_is_hidden);
    RUN(dots_are_resolved_as_urljoin_does_and_only_where_django_asks_it);
    RUN(a_route_of_path_tells_where_the_secret_stands);
    RUN(a_route_that_can_be_laid_in_two_ways_hides_both);
    RUN(a_route_of_as_many_arguments_as_there_may_be_is_laid_and_one_of_more_hides_all);
    RUN(groups_of_a_regular_expression_are_hidden_wherever_they_stand);
    RUN(a_secret_that_cannot_be_placed_leaves_only_what_the_route_spells_out);
    RUN(what_is_hidden_is_told_and_hidden_where_it_stands_again);
    RUN(an_extra_argument_hides_nothing_that_is_not_its_value);
    RUN(shapes_and_parameters_are_hidden_without_a_route);
    RUN(a_trace_id_is_that_of_a_whole_traceparent);
    RUN(a_request_says_all_of_itself_but_its_secrets);
    RUN(what_decides_the_deadline_is_found_on_the_class_of_the_view);
    RUN(an_object_without_attributes_is_an_error);
    RUN(whichever_read_fails_no_secret_is_shown);
    RUN(whichever_read_fails_the_deadline_is_decided_or_an_error);
    RUN(a_request_that_changes_while_it_is_read_is_read_again);
    RUN(a_request_that_never_stands_still_is_said_to_have_moved);
    RUN(an_arena_of_any_size_gives_less_not_a_secret);
    RUN(whatever_bits_flip_reading_a_request_ends_and_stays_within_bounds);
    return check_report();
}
