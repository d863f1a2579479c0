/* dogslow._core.configure(): from Python's settings to a block of plain data. Context: NeedsGil. */
#ifndef DOG_EXT_CONFIGURE_H
#define DOG_EXT_CONFIGURE_H

#include <Python.h>

/* Keyword arguments only; see dogslow/_core.pyi. TypeError and ValueError name what is wrong. */
PyObject *dog_configure(PyObject *module, PyObject *args, PyObject *keywords);

/* dogslow._core.note_timer(seconds): a decorator's deadline. */
PyObject *dog_configure_note_timer(PyObject *module, PyObject *seconds);

#endif
