/* The readers of single objects, over a made-up heap of each way of laying them out. */
#include "check.h"
#include "fake_objects.h"

#include "snapshot/object_attr.h"
#include "snapshot/object_dict.h"
#include "snapshot/object_name.h"
#include "snapshot/object_number.h"
#include "snapshot/object_repr.h"
#include "snapshot/object_seq.h"
#include "snapshot/object_str.h"

static struct fake fake;
static unsigned char storage[65536];
static struct dog_arena arena;
static struct dog_mem mem;

static void setup(int version)
{
    fake_init(&fake, version);
    dog_arena_init(&arena, storage, sizeof storage);
    mem = (struct dog_mem){fake_source(&fake), &fake.layout};
}

static const int versions[] = {0x030b, 0x030c, 0x030d};

#define EACH_VERSION                                                     \
    for (size_t v_ = 0; v_ < sizeof versions / sizeof versions[0]; v_++) \
        if (setup(versions[v_]), true)

static void check_str(dog_addr object, size_t max, const char *expected, bool expected_cut)
{
    struct dog_str str = {"(error)", 7};
    bool cut = !expected_cut;
    CHECK_EQ(dog_object_str(&mem, &arena, object, max, &str, &cut), DOG_OK);
    CHECK_TEXT(str.at, str.len, expected);
    CHECK_EQ(cut, expected_cut);
}

static void check_repr(dog_addr object, size_t max, const char *expected)
{
    char bytes[512];
    struct dog_text text;
    dog_text_init(&text, bytes, sizeof bytes);
    dog_object_repr(&mem, &arena, object, max, &text);
    CHECK_TEXT(text.at, text.len, expected);
}

TEST(a_str_of_every_kind_becomes_utf8)
{
    EACH_VERSION
    {
        dog_addr type = fake.layout.unicode_type;
        const uint16_t two[] = {0x20AC, 'x', 0xDC80};
        const uint32_t four[] = {0x1F436, 0xE9, 0xD800};
        check_str(fake_str(&fake, "plain"), 100, "plain", false);
        check_str(fake_str(&fake, ""), 100, "", false);
        check_str(fake_chars(&fake, type, true, false, 1, "caf\xE9", 4), 100, "caf\xC3\xA9", false);
        check_str(fake_chars(&fake, type, true, false, 2, two, 3), 100, "\xE2\x82\xACx\\udc80",
                  false);
        check_str(fake_chars(&fake, type, true, false, 4, four, 3), 100,
                  "\xF0\x9F\x90\xB6\xC3\xA9\\ud800", false);
    }
}

TEST(a_subclass_of_str_that_is_not_compact_is_read)
{
    EACH_VERSION
    {
        dog_addr type = fake_static_type(&fake, "m.S", DOG_TYPE_UNICODE_SUBCLASS);
        const uint16_t two[] = {0x20AC};
        check_str(fake_chars(&fake, type, false, true, 1, "sub", 3), 100, "sub", false);
        check_str(fake_chars(&fake, type, false, false, 2, two, 1), 100, "\xE2\x82\xAC", false);
    }
}

TEST(a_str_longer_than_is_wanted_is_cut_between_characters)
{
    EACH_VERSION
    {
        const uint16_t two[] = {0x20AC, 0x20AC, 0x20AC};
        check_str(fake_str(&fake, "abcdef"), 3, "abc", true);
        check_str(fake_str(&fake, "abc"), 3, "abc", false);
        check_str(fake_chars(&fake, fake.layout.unicode_type, true, false, 2, two, 3), 2,
                  "\xE2\x82\xAC\xE2\x82\xAC", true);
    }
}

