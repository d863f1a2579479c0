/* dogslow._core.Guard: the middleware of a sync stack, as a C callable. Context: NeedsGil, Hot. */
#ifndef DOG_EXT_GUARD_H
#define DOG_EXT_GUARD_H

#include <Python.h>

#include "watch/slots.h"

/* Adds the type to the module. -1 with an exception. */
int dog_guard_add_to(PyObject *module);

/* A watch of the calling thread for `request`, which may be NULL and is borrowed until it ends. */
struct dog_watch_ref dog_guard_begin(PyObject *request, enum dog_watch_kind kind);

/* The name of a class without its module; lives as long as the class. */
const char *dog_guard_class_name(PyObject *type);

#endif
