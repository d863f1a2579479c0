/* dogslow._core: the module. Everything else in ext/ is one thing that it offers. */
#include <Python.h>

#include "cpython/fill.h"
#include "engine/engine.h"
#include "ext/configure.h"
#include "ext/delivery.h"
#include "ext/guard.h"
#include "ext/inspect.h"
#include "ext/interpreter.h"
#include "ext/lifecycle.h"
#include "ext/probe.h"
#include "ext/response.h"
#include "ext/statistics.h"
#include "ext/watch_object.h"

#define REASON_SIZE 512

/* Checked at import, then read by all and written by none. */
static struct dog_layout layout;

static PyObject *pause_reports(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    dog_engine_set_paused(true);
    Py_RETURN_NONE;
}

static PyObject *resume_reports(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    dog_engine_set_paused(false);
    Py_RETURN_NONE;
}

#define FASTCALL(function) ((PyCFunction)(void (*)(void))(function))

/* What may be called on any interpreter. */
static PyMethodDef methods[] = {
    {"note_timer", dog_configure_note_timer, METH_O,
     "note_timer(seconds, /): tell of a deadline that some view has."},
    DOG_INSPECT_LAYOUT_METHODS,
    {NULL, NULL, 0, NULL},
};

/* What stands on the layout: a refused interpreter does not get it. */
static PyMethodDef watching_methods[] = {
    {"configure", FASTCALL(dog_configure), METH_VARARGS | METH_KEYWORDS,
     "configure(*, timer, timers, ...): take settings for all requests from now on."},
    {"arm", dog_watch_object_arm, METH_O,
     "arm(request, /): watch a request that is served as a task; returns its watch."},
    {"disarm", FASTCALL(dog_watch_object_disarm), METH_FASTCALL,
     "disarm(watch, response, exception, /): the request is over."},
    {"stats", dog_statistics, METH_NOARGS, "stats(): what happened in this process, as a dict."},
    {"pause", pause_reports, METH_NOARGS, "pause(): begin no more reports."},
    {"resume", resume_reports, METH_NOARGS, "resume(): begin reports again."},
    {"next_delivery", dog_delivery_next, METH_O,
     "next_delivery(timeout, /): what is to be delivered next, or None. Delivery thread only."},
    {"_before_fork", dog_lifecycle_before_fork, METH_NOARGS, NULL},
    {"_after_fork_in_parent", dog_lifecycle_after_fork_in_parent, METH_NOARGS, NULL},
    {"_at_exit", dog_lifecycle_at_exit, METH_NOARGS, NULL},
    DOG_INSPECT_METHODS,
    {NULL, NULL, 0, NULL},
};

/* The layout, checked into `ret_layout`; None, or why it was refused, as a new reference. NULL with
 * an exception. */
static PyObject *check_interpreter(struct dog_layout *ret_layout)
{
    char reason[REASON_SIZE];
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        return PyUnicode_FromString("a subinterpreter cannot be watched");
    }
    dog_layout_fill(ret_layout);
    dog_inspect_perturb_from_environment(ret_layout);
    enum dog_err err = dog_probe_check(ret_layout, reason, sizeof reason);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (err != DOG_OK) {
        return PyUnicode_FromString(reason);
    }
    Py_RETURN_NONE;
}

/* What lives for the whole process. None, or why it could not be had. */
static PyObject *set_up(PyObject *module)
{
    enum dog_err err = dog_engine_setup(&layout, dog_delivery_wake);
    if (err == DOG_OK) {
        err = dog_delivery_setup();
    }
    if (err != DOG_OK) {
        return PyUnicode_FromFormat("the system denies what the watchdog needs: %s",
                                    dog_err_name(err));
    }
    dog_interpreter_setup(&layout);
    dog_response_setup(&layout);
    dog_inspect_setup(&layout);
    if (PyModule_AddFunctions(module, watching_methods) != 0 || dog_guard_add_to(module) != 0 ||
        dog_watch_object_setup(module) != 0 || dog_lifecycle_setup(module) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static int execute(PyObject *module)
{
    /* One interpreter, one module: what is static here is set up once. */
    static bool is_set_up;
    struct dog_layout checked; /* `layout` is in use already if this is the second time */
    PyObject *refusal = check_interpreter(&checked);
    if (refusal == Py_None && is_set_up) {
        Py_SETREF(refusal, PyUnicode_FromString("dogslow._core was imported twice"));
    } else if (refusal == Py_None) {
        is_set_up = true;
        layout = checked;
        Py_SETREF(refusal, set_up(module));
    }
    if (refusal == NULL) {
        return -1;
    }
    int failed = PyModule_AddObjectRef(module, "refusal", refusal);
    Py_DECREF(refusal);
    return failed == 0 ? PyModule_AddStringConstant(module, "version", DOG_VERSION) : -1;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dogslow._core",
    .m_doc = "The C core. Nothing here is public: use what dogslow itself offers.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
