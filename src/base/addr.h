/* An address in the examined memory. Context: Pure.
 *
 * It is a type of its own so that it can never be dereferenced, nor mixed up with a pointer of
 * ours. Only a `struct dog_source` turns it into bytes; only os/ and ext/ turn a pointer into it.
 */
#ifndef DOG_BASE_ADDR_H
#define DOG_BASE_ADDR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t v;
} dog_addr;

#define DOG_NULL ((dog_addr){0})

static inline dog_addr dog_addr_add(dog_addr a, int64_t bytes)
{
    return (dog_addr){a.v + (uint64_t)bytes};
}

static inline bool dog_addr_eq(dog_addr a, dog_addr b)
{
    return a.v == b.v;
}

static inline bool dog_addr_is_null(dog_addr a)
{
    return a.v == 0;
}

/* Could this be an object or a frame? Both are 8-byte aligned, never in the first page, and in the
 * lower half of the address space (x86-64 and arm64 user space). A cheap sieve, not a proof. */
static inline bool dog_addr_plausible(dog_addr a)
{
    return (a.v & 7) == 0 && a.v >= 4096 && a.v < (UINT64_C(1) << 56);
}

#endif
