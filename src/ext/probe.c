#include "ext/probe.h"

#include <Python.h>
#include <string.h>

#include "base/text.h"
#include "cpython/check.h"
#include "cpython/fill.h"
#include "os/memory.h"

/* `check` is ours; it is called from within `innermost`. The classes' instances get their
 * attributes from outside, so that no version knows the names before. `deep` has so many variables
 * that the stack takes more than one chunk of memory, and `sorted` is a call through C. */
static const char source_text[] =
    "one, two, marker = object(), object(), object()\n"
    "\n"
    "class Text(str):\n"
    "    pass\n"
    "\n"
    "class Plain:\n"
    "    marker = marker\n"
    "    __qualname__ = 'Probe.Plain'\n"
    "\n"
    "class Slotted:\n"
    "    __slots__ = ('slot_a', 'slot_b')\n"
    "\n"
    "def function():\n"
    "    pass\n"
    "\n"
    "def plain(first):\n"
    "    made = Plain()\n"
    "    made.a = first\n"
    "    made.b = two\n"
    "    return made\n"
    "\n"
    "def innermost(objects):\n"
    "    return check(objects)\n"
    "\n"
    "def outer(objects):\n"
    "    def stream():\n"
    "        yield innermost(objects)\n"
    "    def enter(item):\n"
    "        for _ in stream():\n"
    "            pass\n"
    "        return 0\n"
    "    objects['gen_code'] = stream.__code__\n"
    "    sorted([0], key=enter)\n"
    "\n"
    "def make():\n"
    "    function.mark = one\n"
    "    asked, detached, slotted = plain(one), plain(one), Slotted()\n"
    "    slotted.slot_a = one\n"
    "    detached_dict = {'a': one, 'b': two}\n"
    "    asked_dict = asked.__dict__\n"
    "    detached.__dict__ = detached_dict\n"
    "    return {\n"
    "        'none': None, 'true_object': True, 'false_object': False,\n"
    "        'code_type': type(function.__code__), 'unicode_type': str, 'bytes_type': bytes,\n"
    "        'int_type': int, 'float_type': float, 'tuple_type': tuple, 'list_type': list,\n"
    "        'dict_type': dict, 'type_type': type, 'function_type': type(function),\n"
    "        'a': 'a', 'b': 'b', 'one': one, 'two': two,\n"
    "        'ascii': ''.join(['dogslow', ' reads plain ascii']), 'latin': 'd\\xf6gslow reads "
    "latin one', 'ucs2': '\\u72acd',\n"
    "        'ucs4': '\\U0001f415d', 'sub': Text('d\\xf6gslow reads latin one'), 'bytes_object': "
    "b'dogslow reads all bytes',\n"
    "        'zero': 0, 'plus': 1, 'minus': -1, 'large': 2**70 + 5 * 2**30 + 7, 'real': 1234.5,\n"
    "        'pair': (one, two), 'row': [one, two],\n"
    "        'general_dict': {one: two, two: one}, 'unicode_dict': {'a': one, 'b': two},\n"
    "        'wide_dict': dict.fromkeys(range(300)),\n"
    "        'plain': plain(one), 'plain_too': plain(None),\n"
    "        'asked': asked, 'asked_dict': asked_dict,\n"
    "        'detached': detached, 'detached_dict': detached_dict,\n"
    "        'plain_class': Plain, 'plain_qualname': Plain.__qualname__,\n"
    "        'plain_mro': Plain.__mro__, 'plain_base': Plain.__base__, 'plain_marker': marker,\n"
    "        'slotted': slotted, 'slotted_class': Slotted,\n"
    "        'function': function, 'function_dict': function.__dict__,\n"
    "        'code': innermost.__code__,\n"
    "    }\n"
    "\n"
    "wide = ''.join(f'v{i} = ' for i in range(100))\n"
    "exec(f'def deep(left, objects):\\n'\n"
    "     f'    {wide}None\\n'\n"
    "     f'    deep(left - 1, objects) if left else outer(objects)\\n', globals())\n"
    "deep(24, make())\n";

