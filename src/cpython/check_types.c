#include "cpython/checker.h"

/* The names of split values: "a" and "b". */
static void check_cached_keys(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    dog_addr keys = dog_checker_addr(c, c->p->plain_class, l->heap_cached_keys, "heap_cached_keys");
    uint8_t kind = dog_checker_u8(c, keys, l->keys_kind, "heap_cached_keys");
    uint8_t log2 = dog_checker_u8(c, keys, l->keys_log2_index_bytes, "heap_cached_keys");
    dog_checker_require(c, kind == DOG_KEYS_SPLIT && log2 >= 3 && log2 <= 7, "heap_cached_keys",
                        "does not lead to split keys");
    dog_addr entry = dog_addr_add(keys, l->keys_indices + (INT64_C(1) << (log2 & 7)));
    dog_checker_want_addr(c, entry, DOG_KEYS_UNICODE_KEY, c->p->a, "heap_cached_keys");
    dog_checker_want_addr(c, entry, DOG_KEYS_UNICODE_ENTRY + DOG_KEYS_UNICODE_KEY, c->p->b,
                          "heap_cached_keys");
}

static void check_split_values(struct dog_checker *c, dog_addr values, dog_addr first)
{
    dog_checker_want_addr(c, values, c->l->values_items, first, "values_items or attributes");
    dog_checker_want_addr(c, values, c->l->values_items + 8, c->p->two,
                          "values_items or attributes");
}

/* Where the values of an instance are that never had a dict. */
static dog_addr plain_values(struct dog_checker *c, dog_addr object)
{
    const struct dog_layout *l = c->l;
    if (l->attributes == DOG_ATTRIBUTES_3_11) {
        dog_checker_want_addr(c, object, l->managed_dict, DOG_NULL, "managed_dict");
        return dog_checker_addr(c, object, l->managed_values, "managed_values");
    }
    if (l->attributes == DOG_ATTRIBUTES_3_12) {
        uint64_t word = dog_checker_u64(c, object, l->managed_dict, "managed_dict");
        dog_checker_require(c, (word & 1) == 1, "managed_dict or attributes",
                            "does not lead to the values of an instance");
        return (dog_addr){word + 1};
    }
    dog_checker_want_addr(c, object, l->managed_dict, DOG_NULL, "managed_dict");
    dog_addr values = dog_addr_add(object, c->p->plain_basicsize);
    dog_checker_require(c, dog_checker_u8(c, values, l->values_valid, "values_valid") == 1,
                        "values_valid", "does not say that values are in use");
    return values;
}

static void check_attributes(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    check_split_values(c, plain_values(c, p->plain), p->one);
    check_split_values(c, plain_values(c, p->plain_too), p->none);
    dog_checker_want_addr(c, p->asked, l->managed_dict, p->asked_dict, "managed_dict");
    dog_checker_want_addr(c, p->detached, l->managed_dict, p->detached_dict, "managed_dict");
    dog_addr values = dog_checker_addr(c, p->asked_dict, l->dict_values, "dict_values");
    check_split_values(c, values, p->one);
    if (l->attributes == DOG_ATTRIBUTES_INLINE) {
        uint8_t valid = dog_checker_u8(c, dog_addr_add(p->detached, p->plain_basicsize),
                                       l->values_valid, "values_valid");
        dog_checker_require(c, valid == 0, "values_valid", "does not say that values are dead");
    }
    dog_checker_want_addr(c, p->function, p->function_dictoffset, p->function_dict,
                          "type_dictoffset");
}

/* The class's own dict has its `marker`. */
static void check_class_dict(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    enum {
        ENTRIES_MAX = 32
    };
    dog_addr dict = dog_checker_addr(c, c->p->plain_class, l->type_dict, "type_dict");
    dog_checker_want_addr(c, dict, l->object_type, l->dict_type, "type_dict");
    dog_addr keys = dog_checker_addr(c, dict, l->dict_keys, "type_dict");
    uint8_t log2 = dog_checker_u8(c, keys, l->keys_log2_index_bytes, "type_dict");
    uint64_t count = dog_checker_u64(c, keys, l->keys_nentries, "type_dict");
    dog_addr entry = dog_addr_add(keys, l->keys_indices + (INT64_C(1) << (log2 & 15)));
    bool found = false;
    for (uint64_t i = 0; i < count && i < ENTRIES_MAX && !found && !c->failed; i++) {
        found = dog_addr_eq(
            dog_checker_addr(c, entry, (int64_t)i * DOG_KEYS_UNICODE_ENTRY + DOG_KEYS_UNICODE_VALUE,
                             "type_dict"),
            c->p->plain_marker);
    }
    dog_checker_require(c, found, "type_dict", "does not hold a known attribute");
}

static void check_slots(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    dog_checker_want_u64(c, p->slotted_class, l->var_size, 2, "var_size");
    dog_addr member = dog_checker_addr(c, p->slotted_class, l->type_members, "type_members");
    dog_addr name = dog_checker_addr(c, member, DOG_MEMBER_NAME, "type_members");
    dog_checker_want_bytes(c, name, 0, "slot_a", sizeof "slot_a", "type_members");
    dog_checker_want_u32(c, member, DOG_MEMBER_TYPE, DOG_MEMBER_OBJECT, "type_members");
    uint64_t offset = dog_checker_u64(c, member, DOG_MEMBER_OFFSET, "type_members");
    dog_checker_require(c, offset < 1024, "type_members", "does not lead to a slot");
    dog_checker_want_addr(c, p->slotted, (int64_t)offset, p->one, "type_members");
}

void dog_checker_types(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    dog_addr name = dog_checker_addr(c, p->plain_class, l->type_name, "type_name");
    dog_checker_want_bytes(c, name, 0, "Plain", sizeof "Plain", "type_name");
    dog_checker_want_u64(c, p->plain_class, l->type_basicsize, (uint64_t)p->plain_basicsize,
                         "type_basicsize");
    dog_checker_want_u64(c, p->plain_class, l->type_flags, p->plain_flags, "type_flags");
    dog_checker_require(c,
                        (p->plain_flags & DOG_TYPE_MANAGED_DICT) != 0 &&
                            (p->plain_flags & DOG_TYPE_HEAP) != 0 &&
                            (l->attributes != DOG_ATTRIBUTES_INLINE ||
                             (p->plain_flags & DOG_TYPE_INLINE_VALUES) != 0),
                        "type_flags or attributes", "does not fit a plain class");
    dog_checker_require(c, (p->sub_flags & DOG_TYPE_UNICODE_SUBCLASS) != 0, "type_flags",
                        "does not fit a subclass of str");
    dog_checker_want_u64(c, l->function_type, l->type_dictoffset, (uint64_t)p->function_dictoffset,
                         "type_dictoffset");
    dog_checker_want_addr(c, p->plain_class, l->type_base, p->plain_base, "type_base");
    dog_checker_want_addr(c, p->plain_class, l->type_mro, p->plain_mro, "type_mro");
    dog_checker_want_addr(c, p->plain_class, l->heap_qualname, p->plain_qualname, "heap_qualname");
    check_cached_keys(c);
    check_class_dict(c);
    check_attributes(c);
    check_slots(c);
}
