#include "ext/guard.h"

#include <stddef.h>
#include <string.h>
#include <structmember.h>

#include "ext/interpreter.h"
#include "ext/response.h"
#include "os/thread.h"
#include "watch/arm.h"

struct guard {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *get_response;
};

struct dog_watch_ref dog_guard_begin(PyObject *request, enum dog_watch_kind kind)
{
    PyThreadState *tstate = PyThreadState_Get();
    return dog_arm(dog_interpreter_addr(request), dog_interpreter_addr(tstate),
                   dog_interpreter_current_frame(tstate), kind);
}

const char *dog_guard_class_name(PyObject *type)
{
    const char *name = ((PyTypeObject *)type)->tp_name;
    const char *dot = strrchr(name, '.'); /* static types: "module.Name" */
    return dot != NULL ? dot + 1 : name;
}

/* The request's path: see watch/arm.h for what it costs. */
static PyObject *guard_call(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *get_response = ((struct guard *)self)->get_response;
    PyObject *request = PyVectorcall_NARGS(nargsf) > 0 ? args[0] : NULL;
    struct dog_watch_ref ref = dog_guard_begin(request, DOG_WATCH_THREAD);
    PyObject *response = PyObject_Vectorcall(get_response, args, nargsf, kwnames);
    if (__builtin_expect(response == NULL, 0)) {
        PyObject *type = PyErr_Occurred();
        dog_arm_note_exception(ref, type != NULL ? dog_guard_class_name(type) : "");
    }
    if (__builtin_expect(!dog_disarm(ref), 0)) {
        dog_disarm_reported(ref, response != NULL ? dog_response_status(response) : 0);
    }
    return response;
}

/* For dog_slots_scan: the watches of a request that this thread serves. It has more than one where
 * the middleware is listed more than once. */
struct search {
    dog_addr request;
    int32_t native_id;
    const char *class_name;
};

static void search_one(void *self, struct dog_watch_ref ref)
{
    struct search *search = self;
    struct dog_watch_facts facts = dog_watch_facts(ref);
    if (dog_watch_phase(ref.state) == DOG_PHASE_ARMED &&
        dog_addr_eq(facts.request, search->request) && facts.native_id == search->native_id) {
        dog_arm_note_exception(ref, search->class_name);
    }
}

PyDoc_STRVAR(process_exception_doc,
             "process_exception(request, exception, /)\n--\n\n"
             "Django's hook: remembers the class of an exception that a view raised, so that the\n"
             "report can say `500 (ValueError)`. Returns None: Django goes on as without it.");

/* Only a view that raises comes here, so that nothing has to be kept for it while all goes well. A
 * sync stack has a slot or a few for each of its threads: the scan is short. */
static PyObject *guard_process_exception(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    (void)self;
    if (count != 2) {
        return PyErr_Format(PyExc_TypeError,
                            "process_exception() takes a request and an exception (%zd given)",
                            count);
    }
    struct search search = {.request = dog_interpreter_addr(args[0]),
                            .native_id = dog_thread_native_id(),
                            .class_name = dog_guard_class_name((PyObject *)Py_TYPE(args[1]))};
    dog_slots_scan(search_one, &search);
    Py_RETURN_NONE;
}

static int guard_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"get_response", NULL};
    PyObject *get_response;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O:Guard", names, &get_response)) {
        return -1;
    }
    if (!PyCallable_Check(get_response)) {
        PyErr_Format(PyExc_TypeError, "get_response must be callable, not %.100s",
                     Py_TYPE(get_response)->tp_name);
        return -1;
    }
    Py_XSETREF(((struct guard *)self)->get_response, Py_NewRef(get_response));
    return 0;
}

static PyObject *guard_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    struct guard *guard = (struct guard *)type->tp_alloc(type, 0);
    if (guard != NULL) {
        guard->call = guard_call;
        guard->get_response = Py_NewRef(Py_None); /* until __init__ has run: calling it says so */
    }
    return (PyObject *)guard;
}

static int guard_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((struct guard *)self)->get_response);
    return 0;
}

static int guard_clear(PyObject *self)
{
    Py_CLEAR(((struct guard *)self)->get_response);
    return 0;
}

static void guard_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)guard_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *guard_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<dogslow guard of %R>", ((struct guard *)self)->get_response);
}

static PyMethodDef guard_methods[] = {
    {"process_exception", (PyCFunction)(void (*)(void))guard_process_exception, METH_FASTCALL,
     process_exception_doc},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef guard_members[] = {
    {"get_response", T_OBJECT, offsetof(struct guard, get_response), READONLY,
     "The rest of the middleware chain."},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(struct guard, call), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(
    guard_doc,
    "Guard(get_response)\n--\n\n"
    "The watchdog as a synchronous Django middleware: calls get_response(request) and has\n"
    "it watched meanwhile. Any thread; calls may nest.");

static PyType_Slot guard_slots[] = {
    {Py_tp_doc, (void *)guard_doc},
    {Py_tp_new, guard_new},
    {Py_tp_init, guard_init},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_traverse, guard_traverse},
    {Py_tp_clear, guard_clear},
    {Py_tp_dealloc, guard_dealloc},
    {Py_tp_repr, guard_repr},
    {Py_tp_methods, guard_methods},
    {Py_tp_members, guard_members},
    {0, NULL},
};

static PyType_Spec guard_spec = {
    .name = "dogslow._core.Guard",
    .basicsize = sizeof(struct guard),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = guard_slots,
};

int dog_guard_add_to(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &guard_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int failed = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return failed;
}