struct probing {
    const struct dog_layout *layout;
    char *reason;
    size_t reason_size;
    enum dog_err err;
};

static dog_addr addr_of(const void *object)
{
    return (dog_addr){(uint64_t)(uintptr_t)object};
}

/* An attribute's address; whoever has the object keeps it alive. */
static dog_addr attribute_addr(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    Py_XDECREF(value);
    return addr_of(value);
}

static long long attribute_int(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    long long number = value != NULL ? PyLong_AsLongLong(value) : -1;
    Py_XDECREF(value);
    return number;
}

static int32_t first_resume(PyObject *code, int64_t *ret_units)
{
    PyObject *bytecode = PyObject_GetAttrString(code, "co_code");
    int32_t unit = -1;
    if (bytecode != NULL) {
        unit = dog_layout_first_resume((const unsigned char *)PyBytes_AS_STRING(bytecode),
                                       (size_t)PyBytes_GET_SIZE(bytecode));
        *ret_units = PyBytes_GET_SIZE(bytecode) / DOG_CODE_UNIT;
        Py_DECREF(bytecode);
    }
    return unit;
}

static void ask_code(PyObject *code, PyObject *gen_code, struct dog_probes *probes)
{
    int64_t units;
    probes->code_filename = attribute_addr(code, "co_filename");
    probes->code_qualname = attribute_addr(code, "co_qualname");
    probes->code_linetable = attribute_addr(code, "co_linetable");
    probes->gen_filename = attribute_addr(gen_code, "co_filename");
    probes->gen_qualname = attribute_addr(gen_code, "co_qualname");
    probes->gen_linetable = attribute_addr(gen_code, "co_linetable");
    probes->code_firstlineno = (int32_t)attribute_int(code, "co_firstlineno");
    probes->gen_firstlineno = (int32_t)attribute_int(gen_code, "co_firstlineno");
    probes->code_first_resume = first_resume(code, &probes->code_units);
    probes->gen_first_resume = first_resume(gen_code, &units);
    probes->innermost_words = (int64_t)dog_layout_frame_words() +
                              attribute_int(code, "co_nlocals") +
                              attribute_int(code, "co_stacksize");
}

static void ask_frames(PyThreadState *tstate, struct dog_probes *probes)
{
    PyFrameObject *frame = PyThreadState_GetFrame(tstate);
    while (frame != NULL && probes->frame_count < DOG_PROBE_FRAMES_MAX) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        probes->frames[probes->frame_count++] = (struct dog_probe_frame){
            .code = addr_of(code),
            .last_byte = PyFrame_GetLasti(frame),
            .generator = (code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0,
        };
        Py_DECREF(code);
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    }
    probes->frames_whole = frame == NULL;
    Py_XDECREF(frame);
}