TEST(a_str_takes_no_more_of_the_arena_than_its_text)
{
    setup(0x030d);
    uint16_t chars[600];
    for (int i = 0; i < 600; i++) {
        chars[i] = 'a';
    }
    dog_addr object = fake_chars(&fake, fake.layout.unicode_type, true, false, 2, chars, 600);
    struct dog_str first, second;
    bool cut;
    CHECK_EQ(dog_object_str(&mem, &arena, object, 600, &first, &cut), DOG_OK);
    CHECK_EQ(first.len, 600);
    CHECK(arena.used <= 640);
    CHECK_EQ(dog_object_str(&mem, &arena, object, 600, &second, &cut), DOG_OK);
    CHECK(first.at + first.len <= second.at);
    CHECK(dog_str_eq(first, second));
    unsigned char latin[600];
    memset(latin, 0xE9, sizeof latin);
    object = fake_chars(&fake, fake.layout.unicode_type, true, false, 1, latin, sizeof latin);
    CHECK_EQ(dog_object_str(&mem, &arena, object, 600, &first, &cut), DOG_OK);
    CHECK_EQ(first.len, 1200);
    CHECK_EQ(dog_object_str(&mem, &arena, object, 600, &second, &cut), DOG_OK);
    CHECK(first.at + first.len <= second.at);
}

TEST(what_is_no_str_is_an_error_and_takes_nothing)
{
    EACH_VERSION
    {
        struct dog_str str;
        bool cut;
        dog_addr long_one = fake_str(&fake, "long");
        fake_word(&fake, long_one, 16, UINT64_MAX);
        dog_addr half = fake_str(&fake, "half");
        fake_word(&fake, half, 16, FAKE_SIZE);
        dog_addr not_ascii = fake_chars(&fake, fake.layout.unicode_type, true, true, 1, "\xFF", 1);
        dog_addr wrong[] = {DOG_NULL,
                            {1},
                            {FAKE_BASE + 4},
                            {FAKE_BASE - 16},
                            {UINT64_MAX - 7},
                            fake_int(&fake, 5),
                            fake.layout.none,
                            long_one,
                            half,
                            not_ascii};
        for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            CHECK(dog_object_str(&mem, &arena, wrong[i], FAKE_SIZE / 2, &str, &cut) != DOG_OK);
        }
        CHECK_EQ(arena.used, 0);
    }
}

TEST(a_str_that_3_11_has_not_made_ready_has_no_characters)
{
    setup(0x030b);
    dog_addr object = fake_str(&fake, "x");
    uint32_t state = 1u << 2 | 1u << 5 | 1u << 6;
    struct dog_str str;
    bool cut;
    fake_put(&fake, object, 32, &state, 4);
    CHECK_EQ(dog_object_str(&mem, &arena, object, 9, &str, &cut), DOG_ERR_INVALID);
}

TEST(an_arena_without_room_is_said)
{
    setup(0x030d);
    struct dog_arena small;
    unsigned char room[16];
    struct dog_str str;
    bool cut;
    dog_arena_init(&small, room, sizeof room);
    CHECK_EQ(dog_object_str(&mem, &small, fake_str(&fake, "0123456789012345678901234567890"), 99,
                            &str, &cut),
             DOG_ERR_NOMEM);
}

TEST(an_int_of_64_bits_is_exact)
{
    static const int64_t values[] = {0,          1,           -1,        255,       1073741823,
                                     1073741824, -1073741824, INT64_MAX, INT64_MIN, 1000000007};
    EACH_VERSION
    {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            int64_t value = 42;
            CHECK_EQ(dog_object_int64(&mem, fake_int(&fake, values[i]), &value), DOG_OK);
            CHECK_EQ(value, values[i]);
        }
        int64_t value = 42;
        CHECK_EQ(dog_object_int64(&mem, fake.layout.true_object, &value), DOG_OK);
        CHECK_EQ(value, 1);
    }
}

TEST(an_int_above_64_bits_tells_its_size)
{
    EACH_VERSION
    {
        const uint32_t digits[] = {0, 0, 0, 0, 1, 0, 3};
        int64_t value = 42;
        dog_addr big = fake_int_of(&fake, fake.layout.int_type, true, digits, 7);
        CHECK_EQ(dog_object_int64(&mem, big, &value), DOG_ERR_LIMIT);
        CHECK_EQ(value, 42);
        check_repr(big, 10, "<int, ~182 bits>");
        check_repr(fake_int(&fake, INT64_MIN), 10, "-9223372036854775808");
    }
}

