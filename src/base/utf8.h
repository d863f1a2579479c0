/* UTF-8, strict as RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. Pure. */
#ifndef DOG_BASE_UTF8_H
#define DOG_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define DOG_UTF8_MAX 4

/* Decodes the character at `bytes`. Returns its length, 1 to 4, or 0 if the bytes are not UTF-8. */
size_t dog_utf8_decode(const char *bytes, size_t len, uint32_t *ret_point);

/* Writes at most DOG_UTF8_MAX bytes and returns how many; 0 for a surrogate or an impossible
 * point. */
size_t dog_utf8_encode(uint32_t point, char *bytes);

#endif
