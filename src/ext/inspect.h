/* The reader by itself, for the tests and the benchmark: names begin with an underscore and nothing
 * of the site uses them. Context: NeedsGil; the reading itself gives the GIL up, as the watchdog
 * never has it. */
#ifndef DOG_EXT_INSPECT_H
#define DOG_EXT_INSPECT_H

#include <Python.h>

#include "cpython/layout.h"

void dog_inspect_setup(const struct dog_layout *layout);
void dog_inspect_request_setup(const struct dog_layout *layout); /* called by the former */

/* DOGSLOW_DEBUG_LAYOUT="field:delta" in the environment makes one field of the layout wrong, so
 * that a refusal can be seen from outside. It can only make the check fail, never pass. */
void dog_inspect_perturb_from_environment(struct dog_layout *layout);

/* _layout_fields() -> list of names. */
PyObject *dog_inspect_layout_fields(PyObject *module, PyObject *unused);
/* _check_layout(field, delta) -> why the layout with this field changed is refused, or None. */
PyObject *dog_inspect_check_layout(PyObject *module, PyObject *args);
/* _read_stack(native_id) -> dict: frames (file, line, qualname), complete, torn, omitted,
 * omitted_at. */
PyObject *dog_inspect_read_stack(PyObject *module, PyObject *native_id);
/* _measure_stack(native_id, rounds, cold) -> (ns for the chain alone, ns with names and lines,
 * frames): the means of so many readings, with the cache of code objects emptied before each if
 * cold. */
PyObject *dog_inspect_measure_stack(PyObject *module, PyObject *args);
/* _read_request(request, rules) and _read_view(request) -> dict; see inspect_request.c. */
PyObject *dog_inspect_read_request(PyObject *module, PyObject *args);
PyObject *dog_inspect_read_view(PyObject *module, PyObject *request);

/* Entries of the module's method tables; the first two work on a refused interpreter, too. */
#define DOG_INSPECT_LAYOUT_METHODS                                    \
    {"_layout_fields", dog_inspect_layout_fields, METH_NOARGS, NULL}, \
    {                                                                 \
        "_check_layout", dog_inspect_check_layout, METH_VARARGS, NULL \
    }

#define DOG_INSPECT_METHODS                                                \
    {"_read_stack", dog_inspect_read_stack, METH_O, NULL},                 \
        {"_measure_stack", dog_inspect_measure_stack, METH_VARARGS, NULL}, \
        {"_read_request", dog_inspect_read_request, METH_VARARGS, NULL},   \
    {                                                                      \
        "_read_view", dog_inspect_read_view, METH_O, NULL                  \
    }

#endif