TEST(a_float_is_a_double)
{
    EACH_VERSION
    {
        double half = 0.5, value = 0;
        dog_addr object = fake_object(&fake, fake.layout.float_type, 24);
        fake_put(&fake, object, 16, &half, 8);
        CHECK_EQ(dog_object_double(&mem, object, &value), DOG_OK);
        CHECK(value == 0.5);
        CHECK_EQ(dog_object_double(&mem, fake_int(&fake, -3), &value), DOG_OK);
        CHECK(value == -3.0);
        CHECK(dog_object_double(&mem, fake_str(&fake, "1"), &value) != DOG_OK);
    }
}

TEST(items_of_tuples_and_lists_are_given_up_to_the_limit)
{
    EACH_VERSION
    {
        dog_addr in[] = {fake_int(&fake, 1), fake_int(&fake, 2), fake_int(&fake, 3)}, out[3];
        dog_addr sequences[] = {fake_tuple(&fake, in, 3), fake_list(&fake, in, 3)};
        for (int i = 0; i < 2; i++) {
            size_t count = 0;
            uint64_t total = 0;
            CHECK_EQ(dog_object_items(&mem, sequences[i], 2, out, &count, &total), DOG_OK);
            CHECK_EQ(count, 2);
            CHECK_EQ(total, 3);
            CHECK(dog_addr_eq(out[1], in[1]));
        }
        size_t count;
        uint64_t total;
        CHECK_EQ(dog_object_items(&mem, fake_tuple(&fake, in, 0), 2, out, &count, &total), DOG_OK);
        CHECK_EQ(count, 0);
        CHECK(dog_object_items(&mem, fake_str(&fake, "x"), 2, out, &count, &total) != DOG_OK);
    }
}

TEST(a_dict_of_any_kind_of_keys_is_searched)
{
    EACH_VERSION
    {
        dog_addr one = fake_int(&fake, 1), two = fake_int(&fake, 2), found = DOG_NULL;
        dog_addr latin = fake_chars(&fake, fake.layout.unicode_type, true, false, 1, "\xE9", 1);
        dog_addr keys[] = {latin, one, fake_str(&fake, "first"), DOG_NULL,
                           fake_str(&fake, "other")};
        dog_addr values[] = {one, one, one, one, two};
        dog_addr general = fake_dict_of(&fake, DOG_KEYS_GENERAL, keys, values, 5);
        dog_addr unicode = fake_dict_of(&fake, DOG_KEYS_UNICODE, keys, values, 5);
        CHECK_EQ(dog_object_dict_get(&mem, general, "other", &found), DOG_OK);
        CHECK(dog_addr_eq(found, two));
        found = DOG_NULL;
        CHECK_EQ(dog_object_dict_get(&mem, unicode, "other", &found), DOG_OK);
        CHECK(dog_addr_eq(found, two));
        struct dog_dict dict;
        struct dog_entry entries[DOG_DICT_BATCH];
        uint64_t position = 0;
        size_t count = 0;
        CHECK_EQ(dog_object_dict(&mem, general, &dict), DOG_OK);
        CHECK_EQ(dog_object_dict_read(&mem, &dict, &position, entries, &count), DOG_OK);
        CHECK_EQ(count, 4); /* the deleted entry is none */
        CHECK(dog_addr_eq(entries[3].value, two));
        CHECK_EQ(dog_object_dict_get(&mem, general, "firs", &found), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_dict_get(&mem, general, "\xE9", &found), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_dict_get(&mem, one, "first", &found), DOG_ERR_INVALID);
    }
}

