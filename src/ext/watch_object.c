#include "ext/watch_object.h"

#include "ext/guard.h"
#include "ext/response.h"
#include "watch/arm.h"

/* The request stays alive as long as its watch: the caller of arm() need not see to it. */
struct watch_object {
    PyObject_HEAD
    struct dog_watch_ref ref;
    PyObject *request;
};

static PyTypeObject *watch_type;

static void end(struct watch_object *watch, PyObject *response, PyObject *exception)
{
    struct dog_watch_ref ref = watch->ref;
    watch->ref = (struct dog_watch_ref){NULL, 0};
    if (exception != NULL) {
        dog_arm_note_exception(ref, dog_guard_class_name((PyObject *)Py_TYPE(exception)));
    }
    if (!dog_disarm(ref)) {
        dog_disarm_reported(ref, response != NULL ? dog_response_status(response) : 0);
    }
    Py_CLEAR(watch->request);
}

PyObject *dog_watch_object_arm(PyObject *module, PyObject *request)
{
    (void)module;
    struct watch_object *watch = PyObject_GC_New(struct watch_object, watch_type);
    if (watch == NULL) {
        return NULL;
    }
    watch->request = Py_NewRef(request);
    watch->ref = dog_guard_begin(request, DOG_WATCH_TASK);
    PyObject_GC_Track(watch);
    return (PyObject *)watch;
}

PyObject *dog_watch_object_disarm(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    if (count != 3 || !Py_IS_TYPE(args[0], watch_type)) {
        PyErr_SetString(PyExc_TypeError,
                        "disarm() takes the watch that arm() returned, a response or None, and "
                        "an exception or None");
        return NULL;
    }
    end((struct watch_object *)args[0], args[1] != Py_None ? args[1] : NULL,
        args[2] != Py_None ? args[2] : NULL);
    Py_RETURN_NONE;
}

/* A request may know its own task: the collector has to see that circle. */
static int watch_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((struct watch_object *)self)->request);
    return 0;
}

static int watch_clear(PyObject *self)
{
    end((struct watch_object *)self, NULL, NULL);
    return 0;
}

/* A task that was thrown away without being run to its end: its watch ends with it. */
static void watch_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    end((struct watch_object *)self, NULL, NULL);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot watch_slots[] = {
    {Py_tp_doc, "A watch that is under way. Ends with disarm(), or when it is dropped."},
    {Py_tp_dealloc, watch_dealloc},
    {Py_tp_traverse, watch_traverse},
    {Py_tp_clear, watch_clear},
    {0, NULL},
};

static PyType_Spec watch_spec = {
    .name = "dogslow._core.Watch",
    .basicsize = sizeof(struct watch_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = watch_slots,
};

int dog_watch_object_setup(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &watch_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    watch_type = (PyTypeObject *)type; /* kept for ever: there is one interpreter, and one module */
    return PyModule_AddType(module, watch_type);
}
