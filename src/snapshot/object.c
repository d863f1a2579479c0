#include "snapshot/object.h"

#include "base/cursor.h"

/* The fields of a type lie within its first 352 bytes on all versions; the rest is room for later
 * ones. Every type object is larger than 400. */
#define TYPE_BYTES 400

enum dog_err dog_object_word(const struct dog_mem *mem, dog_addr at, uint64_t *ret_word)
{
    unsigned char word[8];
    if (!dog_addr_plausible(at)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_source_read(mem->source, at, word, sizeof word);
    if (err == DOG_OK) {
        *ret_word = dog_load_u64(word);
    }
    return err;
}

enum dog_err dog_object_check(const struct dog_mem *mem, dog_addr type, dog_addr exact,
                              uint64_t flag)
{
    if (dog_addr_eq(type, exact)) {
        return DOG_OK;
    }
    if (!dog_addr_plausible(type)) {
        return DOG_ERR_INVALID;
    }
    uint64_t flags;
    enum dog_err err = dog_object_word(mem, dog_addr_add(type, mem->layout->type_flags), &flags);
    if (err != DOG_OK) {
        return err;
    }
    return (flags & flag) != 0 ? DOG_OK : DOG_ERR_INVALID;
}

/* A field of the copy of a type; 0 if the layout says that it lies beyond. */
static uint64_t field(const unsigned char *copy, int32_t offset)
{
    uint64_t value = 0;
    if (offset >= 0) {
        (void)dog_field_u64(copy, TYPE_BYTES, (size_t)offset, &value);
    }
    return value;
}

enum dog_err dog_object_type_at(const struct dog_mem *mem, dog_addr type, struct dog_type *ret_type)
{
    const struct dog_layout *layout = mem->layout;
    unsigned char copy[TYPE_BYTES];
    if (!dog_addr_plausible(type)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_source_read(mem->source, type, copy, sizeof copy);
    if (err != DOG_OK) {
        return err;
    }
    dog_addr metatype = {field(copy, layout->object_type)};
    err = dog_object_check(mem, metatype, layout->type_type, DOG_TYPE_TYPE_SUBCLASS);
    if (err != DOG_OK) {
        return err;
    }
    *ret_type = (struct dog_type){
        .at = type,
        .flags = field(copy, layout->type_flags),
        .basicsize = (int64_t)field(copy, layout->type_basicsize),
        .dictoffset = (int64_t)field(copy, layout->type_dictoffset),
        .member_count = (int64_t)field(copy, layout->var_size),
        .name = {field(copy, layout->type_name)},
        .base = {field(copy, layout->type_base)},
        .dict = {field(copy, layout->type_dict)},
        .mro = {field(copy, layout->type_mro)},
        .members = {field(copy, layout->type_members)},
    };
    return DOG_OK;
}

enum dog_err dog_object_type(const struct dog_mem *mem, dog_addr object, struct dog_type *ret_type)
{
    if (!dog_addr_plausible(object)) {
        return DOG_ERR_INVALID;
    }
    uint64_t type;
    enum dog_err err = dog_object_word(mem, dog_addr_add(object, mem->layout->object_type), &type);
    return err == DOG_OK ? dog_object_type_at(mem, (dog_addr){type}, ret_type) : err;
}
