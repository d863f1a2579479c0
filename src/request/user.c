#include "request/user.h"

#include <string.h>

#include "privacy/names.h"
#include "privacy/shapes.h"
#include "snapshot/object_attr.h"
#include "snapshot/object_dict.h"
#include "snapshot/object_repr.h"
#include "snapshot/object_str.h"

enum {
    MAX_PK = 64, /* characters */
};

/* type(user)._meta.pk.attname, NUL-terminated. */
static enum dog_err pk_name(const struct dog_mem *mem, struct dog_arena *arena, dog_addr user,
                            char name[DOG_DICT_MAX_NAME + 1])
{
    struct dog_type type;
    dog_addr meta, pk, attname;
    struct dog_str str;
    bool cut;
    enum dog_err err = dog_object_type(mem, user, &type);
    if (err == DOG_OK) {
        err = dog_object_class_attr(mem, type.at, "_meta", &meta);
    }
    if (err == DOG_OK) {
        err = dog_object_attr(mem, meta, "pk", &pk);
    }
    if (err == DOG_OK) {
        err = dog_object_attr(mem, pk, "attname", &attname);
    }
    if (err == DOG_OK) {
        err = dog_object_str(mem, arena, attname, DOG_DICT_MAX_NAME, &str, &cut);
    }
    if (err != DOG_OK) {
        return err;
    }
    if (cut || str.len > DOG_DICT_MAX_NAME) {
        return DOG_ERR_LIMIT;
    }
    memcpy(name, str.at, str.len);
    name[str.len] = '\0';
    return DOG_OK;
}

struct dog_str dog_user_pk(const struct dog_mem *mem, struct dog_arena *arena, dog_addr user)
{
    char name[DOG_DICT_MAX_NAME + 1] = "id";
    dog_addr value;
    struct dog_str text;
    if (dog_addr_is_null(user) || dog_addr_eq(user, mem->layout->none)) {
        return DOG_STR_NONE;
    }
    if (dog_object_attr(mem, user, "_wrapped", &value) == DOG_OK) {
        user = value;
    }
    if (pk_name(mem, arena, user, name) != DOG_OK) {
        strcpy(name, "id");
    }
    if (dog_object_attr(mem, user, name, &value) != DOG_OK ||
        dog_object_plain(mem, arena, value, MAX_PK, &text) != DOG_OK) {
        return DOG_STR_NONE;
    }
    bool secret = dog_secret_word_name(dog_str_of(name)) || dog_secret_shape(text);
    return secret ? dog_str_of(DOG_SECRET_HIDDEN) : text;
}
