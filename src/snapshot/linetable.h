/* The line of an instruction, from the bytes of co_linetable (3.11 to 3.15, the same in all).
 * Context: Pure.
 *
 * The format is CPython's InternalDocs/code_objects.md: entries of one byte 1cccclll, code c and
 * length l + 1 in code units, each followed by what the code says. The bytes are foreign: any input
 * ends, gives a line or an error, and reads nothing outside. */
#ifndef DOG_SNAPSHOT_LINETABLE_H
#define DOG_SNAPSHOT_LINETABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The line of code unit `unit` (instruction pointer less the start of the code, over 2). A negative
 * unit is a frame that has not begun: its line is `firstlineno`, as the interpreter says too.
 * 0: the interpreter gives this instruction no line. DOG_ERR_INVALID: the table is no line table,
 * or ends before the unit. */
DOG_MUST_USE enum dog_err dog_linetable_line(const void *table, size_t size, int32_t firstlineno,
                                             int64_t unit, int32_t *ret_line);

#endif
