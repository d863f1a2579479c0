/* Comparisons that stop at the first that fails, for check.c and its parts. Context: as check.h. */
#ifndef DOG_CPYTHON_CHECKER_H
#define DOG_CPYTHON_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/source.h"
#include "base/text.h"
#include "cpython/check.h"
#include "cpython/layout.h"

struct dog_checker {
    struct dog_source source;
    const struct dog_layout *l;
    const struct dog_probes *p;
    struct dog_text reason;
    bool failed; /* sticky: what follows reads nothing and says nothing */
};

/* Says why, if nothing failed before. `what` is a field, or what does not fit. */
void dog_checker_fail(struct dog_checker *c, const char *what, const char *why);
void dog_checker_require(struct dog_checker *c, bool condition, const char *what, const char *why);

/* Reads; 0 when it failed, now or before. */
uint64_t dog_checker_u64(struct dog_checker *c, dog_addr at, int64_t offset, const char *what);
uint32_t dog_checker_u32(struct dog_checker *c, dog_addr at, int64_t offset, const char *what);
uint8_t dog_checker_u8(struct dog_checker *c, dog_addr at, int64_t offset, const char *what);
dog_addr dog_checker_addr(struct dog_checker *c, dog_addr at, int64_t offset, const char *what);

/* Reads and compares. */
void dog_checker_want_u64(struct dog_checker *c, dog_addr at, int64_t offset, uint64_t wanted,
                          const char *what);
void dog_checker_want_u32(struct dog_checker *c, dog_addr at, int64_t offset, uint32_t wanted,
                          const char *what);
void dog_checker_want_addr(struct dog_checker *c, dog_addr at, int64_t offset, dog_addr wanted,
                           const char *what);
void dog_checker_want_bytes(struct dog_checker *c, dog_addr at, int64_t offset, const void *wanted,
                            size_t size, const char *what);

/* The parts of the check. */
void dog_checker_thread(struct dog_checker *c); /* check_thread.c */
void dog_checker_code(struct dog_checker *c);
void dog_checker_values(struct dog_checker *c); /* check_values.c */
void dog_checker_types(struct dog_checker *c);  /* check_types.c */

#endif
