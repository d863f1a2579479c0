#include "ext/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "cpython/fill.h"
#include "ext/interpreter.h"
#include "ext/probe.h"
#include "os/clock.h"
#include "os/memory.h"
#include "snapshot/code.h"
#include "snapshot/frames.h"
#include "snapshot/threads.h"

static const struct dog_layout *checked_layout;

void dog_inspect_setup(const struct dog_layout *layout)
{
    checked_layout = layout;
    dog_inspect_request_setup(layout);
}

/* The field of this name; false: there is none. */
static bool perturb(struct dog_layout *layout, const char *name, size_t len, long long delta)
{
    for (size_t i = 0; i < dog_layout_field_count(); i++) {
        const char *field = dog_layout_field_name(i);
        if (strlen(field) == len && memcmp(field, name, len) == 0) {
            dog_layout_perturb(layout, i, delta);
            return true;
        }
    }
    return false;
}

void dog_inspect_perturb_from_environment(struct dog_layout *layout)
{
    const char *wish = getenv("DOGSLOW_DEBUG_LAYOUT");
    const char *colon = wish != NULL ? strchr(wish, ':') : NULL;
    if (colon != NULL) {
        (void)perturb(layout, wish, (size_t)(colon - wish), atoll(colon + 1));
    }
}

PyObject *dog_inspect_layout_fields(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *names = PyList_New(0);
    for (size_t i = 0; names != NULL && i < dog_layout_field_count(); i++) {
        PyObject *name = PyUnicode_FromString(dog_layout_field_name(i));
        if (name == NULL || PyList_Append(names, name) != 0) {
            Py_CLEAR(names);
        }
        Py_XDECREF(name);
    }
    return names;
}

PyObject *dog_inspect_check_layout(PyObject *module, PyObject *args)
{
    (void)module;
    const char *name;
    long long delta;
    if (!PyArg_ParseTuple(args, "sL:_check_layout", &name, &delta)) {
        return NULL;
    }
    struct dog_layout layout;
    dog_layout_fill(&layout);
    if (!perturb(&layout, name, strlen(name), delta)) {
        return PyErr_Format(PyExc_ValueError, "the layout has no field %s", name);
    }
    char reason[512];
    enum dog_err err = dog_probe_check(&layout, reason, sizeof reason);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (err == DOG_OK) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(reason);
}

#define ARENA_SIZE (2u * 1024 * 1024)
#define POOL_SIZE  (512u * 1024)

/* What a reading needs. */
struct reader {
    struct dog_memory memory;
    struct dog_arena arena;
    struct dog_frames_scratch frames;
    struct dog_code_cache code;
    char pool[POOL_SIZE];
    unsigned char storage[ARENA_SIZE];
};

static struct reader *reader_new(void)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    dog_memory_init(&reader->memory);
    dog_arena_init(&reader->arena, reader->storage, sizeof reader->storage);
    dog_code_cache_init(&reader->code, reader->pool, sizeof reader->pool);
    reader->frames.thread_cpu_ns = dog_clock_cpu_of;
    return reader;
}

static void reader_free(struct reader *reader)
{
    if (reader != NULL) {
        dog_memory_done(&reader->memory);
        free(reader);
    }
}

static enum dog_err read_names(struct reader *reader, dog_addr tstate, struct dog_stack *stack)
{
    struct dog_source source = dog_memory_source(&reader->memory);
    enum dog_err err = dog_frames_capture(source, checked_layout, &reader->frames, &reader->arena,
                                          tstate, DOG_NULL, stack);
    if (err == DOG_OK) {
        dog_code_resolve(&reader->code, source, checked_layout, &reader->arena, stack);
    }
    return err;
}

/* The thread state of a thread of this interpreter; null with an exception. */
static dog_addr find_thread(struct reader *reader, long long native_id)
{
    dog_addr tstate = DOG_NULL;
    enum dog_err err =
        dog_threads_find(dog_memory_source(&reader->memory), checked_layout,
                         dog_interpreter_addr(PyInterpreterState_Get()), native_id, &tstate);
    if (err != DOG_OK) {
        PyErr_Format(PyExc_LookupError, "thread %lld: %s", native_id, dog_err_name(err));
        return DOG_NULL;
    }
    return tstate;
}

