/* A made-up heap of Python objects, laid out as 3.11, 3.12 or 3.13 lay them out, for tests of what
 * reads objects. Its source fails the n-th span on demand, and everything outside the heap. */
#ifndef DOG_TESTS_FAKE_OBJECTS_H
#define DOG_TESTS_FAKE_OBJECTS_H

#include <stdlib.h>

#include "base/source.h"
#include "check.h"
#include "cpython/layout.h"

#define FAKE_BASE UINT64_C(0x100000)
#define FAKE_SIZE 65536

struct fake {
    unsigned char bytes[FAKE_SIZE];
    size_t used;
    uint64_t spans;     /* read so far */
    uint64_t fail_at;   /* this span fails, counted from 1; 0: none */
    uint64_t change_at; /* before this span is read, `change` is called once */
    void (*change)(struct fake *);
    struct dog_layout layout;
    dog_addr object_type; /* `object` */
};

static inline void fake_read(void *self, struct dog_span *spans, size_t count)
{
    struct fake *fake = self;
    for (size_t i = 0; i < count; i++) {
        uint64_t offset = spans[i].from.v - FAKE_BASE;
        fake->spans++;
        if (fake->spans == fake->change_at) {
            fake->change(fake);
        }
        spans[i].ok = fake->spans != fake->fail_at && offset <= fake->used &&
                      spans[i].size <= fake->used - offset;
        if (spans[i].ok) {
            memcpy(spans[i].to, fake->bytes + offset, spans[i].size);
        }
    }
}

static inline struct dog_source fake_source(struct fake *fake)
{
    return (struct dog_source){.self = fake, .read = fake_read};
}

static inline dog_addr fake_alloc(struct fake *fake, size_t size)
{
    size_t rounded = (size + 15) / 16 * 16;
    if (rounded > FAKE_SIZE - fake->used) {
        abort();
    }
    dog_addr at = {FAKE_BASE + fake->used};
    fake->used += rounded;
    return at;
}

static inline void fake_put(struct fake *fake, dog_addr at, int64_t offset, const void *bytes,
                            size_t size)
{
    if (size > 0) {
        memcpy(fake->bytes + (at.v - FAKE_BASE) + offset, bytes, size);
    }
}

static inline void fake_word(struct fake *fake, dog_addr at, int64_t offset, uint64_t value)
{
    fake_put(fake, at, offset, &value, sizeof value);
}

static inline dog_addr fake_object(struct fake *fake, dog_addr type, size_t size)
{
    dog_addr at = fake_alloc(fake, size);
    fake_word(fake, at, 0, 1);
    fake_word(fake, at, fake->layout.object_type, type.v);
    return at;
}

/* A str of `kind` bytes a character; `ascii` only with kind 1. */
static inline dog_addr fake_chars(struct fake *fake, dog_addr type, bool compact, bool ascii,
                                  unsigned kind, const void *chars, size_t length)
{
    const struct dog_layout *layout = &fake->layout;
    int32_t data = ascii ? layout->unicode_ascii_data : layout->unicode_compact_data;
    int32_t header = compact ? data : layout->unicode_pointer + 8;
    dog_addr at = fake_object(fake, type, (size_t)header + (compact ? (length + 1) * kind : 0));
    uint32_t state = (uint32_t)(kind << layout->unicode_kind_shift |
                                (unsigned)compact << layout->unicode_compact_bit |
                                (unsigned)ascii << layout->unicode_ascii_bit);
    if (layout->unicode_ready_bit >= 0) {
        state |= UINT32_C(1) << layout->unicode_ready_bit;
    }
    fake_word(fake, at, layout->unicode_length, length);
    fake_put(fake, at, layout->unicode_state, &state, sizeof state);
    if (compact) {
        fake_put(fake, at, data, chars, length * kind);
    } else {
        dog_addr elsewhere = fake_alloc(fake, length * kind + 1);
        fake_put(fake, elsewhere, 0, chars, length * kind);
        fake_word(fake, at, layout->unicode_pointer, elsewhere.v);
    }
    return at;
}

static inline dog_addr fake_str(struct fake *fake, const char *ascii)
{
    return fake_chars(fake, fake->layout.unicode_type, true, true, 1, ascii, strlen(ascii));
}

