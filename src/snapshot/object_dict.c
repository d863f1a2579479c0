#include "snapshot/object_dict.h"

#include <string.h>

#include "base/cursor.h"

enum {
    DICT_HEADER_BYTES = 48,
    KEYS_HEADER_BYTES = 32,
    STR_HEADER_BYTES = 48,
    STR_BATCH = 32, /* keys whose characters are read at once: 4 KB of stack */
};

#define LOG2_INDEX_BYTES_MAX 40 /* more is a number read from the wrong place */

static enum dog_err open_keys(const struct dog_mem *mem, dog_addr keys, dog_addr values,
                              struct dog_dict *ret_dict)
{
    const struct dog_layout *layout = mem->layout;
    unsigned char header[KEYS_HEADER_BYTES];
    if (!dog_addr_plausible(keys)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_source_read(mem->source, keys, header, sizeof header);
    if (err != DOG_OK) {
        return err;
    }
    uint64_t count;
    if (!dog_field_u64(header, sizeof header, (size_t)layout->keys_nentries, &count) ||
        (size_t)layout->keys_log2_index_bytes >= sizeof header ||
        (size_t)layout->keys_kind >= sizeof header) {
        return DOG_ERR_INVALID;
    }
    unsigned log2_index_bytes = header[layout->keys_log2_index_bytes];
    unsigned kind = header[layout->keys_kind];
    if (log2_index_bytes > LOG2_INDEX_BYTES_MAX || kind > DOG_KEYS_SPLIT || (int64_t)count < 0 ||
        count > UINT64_C(1) << LOG2_INDEX_BYTES_MAX ||
        (kind == DOG_KEYS_SPLIT) != !dog_addr_is_null(values)) {
        return DOG_ERR_INVALID;
    }
    bool general = kind == DOG_KEYS_GENERAL;
    *ret_dict = (struct dog_dict){
        .entries =
            dog_addr_add(keys, layout->keys_indices + (int64_t)(UINT64_C(1) << log2_index_bytes)),
        .count = count < DOG_DICT_MAX_ENTRIES ? count : DOG_DICT_MAX_ENTRIES,
        .beyond = count < DOG_DICT_MAX_ENTRIES ? 0 : count - DOG_DICT_MAX_ENTRIES,
        .values = dog_addr_is_null(values) ? values : dog_addr_add(values, layout->values_items),
        .entry_size = general ? DOG_KEYS_GENERAL_ENTRY : DOG_KEYS_UNICODE_ENTRY,
        .key_offset = general ? DOG_KEYS_GENERAL_KEY : DOG_KEYS_UNICODE_KEY,
        .value_offset = general ? DOG_KEYS_GENERAL_VALUE : DOG_KEYS_UNICODE_VALUE,
    };
    return DOG_OK;
}

enum dog_err dog_object_split(const struct dog_mem *mem, dog_addr keys, dog_addr values,
                              struct dog_dict *ret_dict)
{
    return dog_addr_is_null(values) ? DOG_ERR_ABSENT : open_keys(mem, keys, values, ret_dict);
}

enum dog_err dog_object_dict(const struct dog_mem *mem, dog_addr object, struct dog_dict *ret_dict)
{
    const struct dog_layout *layout = mem->layout;
    unsigned char header[DICT_HEADER_BYTES];
    if (!dog_addr_plausible(object)) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err = dog_source_read(mem->source, object, header, sizeof header);
    if (err != DOG_OK) {
        return err;
    }
    uint64_t type, keys, values;
    if (!dog_field_u64(header, sizeof header, (size_t)layout->object_type, &type) ||
        !dog_field_u64(header, sizeof header, (size_t)layout->dict_keys, &keys) ||
        !dog_field_u64(header, sizeof header, (size_t)layout->dict_values, &values)) {
        return DOG_ERR_INVALID;
    }
    err = dog_object_check(mem, (dog_addr){type}, layout->dict_type, DOG_TYPE_DICT_SUBCLASS);
    return err == DOG_OK ? open_keys(mem, (dog_addr){keys}, (dog_addr){values}, ret_dict) : err;
}

enum dog_err dog_object_dict_read(const struct dog_mem *mem, const struct dog_dict *dict,
                                  uint64_t *position, struct dog_entry *entries, size_t *ret_count)
{
    unsigned char copy[DOG_DICT_BATCH * DOG_KEYS_GENERAL_ENTRY];
    unsigned char values[DOG_DICT_BATCH * 8];
    uint64_t first = *position;
    size_t count = 0;
    if (first < dict->count) {
        uint64_t left = dict->count - first;
        count = left < DOG_DICT_BATCH ? (size_t)left : DOG_DICT_BATCH;
    }
    if (count == 0) {
        *ret_count = 0;
        return DOG_OK;
    }
    bool split = !dog_addr_is_null(dict->values);
    struct dog_span spans[] = {
        {.from = dog_addr_add(dict->entries, (int64_t)(first * dict->entry_size)),
         .to = copy,
         .size = count * dict->entry_size},
        {.from = dog_addr_add(dict->values, (int64_t)(first * 8)), .to = values, .size = count * 8},
    };
    dog_source_read_spans(mem->source, spans, split ? 2 : 1);
    if (!spans[0].ok || (split && !spans[1].ok)) {
        return DOG_ERR_UNREADABLE;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *entry = copy + i * dict->entry_size;
        dog_addr key = dog_load_addr(entry + dict->key_offset);
        dog_addr value =
            split ? dog_load_addr(values + i * 8) : dog_load_addr(entry + dict->value_offset);
        if (!dog_addr_is_null(key) && !dog_addr_is_null(value)) {
            entries[used++] = (struct dog_entry){key, value};
        }
    }
    *position = first + count;
    *ret_count = used;
    return DOG_OK;
}

/* What is sought, and how much of it is found. */
struct search {
    const char *const *names;
    size_t lengths[DOG_DICT_MAX_NAMES];
    size_t count;
    size_t found;
    dog_addr *values;
};

/* The length of the key, if it is a compact ASCII str as long as one of the names; else 0. */
static size_t candidate_length(const struct dog_layout *layout, const struct search *search,
                               const unsigned char *header, size_t size)
{
    uint64_t type, length;
    if (!dog_field_u64(header, size, (size_t)layout->object_type, &type) ||
        !dog_field_u64(header, size, (size_t)layout->unicode_length, &length) ||
        (size_t)layout->unicode_state > size - 4 ||
        !dog_addr_eq((dog_addr){type}, layout->unicode_type)) {
        return 0;
    }
    uint32_t state = dog_load_u32(header + layout->unicode_state);
    if ((state >> layout->unicode_compact_bit & 1) == 0 ||
        (state >> layout->unicode_ascii_bit & 1) == 0) {
        return 0;
    }
    for (size_t i = 0; i < search->count; i++) {
        if (search->lengths[i] == length) {
            return (size_t)length;
        }
    }
    return 0;
}

static void take_if_sought(struct search *search, const char *key, size_t length, dog_addr value)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->lengths[i] == length && dog_addr_is_null(search->values[i]) &&
            memcmp(search->names[i], key, length) == 0) {
            search->values[i] = value;
            search->found++;
        }
    }
}