TEST(many_names_are_found_in_one_pass_and_a_name_sought_twice_is_found_twice)
{
    setup(0x030d);
    dog_addr values[40], keys[40], out[4];
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "key%02d", i);
        keys[i] = fake_str(&fake, name);
        values[i] = fake_int(&fake, i);
    }
    struct dog_dict dict;
    static const char *const names[] = {"key39", "nokey", "key00", "key39"};
    dog_addr object = fake_dict_of(&fake, DOG_KEYS_UNICODE, keys, values, 40);
    CHECK_EQ(dog_object_dict(&mem, object, &dict), DOG_OK);
    CHECK_EQ(dog_object_dict_find(&mem, &dict, names, 4, out), DOG_OK);
    CHECK(dog_addr_eq(out[0], values[39]));
    CHECK(dog_addr_is_null(out[1]));
    CHECK(dog_addr_eq(out[2], values[0]));
    CHECK(dog_addr_eq(out[3], values[39]));
}

TEST(a_dict_beyond_the_limit_says_so)
{
    setup(0x030d);
    dog_addr key = fake_str(&fake, "k"), value;
    dog_addr keys[FAKE_ITEMS_MAX], values[FAKE_ITEMS_MAX];
    for (int i = 0; i < FAKE_ITEMS_MAX; i++) {
        keys[i] = values[i] = key;
    }
    dog_addr made = fake_keys(&fake, DOG_KEYS_UNICODE, keys, values, FAKE_ITEMS_MAX);
    dog_addr object = fake_dict_of(&fake, DOG_KEYS_UNICODE, keys, values, 0);
    fake_word(&fake, object, fake.layout.dict_keys, made.v);
    fake_word(&fake, made, fake.layout.keys_nentries, 1000000);
    (void)fake_alloc(&fake, DOG_DICT_MAX_ENTRIES * 16);
    CHECK_EQ(dog_object_dict_get(&mem, object, "absent", &value), DOG_ERR_LIMIT);
    CHECK_EQ(dog_object_dict_get(&mem, object, "k", &value), DOG_OK);
    fake_word(&fake, made, fake.layout.keys_nentries, UINT64_MAX);
    CHECK_EQ(dog_object_dict_get(&mem, object, "k", &value), DOG_ERR_INVALID);
}

static void check_attr(dog_addr object, const char *name, int64_t expected)
{
    int64_t value = ~expected;
    CHECK_EQ(dog_object_attr_int(fake_source(&fake), &fake.layout, object, name, &value), DOG_OK);
    CHECK_EQ(value, expected);
}

TEST(attributes_are_found_before_and_after_there_is_a_dict)
{
    EACH_VERSION
    {
        struct fake_item items[] = {{"status_code", fake_int(&fake, 200)},
                                    {"deleted", DOG_NULL},
                                    {"x", fake_int(&fake, 7)}};
        dog_addr value, class = fake_class(&fake, "m", "C", DOG_NULL, DOG_NULL);
        dog_addr split = fake_split_instance(&fake, class, items, 3);
        dog_addr own = fake_instance(&fake, class, fake_dict(&fake, items, 3));
        check_attr(split, "status_code", 200);
        check_attr(split, "x", 7);
        check_attr(own, "status_code", 200);
        CHECK_EQ(dog_object_attr(&mem, split, "deleted", &value), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_attr(&mem, own, "deleted", &value), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_attr(&mem, own, "other", &value), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_attr(&mem, fake_int(&fake, 1), "x", &value), DOG_ERR_ABSENT);
    }
}

TEST(inline_values_that_are_no_longer_valid_are_not_read)
{
    setup(0x030d);
    struct fake_item items[] = {{"x", fake_int(&fake, 7)}};
    dog_addr value, class = fake_class(&fake, "m", "C", DOG_NULL, DOG_NULL);
    dog_addr object = fake_split_instance(&fake, class, items, 1);
    unsigned char valid = 0;
    fake_put(&fake, object, 16 + fake.layout.values_valid, &valid, 1);
    CHECK_EQ(dog_object_attr(&mem, object, "x", &value), DOG_ERR_MOVED);
}

