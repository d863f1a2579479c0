#include "cpython/checker.h"

#include <string.h>

/* The longest constant that is compared. */
#define BYTES_MAX 32

void dog_checker_fail(struct dog_checker *c, const char *what, const char *why)
{
    if (!c->failed) {
        c->failed = true;
        dog_text_put(&c->reason, "the interpreter's memory is not laid out as expected: ");
        dog_text_put(&c->reason, what);
        dog_text_put(&c->reason, " ");
        dog_text_put(&c->reason, why);
    }
}

void dog_checker_require(struct dog_checker *c, bool condition, const char *what, const char *why)
{
    if (!condition) {
        dog_checker_fail(c, what, why);
    }
}

static bool read_at(struct dog_checker *c, dog_addr at, int64_t offset, void *to, size_t size,
                    const char *what)
{
    if (c->failed) {
        return false;
    }
    if (dog_source_read(c->source, dog_addr_add(at, offset), to, size) != DOG_OK) {
        dog_checker_fail(c, what, "cannot be read");
        return false;
    }
    return true;
}

uint64_t dog_checker_u64(struct dog_checker *c, dog_addr at, int64_t offset, const char *what)
{
    uint64_t value = 0;
    return read_at(c, at, offset, &value, sizeof value, what) ? value : 0;
}

uint32_t dog_checker_u32(struct dog_checker *c, dog_addr at, int64_t offset, const char *what)
{
    uint32_t value = 0;
    return read_at(c, at, offset, &value, sizeof value, what) ? value : 0;
}

uint8_t dog_checker_u8(struct dog_checker *c, dog_addr at, int64_t offset, const char *what)
{
    uint8_t value = 0;
    return read_at(c, at, offset, &value, sizeof value, what) ? value : 0;
}

dog_addr dog_checker_addr(struct dog_checker *c, dog_addr at, int64_t offset, const char *what)
{
    return (dog_addr){dog_checker_u64(c, at, offset, what)};
}

void dog_checker_want_u64(struct dog_checker *c, dog_addr at, int64_t offset, uint64_t wanted,
                          const char *what)
{
    dog_checker_require(c, dog_checker_u64(c, at, offset, what) == wanted, what,
                        "is not what the interpreter says");
}

void dog_checker_want_u32(struct dog_checker *c, dog_addr at, int64_t offset, uint32_t wanted,
                          const char *what)
{
    dog_checker_require(c, dog_checker_u32(c, at, offset, what) == wanted, what,
                        "is not what the interpreter says");
}

void dog_checker_want_addr(struct dog_checker *c, dog_addr at, int64_t offset, dog_addr wanted,
                           const char *what)
{
    dog_checker_want_u64(c, at, offset, wanted.v, what);
}

void dog_checker_want_bytes(struct dog_checker *c, dog_addr at, int64_t offset, const void *wanted,
                            size_t size, const char *what)
{
    char copy[BYTES_MAX];
    if (size <= sizeof copy && read_at(c, at, offset, copy, size, what)) {
        dog_checker_require(c, memcmp(copy, wanted, size) == 0, what,
                            "does not lead to the known characters");
    }
}
