#include "snapshot/object_seq.h"

#include "base/cursor.h"

enum {
    HEADER_BYTES = 24,
};

#define TOTAL_MAX (UINT64_C(1) << 40) /* more is a number read from the wrong place */

enum dog_err dog_object_items(const struct dog_mem *mem, dog_addr object, size_t max,
                              dog_addr *items, size_t *ret_count, uint64_t *ret_total)
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
    uint64_t type, total;
    if (!dog_field_u64(header, sizeof header, (size_t)layout->object_type, &type) ||
        !dog_field_u64(header, sizeof header, (size_t)layout->var_size, &total) ||
        total > TOTAL_MAX) {
        return DOG_ERR_INVALID;
    }
    dog_addr from = dog_addr_add(object, layout->tuple_items);
    err = dog_object_check(mem, (dog_addr){type}, layout->tuple_type, DOG_TYPE_TUPLE_SUBCLASS);
    if (err == DOG_ERR_INVALID) {
        err = dog_object_check(mem, (dog_addr){type}, layout->list_type, DOG_TYPE_LIST_SUBCLASS);
        if (err == DOG_OK) {
            err = dog_object_word(mem, dog_addr_add(object, layout->list_items), &from.v);
        }
    }
    if (err != DOG_OK) {
        return err;
    }
    size_t count = total < max ? (size_t)total : max;
    if (count > 0) {
        err = dog_source_read(mem->source, from, items, count * sizeof items[0]);
        if (err != DOG_OK) {
            return err;
        }
    }
    *ret_count = count;
    *ret_total = total;
    return DOG_OK;
}