TEST(a_dict_at_a_plain_offset_is_read)
{
    EACH_VERSION
    {
        dog_addr type = fake_static_type(&fake, "function", 0);
        dog_addr object = fake_object(&fake, type, 64);
        fake_word(&fake, type, fake.layout.type_dictoffset, 48);
        dog_addr value;
        CHECK_EQ(dog_object_attr(&mem, object, "x", &value), DOG_ERR_ABSENT);
        fake_word(&fake, object, 48, FAKE_DICT(&fake, {"x", fake_int(&fake, 3)}).v);
        check_attr(object, "x", 3);
        fake_word(&fake, type, fake.layout.type_dictoffset, 1 << 20);
        CHECK_EQ(dog_object_attr(&mem, object, "x", &value), DOG_ERR_INVALID);
    }
}

TEST(slots_are_found_along_the_bases)
{
    EACH_VERSION
    {
        static const char *const names[] = {"a", "int"};
        dog_addr base = fake_class(&fake, "m", "B", DOG_NULL, DOG_NULL), value;
        dog_addr class = fake_class(&fake, "m", "C", base, DOG_NULL);
        fake_slots(&fake, base, names, 2);
        dog_addr object = fake_object(&fake, class, 64), one = fake_int(&fake, 1);
        fake_word(&fake, object, 24, one.v);
        CHECK_EQ(dog_object_member(&mem, object, "int", &value), DOG_OK);
        CHECK(dog_addr_eq(value, one));
        CHECK_EQ(dog_object_member(&mem, object, "a", &value), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_member(&mem, object, "in", &value), DOG_ERR_ABSENT);
    }
}

TEST(a_class_attribute_is_that_of_the_nearest_class)
{
    EACH_VERSION
    {
        dog_addr one = fake_int(&fake, 1), two = fake_int(&fake, 2), value;
        dog_addr base =
            fake_class(&fake, "m", "B", DOG_NULL, FAKE_DICT(&fake, {"x", one}, {"y", one}));
        dog_addr class = fake_class(&fake, "m", "C", base, FAKE_DICT(&fake, {"x", two}));
        CHECK_EQ(dog_object_class_attr(&mem, class, "x", &value), DOG_OK);
        CHECK(dog_addr_eq(value, two));
        CHECK_EQ(dog_object_class_attr(&mem, class, "y", &value), DOG_OK);
        CHECK(dog_addr_eq(value, one));
        CHECK_EQ(dog_object_class_attr(&mem, class, "z", &value), DOG_ERR_ABSENT);
        CHECK_EQ(dog_object_class_attr(&mem, one, "x", &value), DOG_ERR_INVALID);
    }
}

TEST(a_base_that_is_its_own_base_ends)
{
    setup(0x030d);
    dog_addr value, class = fake_class(&fake, "m", "C", DOG_NULL, DOG_NULL);
    fake_word(&fake, class, fake.layout.type_base, class.v);
    CHECK_EQ(dog_object_member(&mem, fake_object(&fake, class, 32), "x", &value), DOG_ERR_LIMIT);
}

TEST(plain_values_are_printed_as_repr_prints_them)
{
    EACH_VERSION
    {
        static const uint32_t wide[] = {0x1F436, 0x202E, 0xD800, 0xE0001};
        dog_addr type = fake.layout.unicode_type;
        check_repr(fake_str(&fake, "it"), 10, "'it'");
        check_repr(fake_str(&fake, "it's"), 10, "\"it's\"");
        check_repr(fake_str(&fake, "'\""), 10, "'\\'\"'");
        check_repr(fake_str(&fake, "\\\n\r\t\x01\x7f"), 10, "'\\\\\\n\\r\\t\\x01\\x7f'");
        check_repr(fake_chars(&fake, type, true, false, 4, wide, 4), 10,
                   "'\xF0\x9F\x90\xB6\\u202e\\ud800\\U000e0001'");
        check_repr(fake_str(&fake, "0123456789abc"), 10, "'0123456789'...");
        check_repr(fake_int(&fake, -42), 10, "-42");
        check_repr(fake.layout.none, 10, "None");
        check_repr(fake.layout.true_object, 10, "True");
        check_repr(fake.layout.false_object, 10, "False");
    }
}

