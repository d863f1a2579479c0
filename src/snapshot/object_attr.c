#include "snapshot/object_attr.h"

#include <string.h>

#include "base/cursor.h"
#include "snapshot/object_dict.h"
#include "snapshot/object_number.h"
#include "snapshot/object_seq.h"

enum {
    MAX_BASES = 32,   /* classes of an MRO: Django's deepest views have 13 */
    MAX_MEMBERS = 64, /* slots of one class */

    /* PyMemberDef (Include/descrobject.h), the same in all versions: what extensions are compiled
     * against. The types are those of a slot that holds an object. */
    MEMBER_BYTES = 40,
    MEMBER_NAME = 0,
    MEMBER_TYPE = 8,
    MEMBER_OFFSET = 16,
    MEMBER_OBJECT = 6,
    MEMBER_OBJECT_EX = 16,
};

#define MEMBER_OFFSET_MAX                                                   \
    4096 /* no instance has slots beyond; more is read from the wrong place \
          */

/* Split values at `values` are named by the keys that the class caches. */
static enum dog_err open_values(const struct dog_mem *mem, const struct dog_type *type,
                                dog_addr values, struct dog_dict *ret_dict)
{
    uint64_t keys;
    enum dog_err err =
        dog_object_word(mem, dog_addr_add(type->at, mem->layout->heap_cached_keys), &keys);
    return err == DOG_OK ? dog_object_split(mem, (dog_addr){keys}, values, ret_dict) : err;
}

static enum dog_err open_inline_values(const struct dog_mem *mem, dog_addr object,
                                       const struct dog_type *type, struct dog_dict *ret_dict)
{
    const struct dog_layout *layout = mem->layout;
    if ((type->flags & DOG_TYPE_INLINE_VALUES) == 0) {
        return DOG_ERR_ABSENT;
    }
    if (type->basicsize <= 0 || type->basicsize % 8 != 0 || type->basicsize > MEMBER_OFFSET_MAX) {
        return DOG_ERR_INVALID;
    }
    dog_addr values = dog_addr_add(object, type->basicsize);
    unsigned char valid;
    enum dog_err err =
        dog_source_read(mem->source, dog_addr_add(values, layout->values_valid), &valid, 1);
    if (err != DOG_OK) {
        return err;
    }
    return valid != 0 ? open_values(mem, type, values, ret_dict) : DOG_ERR_MOVED;
}

/* See enum dog_attributes in cpython/layout.h. */
static enum dog_err open_managed(const struct dog_mem *mem, dog_addr object,
                                 const struct dog_type *type, struct dog_dict *ret_dict)
{
    const struct dog_layout *layout = mem->layout;
    uint64_t word, values;
    enum dog_err err = dog_object_word(mem, dog_addr_add(object, layout->managed_dict), &word);
    if (err != DOG_OK) {
        return err;
    }
    if (layout->attributes == DOG_ATTRIBUTES_3_12 && (word & 1) != 0) {
        return open_values(mem, type, (dog_addr){word + 1}, ret_dict);
    }
    if (word != 0) {
        return dog_object_dict(mem, (dog_addr){word}, ret_dict);
    }
    if (layout->attributes == DOG_ATTRIBUTES_INLINE) {
        return open_inline_values(mem, object, type, ret_dict);
    }
    if (layout->attributes != DOG_ATTRIBUTES_3_11) {
        return DOG_ERR_ABSENT;
    }
    err = dog_object_word(mem, dog_addr_add(object, layout->managed_values), &values);
    return err == DOG_OK ? open_values(mem, type, (dog_addr){values}, ret_dict) : err;
}

static enum dog_err open_attrs(const struct dog_mem *mem, dog_addr object,
                               struct dog_dict *ret_dict)
{
    struct dog_type type;
    enum dog_err err = dog_object_type(mem, object, &type);
    if (err != DOG_OK) {
        return err;
    }
    if ((type.flags & DOG_TYPE_MANAGED_DICT) != 0) {
        return open_managed(mem, object, &type, ret_dict);
    }
    if (type.dictoffset <= 0) {
        return DOG_ERR_ABSENT;
    }
    if (type.dictoffset > MEMBER_OFFSET_MAX) {
        return DOG_ERR_INVALID;
    }
    uint64_t dict;
    err = dog_object_word(mem, dog_addr_add(object, type.dictoffset), &dict);
    if (err != DOG_OK) {
        return err;
    }
    return dict != 0 ? dog_object_dict(mem, (dog_addr){dict}, ret_dict) : DOG_ERR_ABSENT;
}

enum dog_err dog_object_attrs(const struct dog_mem *mem, dog_addr object, const char *const *names,
                              size_t count, dog_addr *values)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = DOG_NULL;
    }
    struct dog_dict dict;
    enum dog_err err = open_attrs(mem, object, &dict);
    return err == DOG_OK ? dog_object_dict_find(mem, &dict, names, count, values) : err;
}

