#include "ext/statistics.h"

#include "engine/counters.h"
#include "engine/engine.h"
#include "engine/outbox.h"
#include "watch/arm.h"
#include "watch/slots.h"
#include "watch/watchdog.h"

static int put(PyObject *dict, const char *key, PyObject *value)
{
    int failed = value == NULL ? -1 : PyDict_SetItemString(dict, key, value);
    Py_XDECREF(value);
    return failed;
}

static int put_u64(PyObject *dict, const char *key, uint64_t value)
{
    return put(dict, key, PyLong_FromUnsignedLongLong(value));
}

static int put_counters(PyObject *dict)
{
    struct dog_counters *counters = dog_counters();
#define X(name)                                                                                   \
    if (put_u64(dict, #name, atomic_load_explicit(&counters->name, memory_order_relaxed)) != 0) { \
        return -1;                                                                                \
    }
    DOG_COUNTERS(X)
#undef X
    return 0;
}

static void count_armed(void *self, struct dog_watch_ref ref)
{
    *(size_t *)self += dog_watch_phase(ref.state) == DOG_PHASE_ARMED;
}

static int put_watchdog(PyObject *dict)
{
    struct dog_watchdog_facts facts = dog_watchdog_facts();
    size_t in_flight = 0;
    dog_slots_scan(count_armed, &in_flight);
    if (put(dict, "running", PyBool_FromLong(facts.running)) != 0 ||
        put(dict, "is_paused", PyBool_FromLong(dog_engine_is_paused())) != 0 ||
        put(dict, "memory_method", PyUnicode_FromString(dog_engine_memory_method())) != 0 ||
        put(dict, "watchdog_cpu_s", PyFloat_FromDouble((double)facts.cpu_ns / 1e9)) != 0 ||
        put(dict, "watchdog_native_id", PyLong_FromLong(facts.native_id)) != 0) {
        return -1;
    }
    if (put_u64(dict, "scans", facts.scans) != 0 ||
        put_u64(dict, "abandoned", facts.abandoned) != 0 ||
        put_u64(dict, "start_failures", facts.start_failures) != 0 ||
        put_u64(dict, "in_flight", in_flight) != 0 ||
        put_u64(dict, "slots", dog_slots_made()) != 0 ||
        put_u64(dict, "unwatched", dog_arm_unwatched()) != 0) {
        return -1;
    }
    return put_u64(dict, "undelivered", dog_outbox_dropped());
}

PyObject *dog_statistics(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *dict = PyDict_New();
    if (dict != NULL && (put_watchdog(dict) != 0 || put_counters(dict) != 0)) {
        Py_CLEAR(dict);
    }
    return dict;
}
