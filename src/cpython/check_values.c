#include <string.h>

#include "cpython/checker.h"

/* The bit, or the bits from it on, of a str's state; -1: a layout that has no such bit. */
static int64_t state_bits(uint32_t state, int32_t from, uint32_t mask)
{
    return from >= 0 && from < 32 ? (int64_t)(state >> from & mask) : -1;
}

/* One str as we would read it, against what it is known to hold. */
static void check_str(struct dog_checker *c, dog_addr object, unsigned kind, bool ascii,
                      bool compact, const void *data, size_t length)
{
    const struct dog_layout *l = c->l;
    dog_checker_want_u64(c, object, l->unicode_length, length, "unicode_length");
    uint32_t state = dog_checker_u32(c, object, l->unicode_state, "unicode_state");
    dog_checker_require(c, state_bits(state, l->unicode_kind_shift, DOG_UNICODE_KIND_MASK) == kind,
                        "unicode_state or unicode_kind_shift", "does not fit a known str");
    dog_checker_require(c, state_bits(state, l->unicode_compact_bit, 1) == compact,
                        "unicode_state or unicode_compact_bit", "does not fit a known str");
    dog_checker_require(c, state_bits(state, l->unicode_ascii_bit, 1) == ascii,
                        "unicode_state or unicode_ascii_bit", "does not fit a known str");
    dog_checker_require(c,
                        l->unicode_ready_bit < 0 || state_bits(state, l->unicode_ready_bit, 1) == 1,
                        "unicode_state or unicode_ready_bit", "does not fit a known str");
    if (!compact) {
        dog_addr at = dog_checker_addr(c, object, l->unicode_pointer, "unicode_pointer");
        dog_checker_want_bytes(c, at, 0, data, kind * length, "unicode_pointer");
    } else if (ascii) {
        dog_checker_want_bytes(c, object, l->unicode_ascii_data, data, length,
                               "unicode_ascii_data");
    } else {
        dog_checker_want_bytes(c, object, l->unicode_compact_data, data, kind * length,
                               "unicode_compact_data");
    }
}

static void check_strs(struct dog_checker *c)
{
    /* Longer than an offset can be wrong by, lest what lay there before looks the same. */
    static const char ascii[] = "dogslow reads plain ascii";
    static const char latin[] = "d\xF6gslow reads latin one";
    static const uint16_t ucs2[] = {0x72AC, 'd'};
    static const uint32_t ucs4[] = {0x1F415, 'd'};
    const struct dog_probes *p = c->p;
    dog_checker_want_addr(c, p->ascii, c->l->object_type, c->l->unicode_type, "object_type");
    check_str(c, p->ascii, 1, true, true, ascii, sizeof ascii - 1);
    check_str(c, p->latin, 1, false, true, latin, sizeof latin - 1);
    check_str(c, p->ucs2, 2, false, true, ucs2, 2);
    check_str(c, p->ucs4, 4, false, true, ucs4, 2);
    check_str(c, p->sub, 1, false, false, latin, sizeof latin - 1);
}

/* One int as we would read it: at most three digits. */
static void check_int(struct dog_checker *c, dog_addr object, unsigned digits, bool negative,
                      uint64_t low, uint64_t high)
{
    const struct dog_layout *l = c->l;
    uint64_t word = dog_checker_u64(c, object, l->int_size, "int_size");
    uint64_t count;
    bool minus;
    if (l->int_has_tag) {
        count = word >> DOG_INT_TAG_SIZE_SHIFT;
        minus = (word & DOG_INT_TAG_SIGN_MASK) == DOG_INT_TAG_NEGATIVE;
        /* Zero has one digit in its tag, whose sign says that it is none. */
        count = (word & DOG_INT_TAG_SIGN_MASK) == 1 ? 0 : count;
    } else {
        minus = (int64_t)word < 0;
        count = minus ? -word : word;
    }
    dog_checker_require(c, count == digits && minus == negative, "int_size or int_has_tag",
                        "does not fit a known int");
    unsigned __int128 value = 0;
    for (unsigned i = 0; i < digits; i++) {
        unsigned __int128 digit =
            dog_checker_u32(c, object, l->int_digits + 4 * (int64_t)i, "int_digits");
        value |= digit << (i * (unsigned)l->int_digit_bits);
    }
    dog_checker_require(c, (uint64_t)value == low && (uint64_t)(value >> 64) == high,
                        "int_digits or int_digit_bits", "does not fit a known int");
}