static inline dog_addr fake_int_of(struct fake *fake, dog_addr type, bool negative,
                                   const uint32_t *digits, size_t count)
{
    const struct dog_layout *layout = &fake->layout;
    dog_addr at = fake_object(fake, type, (size_t)layout->int_digits + 4 * (count + 1));
    uint64_t size = negative ? -(uint64_t)count : count;
    if (layout->int_has_tag) {
        size = count << DOG_INT_TAG_SIZE_SHIFT | (count == 0 ? 1 : negative ? 2 : 0);
    }
    fake_word(fake, at, layout->int_size, size);
    fake_put(fake, at, layout->int_digits, digits, 4 * count);
    return at;
}

static inline dog_addr fake_int(struct fake *fake, int64_t value)
{
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    uint32_t digits[3];
    size_t count = 0;
    for (; left != 0; left >>= 30) {
        digits[count++] = (uint32_t)(left & 0x3FFFFFFF);
    }
    return fake_int_of(fake, fake->layout.int_type, value < 0, digits, count);
}

static inline dog_addr fake_tuple(struct fake *fake, const dog_addr *items, size_t count)
{
    const struct dog_layout *layout = &fake->layout;
    dog_addr at = fake_object(fake, layout->tuple_type, (size_t)layout->tuple_items + 8 * count);
    fake_word(fake, at, layout->var_size, count);
    fake_put(fake, at, layout->tuple_items, items, 8 * count);
    return at;
}

static inline dog_addr fake_list(struct fake *fake, const dog_addr *items, size_t count)
{
    const struct dog_layout *layout = &fake->layout;
    dog_addr at = fake_object(fake, layout->list_type, 48);
    dog_addr elsewhere = fake_alloc(fake, 8 * count + 1);
    fake_put(fake, elsewhere, 0, items, 8 * count);
    fake_word(fake, at, layout->var_size, count);
    fake_word(fake, at, layout->list_items, elsewhere.v);
    return at;
}

/* Keys of `kind`; the values are left out of split ones. */
static inline dog_addr fake_keys(struct fake *fake, enum dog_keys_kind kind, const dog_addr *keys,
                                 const dog_addr *values, size_t count)
{
    const struct dog_layout *layout = &fake->layout;
    size_t entry = kind == DOG_KEYS_GENERAL ? DOG_KEYS_GENERAL_ENTRY : DOG_KEYS_UNICODE_ENTRY;
    unsigned char log2_index_bytes = 3;
    while (((size_t)1 << log2_index_bytes) < 2 * count) {
        log2_index_bytes++;
    }
    unsigned char kind_byte = (unsigned char)kind;
    int64_t entries = layout->keys_indices + ((int64_t)1 << log2_index_bytes);
    dog_addr at = fake_alloc(fake, (size_t)entries + entry * count);
    fake_put(fake, at, layout->keys_log2_index_bytes, &log2_index_bytes, 1);
    fake_put(fake, at, layout->keys_kind, &kind_byte, 1);
    fake_word(fake, at, layout->keys_nentries, count);
    for (size_t i = 0; i < count; i++) {
        int64_t offset = entries + (int64_t)(i * entry);
        int64_t key = kind == DOG_KEYS_GENERAL ? DOG_KEYS_GENERAL_KEY : DOG_KEYS_UNICODE_KEY;
        fake_word(fake, at, offset + key, keys[i].v);
        if (kind != DOG_KEYS_SPLIT) {
            fake_word(fake, at, offset + key + 8, values[i].v);
        }
    }
    return at;
}

static inline dog_addr fake_dict_of(struct fake *fake, enum dog_keys_kind kind,
                                    const dog_addr *keys, const dog_addr *values, size_t count)
{
    const struct dog_layout *layout = &fake->layout;
    dog_addr made = fake_keys(fake, kind, keys, values, count);
    dog_addr at = fake_object(fake, layout->dict_type, 48);
    fake_word(fake, at, layout->dict_keys, made.v);
    return at;
}

struct fake_item {
    const char *name;
    dog_addr value;
};

#define FAKE_ITEMS_MAX 64

static inline dog_addr fake_dict(struct fake *fake, const struct fake_item *items, size_t count)
{
    dog_addr keys[FAKE_ITEMS_MAX], values[FAKE_ITEMS_MAX];
    for (size_t i = 0; i < count; i++) {
        keys[i] = fake_str(fake, items[i].name);
        values[i] = items[i].value;
    }
    return fake_dict_of(fake, DOG_KEYS_UNICODE, keys, values, count);
}

