#include "render/value.h"

#include <string.h>

struct dog_str dog_value_cut(struct dog_str value, size_t most)
{
    if (value.len <= most) {
        return value;
    }
    size_t len = most;
    while (len > 0 && ((unsigned char)value.at[len] & 0xC0) == 0x80) {
        len--;
    }
    return (struct dog_str){value.at, len};
}

struct dog_str dog_value_relative(struct dog_str path, struct dog_str base)
{
    size_t len = base.len;
    while (len > 0 && base.at[len - 1] == '/') {
        len--;
    }
    if (len == 0 || path.len <= len + 1 || path.at[len] != '/' ||
        memcmp(path.at, base.at, len) != 0) {
        return path;
    }
    return (struct dog_str){path.at + len + 1, path.len - len - 1};
}

const struct dog_frame *dog_value_where(const struct dog_report *report)
{
    return report->stack != NULL && report->stack_of == DOG_STACK_OF_THREAD
               ? dog_stack_where(report->stack)
               : NULL;
}