TEST(other_objects_are_named_by_their_class)
{
    EACH_VERSION
    {
        dog_addr class = fake_class(&fake, "shop.models", "Order.Line", DOG_NULL, DOG_NULL);
        check_repr(fake_instance(&fake, class, DOG_NULL), 10, "<shop.models.Order.Line object>");
        check_repr(fake_tuple(&fake, NULL, 0), 10, "<tuple object>");
        check_repr((dog_addr){FAKE_BASE + FAKE_SIZE}, 10, "unreadable");
        check_repr(DOG_NULL, 10, "unreadable");
    }
}

TEST(a_uuid_is_printed_with_its_digits)
{
    EACH_VERSION
    {
        static const char *const names[] = {"int"};
        const uint32_t digits[] = {0x80319c, 0x2c847ac, 0x0dd84480, 0x14599a, 0xa};
        unsigned __int128 number = 0;
        for (int i = 5; i-- > 0;) {
            number = number << 30 | digits[i];
        }
        char expected[64];
        uint64_t high = (uint64_t)(number >> 64), low = (uint64_t)number;
        snprintf(expected, sizeof expected, "UUID('%08x-%04x-%04x-%04x-%012" PRIx64 "')",
                 (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xFFFF), (unsigned)(high & 0xFFFF),
                 (unsigned)(low >> 48), low & UINT64_C(0xFFFFFFFFFFFF));
        dog_addr class = fake_class(&fake, "uuid", "UUID", DOG_NULL, DOG_NULL);
        fake_slots(&fake, class, names, 1);
        dog_addr object = fake_object(&fake, class, 32);
        fake_word(&fake, object, 16, fake_int_of(&fake, fake.layout.int_type, false, digits, 5).v);
        check_repr(object, 10, expected);
    }
}

/* Everything that the readers offer, on one object. What they answer does not matter here. */
static void read_all(dog_addr object)
{
    struct dog_str str;
    struct dog_dict dict;
    dog_addr items[8];
    dog_addr value;
    size_t count;
    uint64_t total;
    int64_t integer;
    double real;
    bool cut;
    char bytes[256];
    struct dog_text text;
    size_t mark = dog_arena_mark(&arena);
    dog_text_init(&text, bytes, sizeof bytes);
    int failed = dog_object_str(&mem, &arena, object, 200, &str, &cut) != DOG_OK;
    failed += dog_object_plain(&mem, &arena, object, 200, &str) != DOG_OK;
    failed += dog_object_items(&mem, object, 8, items, &count, &total) != DOG_OK;
    failed += dog_object_int64(&mem, object, &integer) != DOG_OK;
    failed += dog_object_double(&mem, object, &real) != DOG_OK;
    failed += dog_object_dict(&mem, object, &dict) != DOG_OK;
    failed += dog_object_dict_get(&mem, object, "name", &value) != DOG_OK;
    failed += dog_object_attr(&mem, object, "name", &value) != DOG_OK;
    failed += dog_object_member(&mem, object, "name", &value) != DOG_OK;
    failed += dog_object_class_attr(&mem, object, "name", &value) != DOG_OK;
    dog_object_repr(&mem, &arena, object, 50, &text);
    CHECK(failed > 0);
    CHECK(text.len > 0);
    dog_arena_release(&arena, mark);
}