/* Two reads for up to STR_BATCH keys: their headers, then the characters of those of fitting
 * length. */
static void search_batch(const struct dog_mem *mem, struct search *search,
                         const struct dog_entry *entries, size_t count)
{
    const struct dog_layout *layout = mem->layout;
    size_t size = (size_t)layout->unicode_ascii_data;
    unsigned char headers[STR_BATCH][STR_HEADER_BYTES];
    char keys[STR_BATCH][DOG_DICT_MAX_NAME + 1];
    struct dog_span spans[STR_BATCH];
    dog_addr values[STR_BATCH];
    for (size_t i = 0; i < count; i++) {
        spans[i] = (struct dog_span){.from = entries[i].key, .to = headers[i], .size = size};
    }
    dog_source_read_spans(mem->source, spans, count);
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = spans[i].ok ? candidate_length(layout, search, headers[i], size) : 0;
        if (length != 0) {
            spans[candidates] = (struct dog_span){
                .from = dog_addr_add(entries[i].key, layout->unicode_ascii_data),
                .to = keys[candidates],
                .size = length,
            };
            values[candidates++] = entries[i].value;
        }
    }
    if (candidates == 0) {
        return;
    }
    dog_source_read_spans(mem->source, spans, candidates);
    for (size_t i = 0; i < candidates; i++) {
        if (spans[i].ok) {
            take_if_sought(search, keys[i], spans[i].size, values[i]);
        }
    }
}

enum dog_err dog_object_dict_find(const struct dog_mem *mem, const struct dog_dict *dict,
                                  const char *const *names, size_t count, dog_addr *values)
{
    struct search search = {.names = names, .count = count, .values = values};
    for (size_t i = 0; i < count; i++) {
        values[i] = DOG_NULL;
    }
    if (count > DOG_DICT_MAX_NAMES || mem->layout->unicode_ascii_data > STR_HEADER_BYTES ||
        mem->layout->unicode_ascii_data < 8) {
        return DOG_ERR_LIMIT;
    }
    for (size_t i = 0; i < count; i++) {
        search.lengths[i] = strlen(names[i]);
        if (search.lengths[i] > DOG_DICT_MAX_NAME) {
            return DOG_ERR_LIMIT;
        }
    }
    for (uint64_t position = 0; position < dict->count && search.found < count;) {
        struct dog_entry entries[DOG_DICT_BATCH];
        size_t used;
        enum dog_err err = dog_object_dict_read(mem, dict, &position, entries, &used);
        if (err != DOG_OK) {
            return err;
        }
        for (size_t done = 0; done < used; done += STR_BATCH) {
            size_t batch = used - done < STR_BATCH ? used - done : STR_BATCH;
            search_batch(mem, &search, entries + done, batch);
        }
    }
    return search.found < count && dict->beyond != 0 ? DOG_ERR_LIMIT : DOG_OK;
}

enum dog_err dog_object_dict_get(const struct dog_mem *mem, dog_addr object, const char *name,
                                 dog_addr *ret_value)
{
    struct dog_dict dict;
    enum dog_err err = dog_object_dict(mem, object, &dict);
    if (err != DOG_OK) {
        return err;
    }
    dog_addr value;
    err = dog_object_dict_find(mem, &dict, &name, 1, &value);
    if (!dog_addr_is_null(value)) {
        *ret_value = value;
        return DOG_OK;
    }
    return err == DOG_OK ? DOG_ERR_ABSENT : err;
}
