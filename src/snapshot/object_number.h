/* Numbers: int, bool, float. Context: Watchdog. */
#ifndef DOG_SNAPSHOT_OBJECT_NUMBER_H
#define DOG_SNAPSHOT_OBJECT_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "snapshot/object.h"

/* An int of any size; its magnitude is in `high` and `low` while `bits` is not above 128. */
struct dog_int {
    bool negative;
    uint64_t bits; /* of the magnitude; 0 for 0 */
    uint64_t high, low;
};

/* Of int or a subclass (bool is one). */
DOG_MUST_USE enum dog_err dog_object_int(const struct dog_mem *mem, dog_addr object,
                                         struct dog_int *ret_int);

/* DOG_ERR_LIMIT if it does not fit. */
DOG_MUST_USE enum dog_err dog_object_int64(const struct dog_mem *mem, dog_addr object,
                                           int64_t *ret_value);

/* Of float itself (not a subclass); also of an int that fits 64 bits, as float() gives it. */
DOG_MUST_USE enum dog_err dog_object_double(const struct dog_mem *mem, dog_addr object,
                                            double *ret_value);

#endif
