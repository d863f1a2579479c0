/* Dicts, and the split keys that instances of a class share. Context: Watchdog.
 *
 * Keys are found by comparing, not by hash: the interpreter's hash of a str is secret to us. That
 * is cheap because the keys of a dict are read many at a time. */
#ifndef DOG_SNAPSHOT_OBJECT_DICT_H
#define DOG_SNAPSHOT_OBJECT_DICT_H

#include <stddef.h>
#include <stdint.h>

#include "snapshot/object.h"

enum {
    /* META under runserver holds os.environ: hundreds. Two milliseconds of reading at the most. */
    DOG_DICT_MAX_ENTRIES = 2048,
    DOG_DICT_MAX_NAMES = 16,
    DOG_DICT_MAX_NAME = 63, /* characters */
};

/* Keys, and where their values are. */
struct dog_dict {
    dog_addr entries;
    uint64_t count;  /* entries, some of which may be unused; at most DOG_DICT_MAX_ENTRIES */
    uint64_t beyond; /* entries above that limit */
    dog_addr values; /* of split keys; else null */
    uint32_t entry_size;
    uint32_t key_offset, value_offset;
};

struct dog_entry {
    dog_addr key;
    dog_addr value;
};

#define DOG_DICT_BATCH 64 /* entries that dog_object_dict_read gives at once: 1 KB */

/* Of dict or a subclass. */
DOG_MUST_USE enum dog_err dog_object_dict(const struct dog_mem *mem, dog_addr object,
                                          struct dog_dict *ret_dict);

/* Split keys at `keys` with the values at `values`: attributes that have no dict yet. */
DOG_MUST_USE enum dog_err dog_object_split(const struct dog_mem *mem, dog_addr keys,
                                           dog_addr values, struct dog_dict *ret_dict);

/* The entries in use among the next DOG_DICT_BATCH from `*position` on, which is moved; it begins
 * at 0, and the end is reached when it is `dict->count`. */
DOG_MUST_USE enum dog_err dog_object_dict_read(const struct dog_mem *mem,
                                               const struct dog_dict *dict, uint64_t *position,
                                               struct dog_entry *entries, size_t *ret_count);

/* The values of the keys `names` (ASCII, at most DOG_DICT_MAX_NAMES of DOG_DICT_MAX_NAME
 * characters), null for those that are not there. Keys that are not exactly str are passed over,
 * and so are those that cannot be read. On failure `values` has what was found until then. */
DOG_MUST_USE enum dog_err dog_object_dict_find(const struct dog_mem *mem,
                                               const struct dog_dict *dict,
                                               const char *const *names, size_t count,
                                               dog_addr *values);

/* The same of one key of the dict at `object`; DOG_ERR_ABSENT if it is not there. */
DOG_MUST_USE enum dog_err dog_object_dict_get(const struct dog_mem *mem, dog_addr object,
                                              const char *name, dog_addr *ret_value);

#endif
