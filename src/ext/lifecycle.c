#include "ext/lifecycle.h"

#include <stdbool.h>

#include "base/time.h"
#include "ext/delivery.h"
#include "os/thread.h"
#include "watch/watchdog.h"

/* Each of the two threads of ours may take as long. An unbounded join here froze gevent hubs
 * elsewhere (dd-trace-py#18773). A watchdog that writes a report right now is not waited for any
 * longer than this: then CPython warns, once. */
#define FORK_BOUND_NS (5 * DOG_NS_PER_MS)

PyObject *dog_lifecycle_before_fork(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    (void)dog_watchdog_stop(FORK_BOUND_NS);
    dog_delivery_hold(FORK_BOUND_NS);
    Py_RETURN_NONE;
}

/* A pending call: with the GIL, on the main thread, between two of its instructions. */
static int start_again(void *unused)
{
    (void)unused;
    dog_delivery_release();
    dog_watchdog_start();
    return 0;
}

/* From 3.13 on CPython counts the threads only after this hook (Modules/posixmodule.c,
 * os_fork_impl), so that a thread which is started here is warned of. A process of one thread forks
 * on its main thread: there the start waits until os.fork() has returned. Where other threads are,
 * CPython warns with us and without. */
PyObject *dog_lifecycle_after_fork_in_parent(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bool is_main = dog_thread_native_id() == dog_thread_process_id();
    if (!is_main || Py_AddPendingCall(start_again, NULL) != 0) {
        (void)start_again(NULL);
    }
    Py_RETURN_NONE;
}

PyObject *dog_lifecycle_at_exit(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    dog_delivery_close();
    Py_RETURN_NONE;
}

/* module.function(**{keyword: callback}) or module.function(callback). */
static int call_with(const char *module_name, const char *function_name, const char *keywords[],
                     PyObject *const callbacks[], size_t count)
{
    int failed = -1;
    PyObject *function = NULL;
    PyObject *result = NULL;
    PyObject *names = PyDict_New();
    PyObject *module = PyImport_ImportModule(module_name);
    if (module == NULL || names == NULL) {
        goto done;
    }
    function = PyObject_GetAttrString(module, function_name);
    if (function == NULL) {
        goto done;
    }
    if (keywords == NULL) {
        result = PyObject_CallOneArg(function, callbacks[0]);
    } else {
        for (size_t i = 0; i < count; i++) {
            if (PyDict_SetItemString(names, keywords[i], callbacks[i]) != 0) {
                goto done;
            }
        }
        PyObject *nothing = PyTuple_New(0);
        result = nothing != NULL ? PyObject_Call(function, nothing, names) : NULL;
        Py_XDECREF(nothing);
    }
    failed = result != NULL ? 0 : -1;
done:
    Py_XDECREF(result);
    Py_XDECREF(function);
    Py_XDECREF(module);
    Py_XDECREF(names);
    return failed;
}

int dog_lifecycle_setup(PyObject *module)
{
    int failed = -1;
    PyObject *before = PyObject_GetAttrString(module, "_before_fork");
    PyObject *after = PyObject_GetAttrString(module, "_after_fork_in_parent");
    PyObject *at_exit = PyObject_GetAttrString(module, "_at_exit");
    if (before != NULL && after != NULL && at_exit != NULL) {
        failed = call_with("os", "register_at_fork", (const char *[]){"before", "after_in_parent"},
                           (PyObject *const[]){before, after}, 2);
        if (failed == 0) {
            failed = call_with("atexit", "register", NULL, (PyObject *const[]){at_exit}, 1);
        }
    }
    Py_XDECREF(before);
    Py_XDECREF(after);
    Py_XDECREF(at_exit);
    return failed;
}