#define FAKE_DICT(fake, ...)                                   \
    fake_dict((fake), (const struct fake_item[]){__VA_ARGS__}, \
              sizeof((const struct fake_item[]){__VA_ARGS__}) / sizeof(struct fake_item))

static inline dog_addr fake_cstring(struct fake *fake, const char *text)
{
    dog_addr at = fake_alloc(fake, strlen(text) + 1);
    fake_put(fake, at, 0, text, strlen(text) + 1);
    return at;
}

static inline dog_addr fake_static_type(struct fake *fake, const char *name, uint64_t flags)
{
    const struct dog_layout *layout = &fake->layout;
    dog_addr at = fake_object(fake, layout->type_type, 416);
    fake_word(fake, at, layout->type_name, fake_cstring(fake, name).v);
    fake_word(fake, at, layout->type_flags, flags);
    fake_word(fake, at, layout->type_base, fake->object_type.v);
    return at;
}

/* A class of Python code whose instances have a managed dict; `dict` may be null. */
static inline dog_addr fake_class(struct fake *fake, const char *module, const char *qualname,
                                  dog_addr base, dog_addr dict)
{
    const struct dog_layout *layout = &fake->layout;
    uint64_t flags = DOG_TYPE_HEAP | DOG_TYPE_MANAGED_DICT;
    if (layout->attributes == DOG_ATTRIBUTES_INLINE) {
        flags |= DOG_TYPE_INLINE_VALUES;
    }
    dog_addr name = fake_str(fake, qualname);
    dog_addr at = fake_object(fake, layout->type_type, 960);
    if (dog_addr_is_null(dict)) {
        dict = FAKE_DICT(fake, {"__module__", fake_str(fake, module)});
    }
    dog_addr mro[] = {at, base, fake->object_type};
    size_t count = dog_addr_is_null(base) ? 1 : 3;
    if (dog_addr_is_null(base)) {
        mro[count++] = fake->object_type;
        base = fake->object_type;
    }
    fake_word(fake, at, layout->type_flags, flags);
    fake_word(fake, at, layout->type_basicsize, 16);
    fake_word(fake, at, layout->type_dictoffset, UINT64_MAX);
    fake_word(fake, at, layout->type_base, base.v);
    fake_word(fake, at, layout->type_dict, dict.v);
    fake_word(fake, at, layout->type_mro, fake_tuple(fake, mro, count).v);
    fake_word(fake, at, layout->heap_qualname, name.v);
    return at;
}

/* Gives the class slots of these names, at 16, 24, ... of its instances. */
static inline void fake_slots(struct fake *fake, dog_addr type, const char *const *names,
                              size_t count)
{
    dog_addr members = fake_alloc(fake, 40 * count);
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = 16;
        fake_word(fake, members, (int64_t)(40 * i), fake_cstring(fake, names[i]).v);
        fake_put(fake, members, (int64_t)(40 * i) + 8, &kind, 4);
        fake_word(fake, members, (int64_t)(40 * i) + 16, 16 + 8 * i);
    }
    fake_word(fake, type, fake->layout.var_size, count);
    fake_word(fake, type, fake->layout.type_members, members.v);
}

/* An instance with its attributes in a dict of their own. */
static inline dog_addr fake_instance(struct fake *fake, dog_addr type, dog_addr dict)
{
    dog_addr before = fake_alloc(fake, 32);
    (void)before;
    dog_addr at = fake_object(fake, type, 64);
    fake_word(fake, at, fake->layout.managed_dict, dict.v);
    return at;
}

/* An instance whose attributes are split values, named by the keys that its class caches. */
static inline dog_addr fake_split_instance(struct fake *fake, dog_addr type,
                                           const struct fake_item *items, size_t count)
{
    const struct dog_layout *layout = &fake->layout;
    dog_addr keys[FAKE_ITEMS_MAX];
    for (size_t i = 0; i < count; i++) {
        keys[i] = fake_str(fake, items[i].name);
    }
    fake_word(fake, type, layout->heap_cached_keys,
              fake_keys(fake, DOG_KEYS_SPLIT, keys, NULL, count).v);
    (void)fake_alloc(fake, 32);
    dog_addr at = fake_object(fake, type, 32 + 8 * count);
    dog_addr values = dog_addr_add(at, 16);
    if (layout->attributes == DOG_ATTRIBUTES_3_11) {
        values = fake_alloc(fake, 8 * count);
        fake_word(fake, at, layout->managed_values, values.v);
    } else if (layout->attributes == DOG_ATTRIBUTES_3_12) {
        values = fake_alloc(fake, 8 * count);
        fake_word(fake, at, layout->managed_dict, values.v - 1);
    } else {
        unsigned char valid = 1;
        fake_put(fake, values, layout->values_valid, &valid, 1);
    }
    for (size_t i = 0; i < count; i++) {
        fake_word(fake, values, layout->values_items + (int64_t)(8 * i), items[i].value.v);
    }
    return at;
}