static PyObject *text_of(struct dog_str str)
{
    if (str.at == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_DecodeUTF8(str.at, (Py_ssize_t)str.len, "replace");
}

static PyObject *dict_of_stack(const struct dog_stack *stack)
{
    PyObject *frames = PyList_New((Py_ssize_t)stack->count);
    for (size_t i = 0; frames != NULL && i < stack->count; i++) {
        PyObject *frame =
            Py_BuildValue("(NiN)", text_of(stack->frames[i].file), (int)stack->frames[i].line,
                          text_of(stack->frames[i].function));
        if (frame == NULL) {
            Py_CLEAR(frames);
        } else {
            PyList_SET_ITEM(frames, (Py_ssize_t)i, frame);
        }
    }
    if (frames == NULL) {
        return NULL;
    }
    return Py_BuildValue(
        "{s:N, s:O, s:O, s:K, s:n}", "frames", frames, "complete",
        stack->complete ? Py_True : Py_False, "torn", stack->torn ? Py_True : Py_False, "omitted",
        (unsigned long long)stack->omitted, "omitted_at", (Py_ssize_t)stack->omitted_at);
}

PyObject *dog_inspect_read_stack(PyObject *module, PyObject *native_id)
{
    (void)module;
    PyObject *result = NULL;
    long long id = PyLong_AsLongLong(native_id);
    struct reader *reader = id == -1 && PyErr_Occurred() ? NULL : reader_new();
    dog_addr tstate = reader != NULL ? find_thread(reader, id) : DOG_NULL;
    if (!dog_addr_is_null(tstate)) {
        struct dog_stack stack;
        enum dog_err err;
        Py_BEGIN_ALLOW_THREADS err = read_names(reader, tstate, &stack);
        Py_END_ALLOW_THREADS result =
            err == DOG_OK ? dict_of_stack(&stack)
                          : PyErr_Format(PyExc_RuntimeError, "the stack cannot be read: %s",
                                         dog_err_name(err));
    }
    reader_free(reader);
    return result;
}

static int64_t measure(struct reader *reader, dog_addr tstate, long rounds, bool names, bool cold,
                       size_t *ret_frames)
{
    struct dog_source source = dog_memory_source(&reader->memory);
    int64_t total = 0;
    for (long i = 0; i < rounds; i++) {
        struct dog_stack stack = {.count = 0};
        dog_arena_release(&reader->arena, 0);
        if (cold) {
            dog_code_cache_init(&reader->code, reader->pool, sizeof reader->pool);
        }
        int64_t start = dog_clock_mono().ns;
        enum dog_err err = names ? read_names(reader, tstate, &stack)
                                 : dog_frames_capture(source, checked_layout, &reader->frames,
                                                      &reader->arena, tstate, DOG_NULL, &stack);
        total += dog_clock_mono().ns - start;
        if (err != DOG_OK) {
            return -1;
        }
        *ret_frames = stack.count;
    }
    return total / rounds;
}

PyObject *dog_inspect_measure_stack(PyObject *module, PyObject *args)
{
    (void)module;
    long long native_id;
    long rounds;
    int cold;
    if (!PyArg_ParseTuple(args, "Llp:_measure_stack", &native_id, &rounds, &cold)) {
        return NULL;
    }
    if (rounds < 1) {
        PyErr_SetString(PyExc_ValueError, "rounds must be at least 1");
        return NULL;
    }
    PyObject *result = NULL;
    struct reader *reader = reader_new();
    dog_addr tstate = reader != NULL ? find_thread(reader, native_id) : DOG_NULL;
    if (!dog_addr_is_null(tstate)) {
        int64_t chain, named;
        size_t frames = 0;
        Py_BEGIN_ALLOW_THREADS(void)
            measure(reader, tstate, 1, true, false, &frames); /* warms the cache */
        chain = measure(reader, tstate, rounds, false, false, &frames);
        named = measure(reader, tstate, rounds, true, cold, &frames);
        Py_END_ALLOW_THREADS result =
            Py_BuildValue("(LLn)", (long long)chain, (long long)named, (Py_ssize_t)frames);
    }
    reader_free(reader);
    return result;
}
