#include "snapshot/object_number.h"

#include <string.h>

#include "base/cursor.h"

/* More is no int of any process, but a number read from the wrong place. */
#define DIGITS_MAX (UINT64_C(1) << 36)

enum {
    EXACT_DIGITS = 5, /* hold 128 bits: a UUID's */
    HEADER_BYTES = 24,
};

static uint64_t bit_length(uint32_t value)
{
    return value == 0 ? 0 : 32 - (uint64_t)__builtin_clz(value);
}

/* Takes the word that holds size and sign apart. */
static void take_size(const struct dog_layout *layout, uint64_t word, uint64_t *ret_digits,
                      bool *ret_negative)
{
    if (layout->int_has_tag) {
        *ret_digits = word >> DOG_INT_TAG_SIZE_SHIFT;
        *ret_negative = (word & DOG_INT_TAG_SIGN_MASK) == DOG_INT_TAG_NEGATIVE;
    } else {
        *ret_negative = (int64_t)word < 0;
        *ret_digits = *ret_negative ? -word : word;
    }
}

enum dog_err dog_object_int(const struct dog_mem *mem, dog_addr object, struct dog_int *ret_int)
{
    const struct dog_layout *layout = mem->layout;
    unsigned char header[HEADER_BYTES];
    if (!dog_addr_plausible(object)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_source_read(mem->source, object, header, sizeof header);
    if (err != DOG_OK) {
        return err;
    }
    uint64_t type, word;
    if (!dog_field_u64(header, sizeof header, (size_t)layout->object_type, &type) ||
        !dog_field_u64(header, sizeof header, (size_t)layout->int_size, &word)) {
        return DOG_ERR_INVALID;
    }
    err = dog_object_check(mem, (dog_addr){type}, layout->int_type, DOG_TYPE_LONG_SUBCLASS);
    if (err != DOG_OK) {
        return err;
    }
    uint64_t count;
    struct dog_int value = {0};
    take_size(layout, word, &count, &value.negative);
    if (count > DIGITS_MAX) {
        return DOG_ERR_INVALID;
    }
    if (count == 0) {
        *ret_int = value;
        return DOG_OK;
    }
    dog_addr digits = dog_addr_add(object, layout->int_digits);
    unsigned char copy[EXACT_DIGITS * 4], top[4];
    uint64_t exact = count <= EXACT_DIGITS ? count : EXACT_DIGITS;
    struct dog_span spans[] = {
        {.from = digits, .to = copy, .size = exact * 4},
        {.from = dog_addr_add(digits, (int64_t)(count - 1) * 4), .to = top, .size = sizeof top},
    };
    dog_source_read_spans(mem->source, spans, 2);
    if (!spans[0].ok || !spans[1].ok) {
        return DOG_ERR_UNREADABLE;
    }
    unsigned shift = (unsigned)layout->int_digit_bits;
    uint32_t mask = (UINT32_C(1) << (shift & 31)) - 1;
    unsigned __int128 magnitude = 0;
    for (uint64_t i = exact; i-- > 0;) {
        magnitude = magnitude << shift | (dog_load_u32(copy + 4 * i) & mask);
    }
    value.bits = (count - 1) * shift + bit_length(dog_load_u32(top) & mask);
    value.high = (uint64_t)(magnitude >> 64);
    value.low = (uint64_t)magnitude;
    *ret_int = value;
    return DOG_OK;
}

enum dog_err dog_object_int64(const struct dog_mem *mem, dog_addr object, int64_t *ret_value)
{
    struct dog_int value;
    enum dog_err err = dog_object_int(mem, object, &value);
    if (err != DOG_OK) {
        return err;
    }
    uint64_t most = (uint64_t)INT64_MAX + value.negative;
    if (value.bits > 64 || value.low > most) {
        return DOG_ERR_LIMIT;
    }
    *ret_value = (int64_t)(value.negative ? -value.low : value.low);
    return DOG_OK;
}

enum dog_err dog_object_double(const struct dog_mem *mem, dog_addr object, double *ret_value)
{
    const struct dog_layout *layout = mem->layout;
    uint64_t type, word;
    if (!dog_addr_plausible(object)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_object_word(mem, dog_addr_add(object, layout->object_type), &type);
    if (err != DOG_OK) {
        return err;
    }
    if (dog_addr_eq((dog_addr){type}, layout->float_type)) {
        err = dog_object_word(mem, dog_addr_add(object, layout->float_value), &word);
        if (err == DOG_OK) {
            memcpy(ret_value, &word, sizeof word);
        }
        return err;
    }
    int64_t integer;
    err = dog_object_int64(mem, object, &integer);
    if (err == DOG_OK) {
        *ret_value = (double)integer;
    }
    return err;
}