static void check_numbers(struct dog_checker *c)
{
    const struct dog_probes *p = c->p;
    const double real = 1234.5;
    check_int(c, p->zero, 0, false, 0, 0);
    check_int(c, p->plus, 1, false, 1, 0);
    check_int(c, p->minus, 1, true, 1, 0);
    check_int(c, p->large, 3, false, UINT64_C(5) << 30 | 7, UINT64_C(1) << 6);
    dog_checker_want_bytes(c, p->real, c->l->float_value, &real, sizeof real, "float_value");
}

static void check_sequences(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    static const char bytes[] = "dogslow reads all bytes";
    dog_checker_want_u64(c, p->bytes_object, l->var_size, sizeof bytes - 1, "var_size");
    dog_checker_want_bytes(c, p->bytes_object, l->bytes_data, bytes, sizeof bytes - 1,
                           "bytes_data");
    dog_checker_want_u64(c, p->pair, l->var_size, 2, "var_size");
    dog_checker_want_addr(c, p->pair, l->tuple_items, p->one, "tuple_items");
    dog_checker_want_addr(c, p->pair, l->tuple_items + 8, p->two, "tuple_items");
    dog_checker_want_u64(c, p->row, l->var_size, 2, "var_size");
    dog_addr items = dog_checker_addr(c, p->row, l->list_items, "list_items");
    dog_checker_want_addr(c, items, 0, p->one, "list_items");
    dog_checker_want_addr(c, items, 8, p->two, "list_items");
}

/* Keys with two entries in a table of eight slots. */
static dog_addr check_keys(struct dog_checker *c, dog_addr keys, uint8_t kind)
{
    const struct dog_layout *l = c->l;
    uint8_t found = dog_checker_u8(c, keys, l->keys_kind, "keys_kind");
    dog_checker_require(c, found == kind, "keys_kind or dict_keys", "does not fit a known dict");
    dog_checker_want_u64(c, keys, l->keys_nentries, 2, "keys_nentries");
    uint8_t log2 = dog_checker_u8(c, keys, l->keys_log2_index_bytes, "keys_log2_index_bytes");
    dog_checker_require(c, log2 >= 3 && log2 <= 7, "keys_log2_index_bytes",
                        "does not fit a known dict");
    return dog_addr_add(keys, l->keys_indices + (INT64_C(1) << (log2 & 7)));
}

static void check_dicts(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    const char *what = "keys_indices or keys_log2_index_bytes";
    dog_checker_want_addr(c, p->general_dict, l->dict_values, DOG_NULL, "dict_values");
    dog_addr keys = dog_checker_addr(c, p->general_dict, l->dict_keys, "dict_keys");
    dog_addr entry = check_keys(c, keys, DOG_KEYS_GENERAL);
    dog_checker_want_addr(c, entry, DOG_KEYS_GENERAL_KEY, p->one, what);
    dog_checker_want_addr(c, entry, DOG_KEYS_GENERAL_VALUE, p->two, what);
    dog_checker_want_addr(c, entry, DOG_KEYS_GENERAL_ENTRY + DOG_KEYS_GENERAL_KEY, p->two, what);

    keys = dog_checker_addr(c, p->unicode_dict, l->dict_keys, "dict_keys");
    entry = check_keys(c, keys, DOG_KEYS_UNICODE);
    dog_checker_want_addr(c, entry, DOG_KEYS_UNICODE_KEY, p->a, what);
    dog_checker_want_addr(c, entry, DOG_KEYS_UNICODE_VALUE, p->one, what);
    dog_checker_want_addr(c, entry, DOG_KEYS_UNICODE_ENTRY + DOG_KEYS_UNICODE_KEY, p->b, what);

    /* Of more than 256 slots, so that slots and bytes differ. */
    keys = dog_checker_addr(c, p->wide_dict, l->dict_keys, "dict_keys");
    uint8_t log2 = dog_checker_u8(c, keys, l->keys_log2_index_bytes, "keys_log2_index_bytes");
    entry = dog_addr_add(keys, l->keys_indices + (INT64_C(1) << (log2 & 15)));
    dog_checker_want_addr(c, entry, DOG_KEYS_GENERAL_KEY, p->zero, what);
    dog_checker_want_addr(c, entry, DOG_KEYS_GENERAL_VALUE, p->none, what);
}

void dog_checker_values(struct dog_checker *c)
{
    check_strs(c);
    check_numbers(c);
    check_sequences(c);
    check_dicts(c);
}
