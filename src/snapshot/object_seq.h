/* Tuples and lists, and their subclasses. Context: Watchdog. */
#ifndef DOG_SNAPSHOT_OBJECT_SEQ_H
#define DOG_SNAPSHOT_OBJECT_SEQ_H

#include <stddef.h>
#include <stdint.h>

#include "snapshot/object.h"

/* The first items, at most `max`, and how many there are in all. A list may shrink meanwhile: an
 * item is an address like any other, to be doubted. */
DOG_MUST_USE enum dog_err dog_object_items(const struct dog_mem *mem, dog_addr object, size_t max,
                                           dog_addr *items, size_t *ret_count, uint64_t *ret_total);

#endif
