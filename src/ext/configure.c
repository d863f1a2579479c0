#include "ext/configure.h"

#include <stdlib.h>
#include <string.h>

#include "engine/settings.h"
#include "ext/delivery.h"
#include "watch/arm.h"
#include "watch/watchdog.h"

/* Longer is never: some 30 years. */
#define MAX_SECONDS 1e9
/* More rules than a site has URLs is a mistake. */
#define MAX_ENTRIES 100000

/* The smallest deadline that any decorator has named. */
static int64_t noted_ns = DOG_DEADLINE_NEVER;

/* What configure() is given; all borrowed. */
struct given {
    PyObject *timer, *timers, *ignore, *output, *deliver, *base_dirs, *library_dirs, *proxy_header;
    int stderr_line, repeat, deliver_reports, forced, forwarded_host, forwarded_port;
    long long max_reports;
};

/* Seconds to ns; -1 with an exception. */
static int64_t ns_of(PyObject *seconds, const char *what)
{
    double value = PyFloat_AsDouble(seconds);
    if (value == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (!(value > 0.0 && value <= MAX_SECONDS)) {
        PyErr_Format(PyExc_ValueError, "%s must be more than 0 and at most 1e9 seconds, not %R",
                     what, seconds);
        return -1;
    }
    int64_t ns = (int64_t)(value * (double)DOG_NS_PER_S);
    return ns > 0 ? ns : 1;
}

/* One block: the settings, their arrays, their texts. */
struct block {
    char *at, *end;
};

static void *carve(struct block *block, size_t size)
{
    void *piece = block->at;
    block->at += (size + 15) & ~(size_t)15;
    return piece;
}

/* UTF-8 of a str (lone surrogates as UTF-8 would have them: a path may hold any byte), or of None
 * or NULL: none. False with an exception. */
static bool encode(PyObject *text, const char *what, PyObject **ret_bytes)
{
    *ret_bytes = NULL;
    if (text == NULL || text == Py_None) {
        return true;
    }
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "%s must be a str, not %.100s", what, Py_TYPE(text)->tp_name);
        return false;
    }
    *ret_bytes = PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape");
    return *ret_bytes != NULL;
}

/* How many bytes the text takes in a block; 0 with an exception. */
static size_t size_of_text(PyObject *text, const char *what)
{
    PyObject *bytes;
    if (!encode(text, what, &bytes)) {
        return 0;
    }
    size_t size = bytes != NULL ? (size_t)PyBytes_GET_SIZE(bytes) : 0;
    Py_XDECREF(bytes);
    return size + 32;
}

/* Copies it; none without. It was encoded before without error. */
static struct dog_str put_text(struct block *block, PyObject *text)
{
    PyObject *bytes;
    if (!encode(text, "", &bytes) || bytes == NULL) {
        PyErr_Clear();
        return DOG_STR_NONE;
    }
    size_t size = (size_t)PyBytes_GET_SIZE(bytes);
    char *at = carve(block, size + 1);
    memcpy(at, PyBytes_AS_STRING(bytes), size + 1);
    Py_DECREF(bytes);
    return (struct dog_str){at, size};
}

/* A tuple of str; adds its size. False with an exception. */
static bool measure_texts(PyObject *texts, const char *what, size_t *size)
{
    if (!PyTuple_Check(texts) || PyTuple_GET_SIZE(texts) > MAX_ENTRIES) {
        PyErr_Format(PyExc_TypeError, "%s must be a tuple of at most %d texts", what, MAX_ENTRIES);
        return false;
    }
    *size += (size_t)PyTuple_GET_SIZE(texts) * sizeof(struct dog_str) + 32;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(texts); i++) {
        size_t text = size_of_text(PyTuple_GET_ITEM(texts, i), what);
        if (text == 0) {
            return false;
        }
        *size += text;
    }
    return true;
}

static const struct dog_str *put_texts(struct block *block, PyObject *texts, size_t *ret_count)
{
    size_t count = (size_t)PyTuple_GET_SIZE(texts);
    struct dog_str *array = carve(block, count * sizeof *array);
    for (size_t i = 0; i < count; i++) {
        array[i] = put_text(block, PyTuple_GET_ITEM(texts, (Py_ssize_t)i));
    }
    *ret_count = count;
    return array;
}

static bool measure_timers(PyObject *timers, size_t *size)
{
    if (!PyDict_Check(timers) || PyDict_GET_SIZE(timers) > MAX_ENTRIES) {
        PyErr_Format(PyExc_TypeError, "timers must be a dict of at most %d entries", MAX_ENTRIES);
        return false;
    }
    *size += (size_t)PyDict_GET_SIZE(timers) * sizeof(struct dog_timer_rule) + 32;
    PyObject *name, *seconds;
    for (Py_ssize_t at = 0; PyDict_Next(timers, &at, &name, &seconds);) {
        size_t text = size_of_text(name, "a name of timers");
        if (text == 0 || (seconds != Py_None && ns_of(seconds, "a deadline of timers") < 0)) {
            return false;
        }
        *size += text;
    }
    return true;
}

static void put_timers(struct block *block, PyObject *timers, struct dog_settings *settings)
{
    struct dog_timer_rule *rules = carve(block, (size_t)PyDict_GET_SIZE(timers) * sizeof *rules);
    PyObject *name, *seconds;
    for (Py_ssize_t at = 0; PyDict_Next(timers, &at, &name, &seconds);) {
        rules[settings->timer_count++] = (struct dog_timer_rule){
            .name = put_text(block, name),
            .ns = seconds == Py_None ? DOG_DEADLINE_NEVER : ns_of(seconds, ""),
        };
    }
    settings->timers = rules;
}