/* Objects of each kind; returns how many. */
static size_t make_samples(dog_addr *samples)
{
    static const uint16_t two[] = {0x20AC, 0xDC80};
    static const char *const names[] = {"name"};
    dog_addr class = fake_class(&fake, "m", "C", DOG_NULL, DOG_NULL);
    dog_addr slotted = fake_class(&fake, "uuid", "UUID", class, DOG_NULL);
    fake_slots(&fake, slotted, names, 1);
    struct fake_item items[] = {{"name", fake_int(&fake, 5)}, {"other", fake.layout.none}};
    size_t n = 0;
    samples[n++] = fake_str(&fake, "some text");
    samples[n++] = fake_chars(&fake, fake.layout.unicode_type, true, false, 2, two, 2);
    samples[n++] = fake_int(&fake, INT64_MAX);
    samples[n++] = fake_tuple(&fake, samples, 3);
    samples[n++] = fake_list(&fake, samples, 3);
    samples[n++] = fake_dict(&fake, items, 2);
    samples[n++] = fake_split_instance(&fake, class, items, 2);
    samples[n++] = fake_instance(&fake, slotted, samples[5]);
    samples[n++] = class;
    samples[n++] = fake.layout.true_object;
    return n;
}

TEST(whichever_read_fails_every_reader_ends_with_a_value_or_an_error)
{
    EACH_VERSION
    {
        dog_addr samples[16];
        size_t count = make_samples(samples);
        for (size_t i = 0; i < count; i++) {
            fake.spans = fake.fail_at = 0;
            read_all(samples[i]);
            uint64_t spans = fake.spans;
            CHECK(spans > 10);
            for (uint64_t n = 1; n <= spans; n++) {
                fake.spans = 0;
                fake.fail_at = n;
                read_all(samples[i]);
            }
        }
    }
}

TEST(whatever_bits_flip_every_reader_ends_and_stays_within_bounds)
{
    static struct fake whole;
    uint32_t seed = 7;
    EACH_VERSION
    {
        dog_addr samples[16];
        size_t count = make_samples(samples);
        whole = fake;
        for (int round = 0; round < 1500; round++) {
            memcpy(fake.bytes, whole.bytes, whole.used);
            fake_flip(&fake, &seed, 1 + round % 40);
            for (size_t i = 0; i < count; i++) {
                fake.spans = 0;
                read_all(samples[i]);
                CHECK(fake.spans < 20000);
            }
        }
    }
}

int main(void)
{
    RUN(a_str_of_every_kind_becomes_utf8);
    RUN(a_subclass_of_str_that_is_not_compact_is_read);
    RUN(a_str_longer_than_is_wanted_is_cut_between_characters);
    RUN(a_str_takes_no_more_of_the_arena_than_its_text);
    RUN(what_is_no_str_is_an_error_and_takes_nothing);
    RUN(a_str_that_3_11_has_not_made_ready_has_no_characters);
    RUN(an_arena_without_room_is_said);
    RUN(an_int_of_64_bits_is_exact);
    RUN(an_int_above_64_bits_tells_its_size);
    RUN(a_float_is_a_double);
    RUN(items_of_tuples_and_lists_are_given_up_to_the_limit);
    RUN(a_dict_of_any_kind_of_keys_is_searched);
    RUN(many_names_are_found_in_one_pass_and_a_name_sought_twice_is_found_twice);
    RUN(a_dict_beyond_the_limit_says_so);
    RUN(attributes_are_found_before_and_after_there_is_a_dict);
    RUN(inline_values_that_are_no_longer_valid_are_not_read);
    RUN(a_dict_at_a_plain_offset_is_read);
    RUN(slots_are_found_along_the_bases);
    RUN(a_class_attribute_is_that_of_the_nearest_class);
    RUN(a_base_that_is_its_own_base_ends);
    RUN(plain_values_are_printed_as_repr_prints_them);
    RUN(other_objects_are_named_by_their_class);
    RUN(a_uuid_is_printed_with_its_digits);
    RUN(whichever_read_fails_every_reader_ends_with_a_value_or_an_error);
    RUN(whatever_bits_flip_every_reader_ends_and_stays_within_bounds);
    return check_report();
}
