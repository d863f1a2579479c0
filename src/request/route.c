#include "request/route.h"

#include <stdint.h>
#include <string.h>

#include "privacy/names.h"

enum {
    MAX_PIECES = 31, /* a bit for each place between two of them, in 32 */
    MAX_LAID = 2048, /* bytes of a path: 16 KB of the arena */
    MAX_NAMES = 32,  /* that are compared with each other */
};

/* Literal text, or an argument. */
struct piece {
    struct dog_str text; /* literal */
    struct dog_str converter;
    bool argument;
    bool secret;
};

static struct dog_str from(struct dog_str text, size_t begin)
{
    return (struct dog_str){text.at + begin, text.len - begin};
}

/* The name of the argument or group that begins with the '<' at `at`, and where it ends; none if
 * there is none. */
static struct dog_str name_at(struct dog_str route, size_t at, struct dog_str *ret_converter,
                              size_t *ret_end)
{
    const char *close = memchr(route.at + at, '>', route.len - at);
    *ret_converter = DOG_STR_NONE;
    if (close == NULL) {
        return DOG_STR_NONE;
    }
    struct dog_str name = {route.at + at + 1, (size_t)(close - (route.at + at)) - 1};
    const char *colon = memchr(name.at, ':', name.len);
    *ret_end = at + name.len + 2;
    if (colon != NULL) {
        *ret_converter = (struct dog_str){name.at, (size_t)(colon - name.at)};
        name = from(name, ret_converter->len + 1);
    }
    return name;
}

/* The next name at or after `*at`, which is moved behind it; none: there are no more. */
static struct dog_str next_name(struct dog_str route, size_t *at, bool *ret_group)
{
    while (*at < route.len) {
        size_t begin = *at;
        struct dog_str converter;
        (*at)++;
        if (route.at[begin] != '<') {
            continue;
        }
        struct dog_str name = name_at(route, begin, &converter, at);
        if (name.at == NULL) {
            break;
        }
        *ret_group = begin >= 2 && memcmp(route.at + begin - 2, "?P", 2) == 0;
        return name;
    }
    return DOG_STR_NONE;
}

void dog_route_read(struct dog_str route, struct dog_route_facts *ret_facts)
{
    struct dog_str secrets[MAX_NAMES];
    size_t count = 0;
    bool group;
    *ret_facts = (struct dog_route_facts){0};
    for (size_t at = 0;;) {
        struct dog_str name = next_name(route, &at, &group);
        if (name.at == NULL) {
            return;
        }
        ret_facts->has_arguments = ret_facts->has_arguments || !group;
        if (!dog_secret_argument_name(name)) {
            continue;
        }
        ret_facts->has_secret = true;
        for (size_t i = 0; i < count; i++) {
            ret_facts->repeats = ret_facts->repeats || dog_str_eq(secrets[i], name);
        }
        if (count < MAX_NAMES) {
            secrets[count++] = name;
        } else {
            ret_facts->repeats = true;
        }
    }
}

bool dog_route_names(struct dog_str route, struct dog_str name)
{
    bool group;
    for (size_t at = 0;;) {
        struct dog_str found = next_name(route, &at, &group);
        if (found.at == NULL || dog_str_eq(found, name)) {
            return found.at != NULL;
        }
    }
}

/* The route as pieces; 0 if it is not that of path(), or has too many. */
static size_t take_apart(struct dog_str route, struct piece *pieces)
{
    size_t count = 0;
    if (route.len == 0 || memmem(route.at, route.len, "(?", 2) != NULL) {
        return 0;
    }
    for (size_t at = 0; at < route.len;) {
        struct piece piece = {0};
        size_t end = at;
        if (count == MAX_PIECES) {
            return 0;
        }
        if (route.at[at] == '<') {
            struct dog_str name = name_at(route, at, &piece.converter, &end);
            piece.argument = name.at != NULL;
            piece.secret = piece.argument && dog_secret_argument_name(name);
        }
        if (!piece.argument) {
            for (end = at + 1; end < route.len && route.at[end] != '<';) {
                end++;
            }
            piece.text = (struct dog_str){route.at + at, end - at};
        }
        pieces[count++] = piece;
        at = end;
    }
    return count;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Can the argument's value hold `c`? A converter of the project's own may take anything. */
static bool takes(const struct piece *piece, char c)
{
    struct dog_str converter = piece->converter;
    if (converter.at == NULL || dog_str_is(converter, "str")) {
        return c != '/';
    }
    if (dog_str_is(converter, "int")) {
        return is_digit(c);
    }
    if (dog_str_is(converter, "slug") || dog_str_is(converter, "uuid")) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
               c == '_';
    }
    return true;
}