static PyObject *python_version(void)
{
    return PyUnicode_FromFormat("%d.%d.%d", PY_MAJOR_VERSION, PY_MINOR_VERSION, PY_MICRO_VERSION);
}

static bool measure(const struct given *given, PyObject *python, size_t *ret_size)
{
    size_t size = sizeof(struct dog_settings) + 64;
    PyObject *const texts[] = {given->output, python};
    const char *const names[] = {"output", "the version"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t text = size_of_text(texts[i], names[i]);
        if (text == 0) {
            return false;
        }
        size += text;
    }
    if (!measure_timers(given->timers, &size) || !measure_texts(given->ignore, "ignore", &size) ||
        !measure_texts(given->base_dirs, "base_dirs", &size) ||
        !measure_texts(given->library_dirs, "library_dirs", &size)) {
        return false;
    }
    if (given->proxy_header != Py_None) {
        if (!measure_texts(given->proxy_header, "secure_proxy_header", &size)) {
            return false;
        }
        if (PyTuple_GET_SIZE(given->proxy_header) != 2) {
            PyErr_SetString(PyExc_ValueError, "secure_proxy_header must be (name, value) or None");
            return false;
        }
    }
    *ret_size = size;
    return true;
}

/* A new block by malloc, since the watchdog may hold it longer than the GIL lives; NULL with an
 * exception. */
static struct dog_settings *build(const struct given *given)
{
    struct dog_settings *settings = NULL;
    size_t size;
    int64_t timer_ns = ns_of(given->timer, "timer");
    PyObject *python = python_version();
    if (timer_ns < 0 || python == NULL || !measure(given, python, &size)) {
        goto done;
    }
    settings = calloc(1, size);
    if (settings == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    struct block block = {(char *)settings, (char *)settings + size};
    carve(&block, sizeof *settings);
    settings->timer_ns = timer_ns;
    put_timers(&block, given->timers, settings);
    settings->ignored = put_texts(&block, given->ignore, &settings->ignored_count);
    settings->output = put_text(&block, given->output);
    settings->stderr_line = given->stderr_line;
    settings->repeat = given->repeat;
    settings->forced = given->forced;
    settings->deliver = given->deliver != Py_None && given->deliver_reports;
    settings->max_reports = (uint64_t)given->max_reports;
    settings->python = put_text(&block, python);
    settings->origin.base_dirs = put_texts(&block, given->base_dirs, &settings->origin.base_count);
    settings->origin.library_dirs =
        put_texts(&block, given->library_dirs, &settings->origin.library_count);
    if (given->proxy_header != Py_None) {
        settings->django.secure_header =
            put_text(&block, PyTuple_GET_ITEM(given->proxy_header, 0)).at;
        settings->django.secure_value =
            put_text(&block, PyTuple_GET_ITEM(given->proxy_header, 1)).at;
    }
    settings->django.use_x_forwarded_host = given->forwarded_host;
    settings->django.use_x_forwarded_port = given->forwarded_port;
    assert(block.at <= block.end);
done:
    Py_XDECREF(python);
    return settings;
}

static void apply_smallest(int64_t smallest)
{
    dog_arm_set_smallest(smallest < noted_ns ? smallest : noted_ns);
    dog_watchdog_call();
}

PyObject *dog_configure(PyObject *module, PyObject *args, PyObject *keywords)
{
    (void)module;
    static char *names[] = {"timer",
                            "timers",
                            "ignore",
                            "output",
                            "stderr",
                            "repeat",
                            "max_reports",
                            "deliver",
                            "deliver_reports",
                            "base_dirs",
                            "library_dirs",
                            "secure_proxy_header",
                            "use_x_forwarded_host",
                            "use_x_forwarded_port",
                            "forced",
                            NULL};
    struct given given;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "$OOOOppLOpOOOppp:configure", names, &given.timer, &given.timers,
            &given.ignore, &given.output, &given.stderr_line, &given.repeat, &given.max_reports,
            &given.deliver, &given.deliver_reports, &given.base_dirs, &given.library_dirs,
            &given.proxy_header, &given.forwarded_host, &given.forwarded_port, &given.forced)) {
        return NULL;
    }
    if (given.max_reports < 0) {
        return PyErr_Format(PyExc_ValueError, "max_reports must not be negative, not %lld",
                            given.max_reports);
    }
    if (given.deliver != Py_None && !PyCallable_Check(given.deliver)) {
        return PyErr_Format(PyExc_TypeError, "deliver must be callable or None, not %.100s",
                            Py_TYPE(given.deliver)->tp_name);
    }
    struct dog_settings *settings = build(&given);
    if (settings == NULL) {
        return NULL;
    }
    dog_delivery_set(given.deliver != Py_None ? given.deliver : NULL);
    int64_t smallest = dog_settings_smallest(settings);
    dog_settings_publish(settings);
    apply_smallest(smallest);
    Py_RETURN_NONE;
}

PyObject *dog_configure_note_timer(PyObject *module, PyObject *seconds)
{
    (void)module;
    int64_t ns = ns_of(seconds, "seconds");
    if (ns < 0) {
        return NULL;
    }
    if (ns < noted_ns) {
        noted_ns = ns;
    }
    if (dog_arm_smallest() > ns) {
        apply_smallest(ns);
    }
    Py_RETURN_NONE;
}
