/* Fork and exit. Context: NeedsGil.
 *
 * Correctness rests on none of these hooks: a child finds our memory zeroed whatever made it. They
 * are manners: before os.fork() the watchdog thread goes away for a moment, so that CPython 3.12
 * and later does not warn of a fork in a process with threads; at exit the delivery thread is
 * waited for. */
#ifndef DOG_EXT_LIFECYCLE_H
#define DOG_EXT_LIFECYCLE_H

#include <Python.h>

/* Registers with os.register_at_fork() and atexit, once. -1 with an exception. */
int dog_lifecycle_setup(PyObject *module);

/* The functions it registers: entries for the module's method table. */
PyObject *dog_lifecycle_before_fork(PyObject *module, PyObject *unused);
PyObject *dog_lifecycle_after_fork_in_parent(PyObject *module, PyObject *unused);
PyObject *dog_lifecycle_at_exit(PyObject *module, PyObject *unused);

#endif
