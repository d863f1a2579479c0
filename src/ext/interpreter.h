/* What the request's path reads of its own interpreter, directly. Context: NeedsGil.
 *
 * These are the calling thread's own structures, alive while it runs: no copy by the kernel is
 * needed. Two offsets are enough, from the layout that was checked at import. */
#ifndef DOG_EXT_INTERPRETER_H
#define DOG_EXT_INTERPRETER_H

#include <Python.h>

#include "base/addr.h"
#include "cpython/layout.h"

void dog_interpreter_setup(const struct dog_layout *layout);

/* The frame that is current in this thread, or null. */
dog_addr dog_interpreter_current_frame(PyThreadState *tstate);

static inline dog_addr dog_interpreter_addr(const void *object)
{
    return (dog_addr){(uint64_t)(uintptr_t)object};
}

#endif