enum dog_err dog_object_attr(const struct dog_mem *mem, dog_addr object, const char *name,
                             dog_addr *ret_value)
{
    dog_addr value;
    enum dog_err err = dog_object_attrs(mem, object, &name, 1, &value);
    if (!dog_addr_is_null(value)) {
        *ret_value = value;
        return DOG_OK;
    }
    return err == DOG_OK ? DOG_ERR_ABSENT : err;
}

/* The offset of the slot `name` among the type's own members. A heap type says how many there are;
 * a static type's end with a null name. */
static enum dog_err find_member(const struct dog_mem *mem, const struct dog_type *type,
                                const char *name, int64_t *ret_offset)
{
    char found[DOG_DICT_MAX_NAME + 1];
    size_t length = strlen(name) + 1;
    int64_t count = MAX_MEMBERS;
    if ((type->flags & DOG_TYPE_HEAP) != 0 && type->member_count < MAX_MEMBERS) {
        count = type->member_count;
    }
    if (length > sizeof found) {
        return DOG_ERR_LIMIT;
    }
    for (int64_t i = 0; i < count && dog_addr_plausible(type->members); i++) {
        unsigned char member[MEMBER_BYTES];
        enum dog_err err = dog_source_read(
            mem->source, dog_addr_add(type->members, i * MEMBER_BYTES), member, sizeof member);
        if (err != DOG_OK) {
            return err;
        }
        dog_addr at = dog_load_addr(member + MEMBER_NAME);
        if (dog_addr_is_null(at)) {
            break;
        }
        uint32_t kind = dog_load_u32(member + MEMBER_TYPE);
        if ((kind == MEMBER_OBJECT || kind == MEMBER_OBJECT_EX) &&
            dog_source_read(mem->source, at, found, length) == DOG_OK &&
            memcmp(found, name, length) == 0) {
            *ret_offset = (int64_t)dog_load_u64(member + MEMBER_OFFSET);
            return DOG_OK;
        }
    }
    return DOG_ERR_ABSENT;
}

enum dog_err dog_object_member(const struct dog_mem *mem, dog_addr object, const char *name,
                               dog_addr *ret_value)
{
    struct dog_type type;
    enum dog_err err = dog_object_type(mem, object, &type);
    for (int depth = 0; err == DOG_OK && depth < MAX_BASES; depth++) {
        int64_t offset;
        err = find_member(mem, &type, name, &offset);
        if (err == DOG_OK) {
            uint64_t word;
            if (offset <= 0 || offset > MEMBER_OFFSET_MAX) {
                return DOG_ERR_INVALID;
            }
            err = dog_object_word(mem, dog_addr_add(object, offset), &word);
            if (err != DOG_OK || word == 0) {
                return err != DOG_OK ? err : DOG_ERR_ABSENT;
            }
            *ret_value = (dog_addr){word};
            return DOG_OK;
        }
        if (err != DOG_ERR_ABSENT || dog_addr_is_null(type.base)) {
            return err;
        }
        err = dog_object_type_at(mem, type.base, &type);
    }
    return err == DOG_OK ? DOG_ERR_LIMIT : err;
}

enum dog_err dog_object_class_attr(const struct dog_mem *mem, dog_addr type, const char *name,
                                   dog_addr *ret_value)
{
    struct dog_type first;
    enum dog_err err = dog_object_type_at(mem, type, &first);
    if (err != DOG_OK) {
        return err;
    }
    dog_addr bases[MAX_BASES];
    size_t count;
    uint64_t total;
    err = dog_object_items(mem, first.mro, MAX_BASES, bases, &count, &total);
    if (err != DOG_OK) {
        return err;
    }
    for (size_t i = 0; i < count; i++) {
        struct dog_type base;
        err = dog_object_type_at(mem, bases[i], &base);
        if (err == DOG_OK && !dog_addr_is_null(base.dict)) {
            err = dog_object_dict_get(mem, base.dict, name, ret_value);
            if (err == DOG_OK) {
                return DOG_OK;
            }
        }
        /* What cannot be read of a nearer class might have been the answer. */
        if (err != DOG_OK && err != DOG_ERR_ABSENT) {
            return err;
        }
    }
    return total > count ? DOG_ERR_LIMIT : DOG_ERR_ABSENT;
}

enum dog_err dog_object_attr_int(struct dog_source source, const struct dog_layout *layout,
                                 dog_addr object, const char *name, int64_t *ret_value)
{
    struct dog_mem mem = {source, layout};
    dog_addr value;
    enum dog_err err = dog_object_attr(&mem, object, name, &value);
    return err == DOG_OK ? dog_object_int64(&mem, value, ret_value) : err;
}
