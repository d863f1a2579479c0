#include "snapshot/object_name.h"

#include <string.h>

#include "snapshot/object_dict.h"
#include "snapshot/object_str.h"

enum {
    MAX_TYPE_NAME = 128, /* characters of a module's or a class's name */
};

static enum dog_err put_name(const struct dog_mem *mem, struct dog_arena *arena, dog_addr name,
                             struct dog_text *text)
{
    struct dog_str str;
    bool cut;
    enum dog_err err = dog_object_str(mem, arena, name, MAX_TYPE_NAME, &str, &cut);
    if (err == DOG_OK) {
        dog_text_put_escaped(text, str);
    }
    return err;
}

/* A static type's name is a C string, "module.Name"; that of a builtin has no module. */
static enum dog_err put_static_name(const struct dog_mem *mem, const struct dog_type *type,
                                    struct dog_text *text)
{
    char name[MAX_TYPE_NAME];
    for (size_t len = 0; len < sizeof name;) {
        /* Aligned words, so that no read crosses into a page behind the string. */
        size_t step = 8 - ((type->name.v + len) & 7);
        step = step < sizeof name - len ? step : sizeof name - len;
        enum dog_err err =
            dog_source_read(mem->source, dog_addr_add(type->name, (int64_t)len), name + len, step);
        if (err != DOG_OK) {
            return err;
        }
        const char *end = memchr(name + len, '\0', step);
        if (end != NULL) {
            dog_text_put_escaped(text, (struct dog_str){name, (size_t)(end - name)});
            return DOG_OK;
        }
        len += step;
    }
    return DOG_ERR_LIMIT;
}

static enum dog_err put_heap_name(const struct dog_mem *mem, struct dog_arena *arena,
                                  const struct dog_type *type, struct dog_text *text)
{
    uint64_t qualname;
    enum dog_err err =
        dog_object_word(mem, dog_addr_add(type->at, mem->layout->heap_qualname), &qualname);
    if (err != DOG_OK) {
        return err;
    }
    dog_addr module;
    if (dog_object_dict_get(mem, type->dict, "__module__", &module) == DOG_OK &&
        put_name(mem, arena, module, text) == DOG_OK) {
        dog_text_put_char(text, '.');
    }
    return put_name(mem, arena, (dog_addr){qualname}, text);
}

enum dog_err dog_object_type_name(const struct dog_mem *mem, struct dog_arena *arena,
                                  const struct dog_type *type, struct dog_text *text)
{
    struct dog_text before = *text;
    size_t mark = dog_arena_mark(arena);
    enum dog_err err = (type->flags & DOG_TYPE_HEAP) != 0 ? put_heap_name(mem, arena, type, text)
                                                          : put_static_name(mem, type, text);
    dog_arena_release(arena, mark);
    if (err != DOG_OK) {
        *text = before;
    }
    return err;
}
