#include "cpython/layout.h"

enum field_type {
    OFFSET,
    ADDR
};

struct field {
    const char *name;
    size_t at;
    enum field_type type;
};

static const struct field fields[] = {
#define X(name) {#name, offsetof(struct dog_layout, name), OFFSET},
    DOG_LAYOUT_OFFSETS(X) DOG_LAYOUT_TRAITS(X)
#undef X
#define X(name) {#name, offsetof(struct dog_layout, name), ADDR},
        DOG_LAYOUT_ADDRS(X)
#undef X
};

size_t dog_layout_field_count(void)
{
    return sizeof fields / sizeof fields[0];
}

const char *dog_layout_field_name(size_t field)
{
    return field < dog_layout_field_count() ? fields[field].name : NULL;
}

void dog_layout_perturb(struct dog_layout *layout, size_t field, int64_t delta)
{
    if (field >= dog_layout_field_count()) {
        return;
    }
    char *at = (char *)layout + fields[field].at;
    if (fields[field].type == ADDR) {
        dog_addr *addr = (dog_addr *)(void *)at;
        *addr = dog_addr_add(*addr, delta);
    } else {
        int32_t *value = (int32_t *)(void *)at;
        *value = (int32_t)(*value + delta);
    }
}
