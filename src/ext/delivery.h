/* The delivery thread: a disposable native thread that takes the GIL and runs Python. Context: see
 * each.
 *
 * The watchdog never touches Python. When it has left a letter and nobody reads, it starts this
 * thread, which waits for the GIL as long as it takes, calls the site's `deliver`, and ends when
 * that returns. It is native and not one of threading's, so that gevent has not patched it and no
 * Python code is needed to start it. It never begins once the interpreter is on its way out: asking
 * for the GIL then may crash (cpython#124619), so an atexit hook shuts this door and waits, a
 * while, for who is inside. */
#ifndef DOG_EXT_DELIVERY_H
#define DOG_EXT_DELIVERY_H

#include <Python.h>
#include <stdint.h>

#include "base/err.h"

/* Once in a process. */
DOG_MUST_USE enum dog_err dog_delivery_setup(void);

/* What the thread calls; NULL: nothing is ever delivered. NeedsGil. */
void dog_delivery_set(PyObject *deliver);

/* A letter is there: see that a thread runs. Context: Watchdog, after the files are whole; it
 * starts a thread, which allocates. */
void dog_delivery_wake(void);

/* dogslow._core.next_delivery(timeout). NeedsGil; gives it up while it waits. */
PyObject *dog_delivery_next(PyObject *module, PyObject *timeout);

/* Before a fork: the thread that waits for letters goes away for the moment, if it can within
 * `bound_ns`; one that talks to a mail server right now stays. NeedsGil; gives it up while it
 * waits, and only if there is such a thread. */
void dog_delivery_hold(int64_t bound_ns);

/* After the fork, in the parent. The watchdog starts a thread again if letters wait. */
void dog_delivery_release(void);

/* No thread begins any more; waits for the one that runs, but not for ever. NeedsGil, at exit. */
void dog_delivery_close(void);

#endif
