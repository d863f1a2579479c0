/* dogslow._core.stats(): what happened in this process. Context: NeedsGil; takes no lock. */
#ifndef DOG_EXT_STATISTICS_H
#define DOG_EXT_STATISTICS_H

#include <Python.h>

/* A new dict of numbers and words; every counter of engine/counters.h is in it. */
PyObject *dog_statistics(PyObject *module, PyObject *unused);

#endif