static bool takes_nothing(const struct piece *piece)
{
    static const char *const own[] = {"str", "int", "slug", "uuid", "path"};
    bool known = piece->converter.at == NULL;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        known = known || dog_str_is(piece->converter, own[i]);
    }
    return !known;
}

/* For a place in the path: bit p says that the pieces before p can end here (`before`), and that
 * those from p on can begin here (`after`), each counted from their end of the route. */
struct place {
    uint32_t before;
    uint32_t after;
};

static bool stands_at(struct dog_str path, size_t at, struct dog_str literal)
{
    return literal.len <= path.len - at && memcmp(path.at + at, literal.at, literal.len) == 0;
}

static void lay_forward(const struct piece *piece, unsigned p, struct dog_str path,
                        struct place *places)
{
    uint32_t here = UINT32_C(1) << p, next = here << 1;
    bool within = false;
    for (size_t i = 0; i <= path.len; i++) {
        bool begins = (places[i].before & here) != 0;
        if (!piece->argument) {
            if (begins && stands_at(path, i, piece->text)) {
                places[i + piece->text.len].before |= next;
            }
            continue;
        }
        if (within || (begins && takes_nothing(piece))) {
            places[i].before |= next;
        }
        within = i < path.len && (within || begins) && takes(piece, path.at[i]);
    }
}

static void lay_backward(const struct piece *piece, unsigned p, struct dog_str path,
                         struct place *places)
{
    uint32_t here = UINT32_C(1) << p, next = here << 1;
    bool within = false;
    for (size_t i = path.len + 1; i-- > 0;) {
        bool ends = (places[i].after & next) != 0;
        if (!piece->argument) {
            if (stands_at(path, i, piece->text) && (places[i + piece->text.len].after & next)) {
                places[i].after |= here;
            }
            continue;
        }
        if (within || (ends && takes_nothing(piece))) {
            places[i].after |= here;
        }
        within = i > 0 && (within || ends) && takes(piece, path.at[i - 1]);
    }
}

/* The bytes that a begin before them and an end behind them can both reach. */
static void hide_piece(const struct piece *piece, unsigned p, struct dog_str path,
                       const struct place *places, bool *reached, bool *hidden)
{
    uint32_t here = UINT32_C(1) << p, next = here << 1;
    bool within = false;
    for (size_t i = 0; i < path.len; i++) {
        within = (within || (places[i].before & here) != 0) && takes(piece, path.at[i]);
        reached[i] = within;
    }
    within = false;
    for (size_t i = path.len; i-- > 0;) {
        within = (within || (places[i + 1].after & next) != 0) && takes(piece, path.at[i]);
        hidden[i] = hidden[i] || (within && reached[i]);
    }
}

bool dog_route_hide(struct dog_arena *arena, struct dog_str route, struct dog_str path,
                    bool *hidden)
{
    struct piece pieces[MAX_PIECES];
    size_t count = path.len <= MAX_LAID ? take_apart(route, pieces) : 0;
    size_t mark = dog_arena_mark(arena);
    struct place *places = dog_arena_array(arena, path.len + 1, sizeof *places);
    bool *reached = dog_arena_array(arena, path.len + 1, sizeof *reached);
    bool laid = false;
    if (count != 0 && places != NULL && reached != NULL) {
        for (size_t i = 0; i < path.len; i++) {
            places[i + 1].before = path.at[i] == '/';
        }
        places[path.len].after = UINT32_C(1) << count;
        for (unsigned p = 0; p < count; p++) {
            lay_forward(&pieces[p], p, path, places);
        }
        for (unsigned p = (unsigned)count; p-- > 0;) {
            lay_backward(&pieces[p], p, path, places);
        }
        laid = (places[path.len].before >> count & 1) != 0;
        for (unsigned p = 0; laid && p < count; p++) {
            if (pieces[p].secret) {
                hide_piece(&pieces[p], p, path, places, reached, hidden);
            }
        }
    }
    dog_arena_release(arena, mark);
    return laid;
}
