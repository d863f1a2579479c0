/* dogslow._core.arm() and disarm(): a watch as an object, for what is served as a task. NeedsGil.
 */
#ifndef DOG_EXT_WATCH_OBJECT_H
#define DOG_EXT_WATCH_OBJECT_H

#include <Python.h>

/* Makes the type. -1 with an exception. */
int dog_watch_object_setup(PyObject *module);

PyObject *dog_watch_object_arm(PyObject *module, PyObject *request);
PyObject *dog_watch_object_disarm(PyObject *module, PyObject *const *args, Py_ssize_t count);

#endif
