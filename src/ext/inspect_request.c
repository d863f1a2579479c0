/* _read_request(request, rules) and _read_view(request): what the watchdog would read of a request.
 *
 * `rules` is a dict: "secure_proxy_header" (a pair or None), "use_x_forwarded_host" and
 * "use_x_forwarded_port" (bool). The answer of the first has the keys of "request" in the contract,
 * that of the second "resolved", "view_name", "url_name", "timer", "ignore". */
#include <stdlib.h>

#include "ext/inspect.h"
#include "ext/interpreter.h"
#include "os/memory.h"
#include "request/django.h"

#define ARENA_SIZE (256u * 1024)

static const struct dog_layout *layout_to_read_with;

void dog_inspect_request_setup(const struct dog_layout *layout)
{
    layout_to_read_with = layout;
}

static PyObject *text_of(struct dog_str str)
{
    if (str.at == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_DecodeUTF8(str.at, (Py_ssize_t)str.len, "strict");
}

static PyObject *dict_of_kwargs(const struct dog_request *request)
{
    if (!request->kwargs_known) {
        Py_RETURN_NONE;
    }
    PyObject *kwargs = PyDict_New();
    for (size_t i = 0; kwargs != NULL && i < request->kwarg_count; i++) {
        PyObject *name = text_of(request->kwargs[i].name);
        PyObject *value = text_of(request->kwargs[i].value);
        if (name == NULL || value == NULL || PyDict_SetItem(kwargs, name, value) != 0) {
            Py_CLEAR(kwargs);
        }
        Py_XDECREF(name);
        Py_XDECREF(value);
    }
    return kwargs;
}

/* What the rules say; false with an exception. Texts are borrowed from `rules`. */
static bool rules_of(PyObject *rules, struct dog_django_rules *ret_rules)
{
    PyObject *pair = PyDict_GetItemString(rules, "secure_proxy_header");
    *ret_rules = (struct dog_django_rules){.secure_header = NULL};
    if (pair != NULL && pair != Py_None &&
        !PyArg_ParseTuple(pair, "ss", &ret_rules->secure_header, &ret_rules->secure_value)) {
        return false;
    }
    PyObject *host = PyDict_GetItemString(rules, "use_x_forwarded_host");
    PyObject *port = PyDict_GetItemString(rules, "use_x_forwarded_port");
    ret_rules->use_x_forwarded_host = host != NULL && PyObject_IsTrue(host) == 1;
    ret_rules->use_x_forwarded_port = port != NULL && PyObject_IsTrue(port) == 1;
    return !PyErr_Occurred();
}

struct reading {
    struct dog_memory memory;
    struct dog_arena arena;
    void *storage;
};

static bool reading_init(struct reading *reading)
{
    reading->storage = malloc(ARENA_SIZE);
    if (reading->storage == NULL) {
        PyErr_NoMemory();
        return false;
    }
    dog_memory_init(&reading->memory);
    dog_arena_init(&reading->arena, reading->storage, ARENA_SIZE);
    return true;
}

static void reading_done(struct reading *reading)
{
    dog_memory_done(&reading->memory);
    free(reading->storage);
}

PyObject *dog_inspect_read_request(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *object, *rules_dict;
    struct dog_django_rules rules;
    struct reading reading;
    if (!PyArg_ParseTuple(args, "OO!:_read_request", &object, &PyDict_Type, &rules_dict) ||
        !rules_of(rules_dict, &rules) || !reading_init(&reading)) {
        return NULL;
    }
    struct dog_request request = {.kwargs_known = false};
    enum dog_err err =
        dog_django_read(dog_memory_source(&reading.memory), layout_to_read_with, &reading.arena,
                        &rules, dog_interpreter_addr(object), &request);
    PyObject *answer = NULL;
    if (err != DOG_OK) {
        PyErr_Format(PyExc_ValueError, "the request cannot be read: %s", dog_err_name(err));
    } else {
        answer = Py_BuildValue("{s:N, s:N, s:N, s:N, s:N, s:N, s:N, s:N, s:N, s:N}", "method",
                               text_of(request.method), "url", text_of(request.url), "route",
                               text_of(request.route), "view", text_of(request.view), "view_kwargs",
                               dict_of_kwargs(&request), "label", text_of(request.label),
                               "request_id", text_of(request.request_id), "trace_id",
                               text_of(request.trace_id), "remote_addr",
                               text_of(request.remote_addr), "user_pk", text_of(request.user_pk));
    }
    reading_done(&reading);
    return answer;
}

PyObject *dog_inspect_read_view(PyObject *module, PyObject *object)
{
    (void)module;
    struct reading reading;
    if (!reading_init(&reading)) {
        return NULL;
    }
    struct dog_django_view view = {.resolved = false};
    enum dog_err err = dog_django_deadline(dog_memory_source(&reading.memory), layout_to_read_with,
                                           &reading.arena, dog_interpreter_addr(object), &view);
    PyObject *answer = NULL;
    if (err != DOG_OK) {
        PyErr_Format(PyExc_ValueError, "the request cannot be read: %s", dog_err_name(err));
    } else {
        PyObject *timer = view.has_timer ? PyFloat_FromDouble(view.timer_s) : Py_NewRef(Py_None);
        answer = Py_BuildValue("{s:O, s:N, s:N, s:N, s:O}", "resolved",
                               view.resolved ? Py_True : Py_False, "view_name",
                               text_of(view.view_name), "url_name", text_of(view.url_name), "timer",
                               timer, "ignore", view.ignore ? Py_True : Py_False);
    }
    reading_done(&reading);
    return answer;
}