/* -1: an exception is set. */
static int ask_objects(PyObject *objects, struct dog_probes *probes)
{
    PyObject *object;
#define X(name)                                    \
    object = PyDict_GetItemString(objects, #name); \
    probes->name = addr_of(object);
    DOG_PROBE_OBJECTS(X)
#undef X
    PyObject *code = PyDict_GetItemString(objects, "code");
    PyObject *gen_code = PyDict_GetItemString(objects, "gen_code");
    PyObject *plain_class = PyDict_GetItemString(objects, "plain_class");
    PyObject *function_type = PyDict_GetItemString(objects, "function_type");
    object = PyDict_GetItemString(objects, "sub");
    if (code == NULL || gen_code == NULL || plain_class == NULL || function_type == NULL ||
        object == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the probe objects are not complete");
        return -1;
    }
    ask_code(code, gen_code, probes);
    probes->plain_basicsize = attribute_int(plain_class, "__basicsize__");
    probes->function_dictoffset = attribute_int(function_type, "__dictoffset__");
    probes->plain_flags = PyType_GetFlags((PyTypeObject *)plain_class);
    probes->sub_flags = PyType_GetFlags(Py_TYPE(object));
    return PyErr_Occurred() ? -1 : 0;
}

/* With a second thread state in the interpreter's list, so that it can be seen to be a list. */
static void ask_threads(PyThreadState *tstate, PyInterpreterState *interp,
                        struct dog_probes *probes)
{
    PyThreadState *newest = PyInterpreterState_ThreadHead(interp);
    probes->interp = addr_of(interp);
    probes->tstate = addr_of(tstate);
    probes->newest_tstate = addr_of(newest);
    probes->second_tstate = addr_of(PyThreadState_Next(newest));
    probes->native_thread_id = PyThread_get_thread_native_id();
    probes->thread_id = PyThread_get_thread_ident();
}

static int probe(struct probing *probing, PyObject *objects)
{
    static struct dog_probes probes; /* 4 KB; only with the GIL */
    memset(&probes, 0, sizeof probes);
    probes.version = (int32_t)(Py_Version >> 16);
    probes.published_count = dog_layout_published(probes.published, &probes.magic_ok);
    PyInterpreterState *interp = PyInterpreterState_Get();
    PyThreadState *tstate = PyThreadState_Get();
    PyThreadState *extra = PyThreadState_New(interp);
    if (extra == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    ask_threads(tstate, interp, &probes);
    ask_frames(tstate, &probes);
    int status = ask_objects(objects, &probes);
    if (status == 0) {
        struct dog_memory memory;
        dog_memory_init(&memory);
        if (memory.method == DOG_MEMORY_NONE) {
            probing->err = DOG_ERR_UNSUPPORTED;
            PyOS_snprintf(probing->reason, probing->reason_size,
                          "the system does not let a process read its own memory");
        } else {
            probing->err = dog_layout_check(dog_memory_source(&memory), probing->layout, &probes,
                                            probing->reason, probing->reason_size);
        }
        dog_memory_done(&memory);
    }
    PyThreadState_Clear(extra);
    PyThreadState_Delete(extra);
    return status;
}

#define CAPSULE "dogslow._core.probing"

static PyObject *check(PyObject *self, PyObject *objects)
{
    struct probing *probing = PyCapsule_GetPointer(self, CAPSULE);
    if (probing == NULL || probe(probing, objects) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef check_method = {"check", check, METH_O, NULL};

/* -1: an exception is set. */
static int run(struct probing *probing)
{
    int status = -1;
    PyObject *capsule = NULL, *function = NULL, *globals = NULL, *code = NULL, *result = NULL;
    if ((capsule = PyCapsule_New(probing, CAPSULE, NULL)) == NULL ||
        (function = PyCFunction_New(&check_method, capsule)) == NULL ||
        (globals = PyDict_New()) == NULL ||
        PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) != 0 ||
        PyDict_SetItemString(globals, "check", function) != 0 ||
        (code = Py_CompileString(source_text, "<dogslow self-check>", Py_file_input)) == NULL ||
        (result = PyEval_EvalCode(code, globals, globals)) == NULL) {
        goto done;
    }
    status = 0;
done:
    if (globals != NULL) {
        PyDict_Clear(globals); /* functions and their globals are a circle */
    }
    Py_XDECREF(result);
    Py_XDECREF(code);
    Py_XDECREF(globals);
    Py_XDECREF(function);
    Py_XDECREF(capsule);
    return status;
}

enum dog_err dog_probe_check(const struct dog_layout *layout, char *reason, size_t reason_size)
{
    struct probing probing = {layout, reason, reason_size, DOG_ERR_UNSUPPORTED};
    PyOS_snprintf(reason, reason_size, "the self-check did not run");
    if (run(&probing) != 0) {
        if (!PyErr_ExceptionMatches(PyExc_Exception)) {
            return DOG_ERR_UNSUPPORTED;
        }
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyOS_snprintf(reason, reason_size, "the self-check could not run: %s",
                      ((PyTypeObject *)type)->tp_name);
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return DOG_ERR_UNSUPPORTED;
    }
    return probing.err;
}