/* Offsets as in reference tables of the version (0x030b, 0x030c or 0x030d). */
static inline void fake_layout(struct dog_layout *layout, int version)
{
    bool old = version == 0x030b;
    *layout = (struct dog_layout){
        .version = version,
        .object_type = 8,
        .var_size = 16,
        .unicode_length = 16,
        .unicode_state = 32,
        .unicode_ascii_data = old ? 48 : 40,
        .unicode_compact_data = old ? 72 : 56,
        .unicode_pointer = old ? 72 : 56,
        .unicode_kind_shift = 2,
        .unicode_compact_bit = 5,
        .unicode_ascii_bit = 6,
        .unicode_ready_bit = old ? 7 : -1,
        .int_size = 16,
        .int_digits = 24,
        .int_has_tag = !old,
        .int_digit_bits = 30,
        .float_value = 16,
        .tuple_items = 24,
        .list_items = 24,
        .dict_keys = 32,
        .dict_values = 40,
        .keys_log2_index_bytes = 9,
        .keys_kind = 10,
        .keys_nentries = 24,
        .keys_indices = 32,
        .values_items = version == 0x030d ? 8 : 0,
        .values_valid = 3,
        .managed_dict = -24,
        .managed_values = -32,
        .type_name = 24,
        .type_basicsize = 32,
        .type_flags = 168,
        .type_members = 240,
        .type_base = 256,
        .type_dict = 264,
        .type_dictoffset = 288,
        .type_mro = 344,
        .heap_qualname = old ? 864 : 872,
        .heap_cached_keys = old ? 872 : 880,
        .attributes = old                 ? DOG_ATTRIBUTES_3_11
                      : version == 0x030c ? DOG_ATTRIBUTES_3_12
                                          : DOG_ATTRIBUTES_INLINE,
    };
}

static inline void fake_init(struct fake *fake, int version)
{
    memset(fake, 0, sizeof *fake);
    struct dog_layout *layout = &fake->layout;
    fake_layout(layout, version);
    layout->type_type = (dog_addr){FAKE_BASE};
    layout->type_type = fake_static_type(fake, "type", DOG_TYPE_TYPE_SUBCLASS);
    fake->object_type = fake_static_type(fake, "object", 0);
    layout->unicode_type = fake_static_type(fake, "str", DOG_TYPE_UNICODE_SUBCLASS);
    layout->int_type = fake_static_type(fake, "int", DOG_TYPE_LONG_SUBCLASS);
    dog_addr bool_type = fake_static_type(fake, "bool", DOG_TYPE_LONG_SUBCLASS);
    layout->float_type = fake_static_type(fake, "float", 0);
    layout->tuple_type = fake_static_type(fake, "tuple", DOG_TYPE_TUPLE_SUBCLASS);
    layout->list_type = fake_static_type(fake, "list", DOG_TYPE_LIST_SUBCLASS);
    layout->dict_type = fake_static_type(fake, "dict", DOG_TYPE_DICT_SUBCLASS);
    layout->function_type = fake_static_type(fake, "function", 0);
    layout->none = fake_object(fake, fake_static_type(fake, "NoneType", 0), 16);
    uint32_t one = 1;
    layout->true_object = fake_int_of(fake, bool_type, false, &one, 1);
    layout->false_object = fake_int_of(fake, bool_type, false, &one, 0);
}

/* Any bit of the heap but those of the fixed types may flip. */
static inline void fake_flip(struct fake *fake, uint32_t *seed, int bits)
{
    for (int i = 0; i < bits; i++) {
        *seed = *seed * 1664525 + 1013904223;
        uint64_t at = (*seed >> 3) % fake->used;
        fake->bytes[at] ^= (unsigned char)(1u << (*seed & 7));
    }
}

#endif
