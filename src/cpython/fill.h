/* Fills a layout from the headers of the CPython that this extension is compiled against: the only
 * file outside ext/ that includes Python.h. Context: NeedsGil (it reads public globals only).
 *
 * It answers for what the headers say; whether the running interpreter agrees is check.h's part. */
#ifndef DOG_CPYTHON_FILL_H
#define DOG_CPYTHON_FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpython/check.h"
#include "cpython/layout.h"

void dog_layout_fill(struct dog_layout *ret_layout);

/* What the interpreter publishes (_Py_DebugOffsets). Returns how many there are: 0 before 3.13.
 * `ret_magic_ok`: the table begins with the magic and the version of these headers, and says that
 * the build is not free-threaded. */
size_t dog_layout_published(struct dog_layout_fact published[DOG_PUBLISHED_MAX],
                            bool *ret_magic_ok);

/* Words of a frame before its variables: with those and the value stack, all that it takes up. */
size_t dog_layout_frame_words(void);

/* The unit of the first RESUME in the bytecode of a code object (`co_code`), which is what
 * co_firsttraceable must be; -1: there is none. */
int32_t dog_layout_first_resume(const unsigned char *bytecode, size_t size);

#endif
