#include "ext/delivery.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "engine/outbox.h"
#include "ext/letter_files.h"
#include "os/clock.h"
#include "os/thread.h"
#include "os/zone.h"

/* Python code runs on it, TLS and a mail server's library included. */
#define STACK_SIZE (2u * 1024 * 1024)
/* At exit: as long as a mail server may take to answer, and not longer than a person waits. */
#define CLOSE_NS      (2 * DOG_NS_PER_S)
#define CLOSE_STEP_NS (10 * DOG_NS_PER_MS)
/* The longest that next_delivery() waits in one go. */
#define MAX_TIMEOUT_S 3600.0

/* Zeroed in a forked child, which has no delivery thread. */
struct desk {
    _Atomic bool runs;
    _Atomic bool is_held;      /* around a fork */
    _Atomic int32_t native_id; /* of the thread; 0: none, or it has not begun */
};

static struct desk *desk;
static PyObject *deliver; /* owned; read and written with the GIL */
static _Atomic bool is_wanted;
static _Atomic bool is_closed;

enum dog_err dog_delivery_setup(void)
{
    void *memory;
    enum dog_err err = dog_zone_map(sizeof *desk, &memory);
    if (err == DOG_OK) {
        desk = memory;
    }
    return err;
}

void dog_delivery_set(PyObject *its_deliver)
{
    atomic_store(&is_wanted, its_deliver != NULL);
    Py_XSETREF(deliver, Py_XNewRef(its_deliver));
}

static void call_deliver(void)
{
    PyObject *callable = Py_XNewRef(deliver);
    if (callable == NULL) {
        return;
    }
    PyObject *result = PyObject_CallNoArgs(callable);
    if (result == NULL) {
        PyErr_WriteUnraisable(callable);
    }
    Py_XDECREF(result);
    Py_DECREF(callable);
}

static void run(void *unused)
{
    (void)unused;
    atomic_store(&desk->native_id, dog_thread_native_id());
    if (!atomic_load(&is_closed)) {
        PyGILState_STATE state = PyGILState_Ensure();
        call_deliver();
        PyGILState_Release(state);
    }
    /* A letter that came after the last look is seen by the watchdog's next round. */
    atomic_store(&desk->native_id, 0);
    atomic_store(&desk->runs, false);
}

void dog_delivery_wake(void)
{
    if (!atomic_load(&is_wanted) || atomic_load(&is_closed) || atomic_load(&desk->is_held) ||
        atomic_exchange(&desk->runs, true)) {
        return;
    }
    if (dog_thread_start("dogslow-deliver", STACK_SIZE, run, NULL) != DOG_OK) {
        atomic_store(&desk->runs, false); /* the next round tries again */
    }
}

static PyObject *bytes_of(struct dog_str str)
{
    return PyBytes_FromStringAndSize(str.at, (Py_ssize_t)str.len);
}

static PyObject *error_letter(const struct dog_letter *letter)
{
    return Py_BuildValue(
        "{s:s, s:N}", "kind", "error", "message",
        PyUnicode_DecodeUTF8(letter->text.at, (Py_ssize_t)letter->text.len, "replace"));
}

static PyObject *report_letter(const struct dog_letter *letter)
{
    if (letter->path.at == NULL) {
        return Py_BuildValue("{s:s, s:O, s:N, s:N}", "kind", "report", "path", Py_None, "json",
                             bytes_of(letter->json), "text", bytes_of(letter->text));
    }
    return dog_letter_files_read(letter->path);
}

/* A new dict for the oldest letter, which is then gone; NULL with an exception. */
static PyObject *take(const struct dog_letter *letter)
{
    PyObject *taken =
        letter->kind == DOG_LETTER_ERROR ? error_letter(letter) : report_letter(letter);
    dog_outbox_drop();
    return taken;
}

PyObject *dog_delivery_next(PyObject *module, PyObject *timeout)
{
    (void)module;
    double seconds = PyFloat_AsDouble(timeout);
    if (seconds == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    if (!(seconds >= 0.0 && seconds <= MAX_TIMEOUT_S)) {
        return PyErr_Format(PyExc_ValueError, "timeout must be from 0 to %d seconds, not %R",
                            (int)MAX_TIMEOUT_S, timeout);
    }
    dog_mono until = dog_mono_add(dog_clock_mono(), (int64_t)(seconds * (double)DOG_NS_PER_S));
    struct dog_letter letter;
    for (;;) {
        if (dog_outbox_peek(&letter)) {
            return take(&letter);
        }
        if (atomic_load(&is_closed) || atomic_load(&desk->is_held) ||
            !dog_mono_before(dog_clock_mono(), until)) {
            Py_RETURN_NONE;
        }
        Py_BEGIN_ALLOW_THREADS dog_outbox_wait(until);
        Py_END_ALLOW_THREADS
    }
}

void dog_delivery_hold(int64_t bound_ns)
{
    atomic_store(&desk->is_held, true);
    if (!atomic_load(&desk->runs)) {
        return;
    }
    int32_t native_id = atomic_load(&desk->native_id);
    dog_mono until = dog_mono_add(dog_clock_mono(), bound_ns);
    dog_outbox_call();
    Py_BEGIN_ALLOW_THREADS if (native_id != 0)
    {
        (void)dog_thread_wait_gone(native_id, until);
    }
    Py_END_ALLOW_THREADS
}

void dog_delivery_release(void)
{
    atomic_store(&desk->is_held, false);
    if (!dog_outbox_is_empty()) {
        dog_delivery_wake();
    }
}

void dog_delivery_close(void)
{
    atomic_store(&is_closed, true);
    dog_outbox_call();
    dog_mono until = dog_mono_add(dog_clock_mono(), CLOSE_NS);
    Py_BEGIN_ALLOW_THREADS while (atomic_load(&desk->runs) &&
                                  dog_mono_before(dog_clock_mono(), until))
    {
        dog_clock_sleep(CLOSE_STEP_NS);
    }
    Py_END_ALLOW_THREADS
}
