#include "base/utf8.h"

static int is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t dog_utf8_decode(const char *bytes, size_t len, uint32_t *ret_point)
{
    const unsigned char *b = (const unsigned char *)bytes;
    if (len == 0) {
        return 0;
    }
    if (b[0] < 0x80) {
        *ret_point = b[0];
        return 1;
    }
    if (b[0] >= 0xC2 && b[0] <= 0xDF && len >= 2 && is_continuation(b[1])) {
        *ret_point = (uint32_t)(b[0] & 0x1F) << 6 | (b[1] & 0x3F);
        return 2;
    }
    if ((b[0] & 0xF0) == 0xE0 && len >= 3 && is_continuation(b[1]) && is_continuation(b[2])) {
        uint32_t point =
            (uint32_t)(b[0] & 0x0F) << 12 | (uint32_t)(b[1] & 0x3F) << 6 | (b[2] & 0x3F);
        if (point < 0x800 || (point >= 0xD800 && point <= 0xDFFF)) {
            return 0;
        }
        *ret_point = point;
        return 3;
    }
    if (b[0] >= 0xF0 && b[0] <= 0xF4 && len >= 4 && is_continuation(b[1]) &&
        is_continuation(b[2]) && is_continuation(b[3])) {
        uint32_t point = (uint32_t)(b[0] & 0x07) << 18 | (uint32_t)(b[1] & 0x3F) << 12 |
                         (uint32_t)(b[2] & 0x3F) << 6 | (b[3] & 0x3F);
        if (point < 0x10000 || point > 0x10FFFF) {
            return 0;
        }
        *ret_point = point;
        return 4;
    }
    return 0;
}

size_t dog_utf8_encode(uint32_t point, char *bytes)
{
    if (point < 0x80) {
        bytes[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        bytes[0] = (char)(0xC0 | point >> 6);
        bytes[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point >= 0xD800 && point <= 0xDFFF) {
        return 0;
    }
    if (point < 0x10000) {
        bytes[0] = (char)(0xE0 | point >> 12);
        bytes[1] = (char)(0x80 | (point >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    if (point <= 0x10FFFF) {
        bytes[0] = (char)(0xF0 | point >> 18);
        bytes[1] = (char)(0x80 | (point >> 12 & 0x3F));
        bytes[2] = (char)(0x80 | (point >> 6 & 0x3F));
        bytes[3] = (char)(0x80 | (point & 0x3F));
        return 4;
    }
    return 0;
}
