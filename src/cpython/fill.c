#include "cpython/fill.h"

#include <Python.h>

#if PY_VERSION_HEX < 0x030B0000 || PY_VERSION_HEX >= 0x03100000
#error "dogslow knows the memory of CPython 3.11 to 3.15"
#endif
#ifdef Py_GIL_DISABLED
#error "dogslow does not know the memory of a free-threaded CPython"
#endif
#ifdef Py_TRACE_REFS
#error "dogslow does not know the memory of a CPython with Py_TRACE_REFS"
#endif

#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_interp.h>
#include <internal/pycore_object.h>
#include <internal/pycore_runtime.h>
#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_debug_offsets.h>
#include <internal/pycore_interpframe_structs.h>
#include <internal/pycore_stackref.h>
#endif
#include <opcode.h>
#include <string.h>

#if PY_VERSION_HEX >= 0x030C0000
typedef _PyInterpreterFrame frame_struct;
#else
typedef struct _PyInterpreterFrame frame_struct;
#endif

#define POINTER ((int32_t)sizeof(void *))

static void fill_thread(struct dog_layout *l)
{
    l->interp_threads_head = offsetof(PyInterpreterState, threads.head);
    l->tstate_next = offsetof(PyThreadState, next);
    l->tstate_native_thread_id = offsetof(PyThreadState, native_thread_id);
    l->tstate_thread_id = offsetof(PyThreadState, thread_id);
#if PY_VERSION_HEX >= 0x030D0000
    l->cframe_indirect = 0;
    l->tstate_frame = offsetof(PyThreadState, current_frame);
#else
    l->cframe_indirect = 1;
    l->tstate_frame = offsetof(PyThreadState, cframe);
    l->cframe_frame = offsetof(_PyCFrame, current_frame);
#endif
    l->tstate_datastack_chunk = offsetof(PyThreadState, datastack_chunk);
    l->tstate_datastack_top = offsetof(PyThreadState, datastack_top);
    l->chunk_previous = offsetof(_PyStackChunk, previous);
}

static void fill_frame(struct dog_layout *l)
{
#if PY_VERSION_HEX >= 0x030D0000
    l->frame_code = offsetof(frame_struct, f_executable);
    l->frame_ip = offsetof(frame_struct, instr_ptr);
#else
    l->frame_code = offsetof(frame_struct, f_code);
    l->frame_ip = offsetof(frame_struct, prev_instr);
#endif
#if PY_VERSION_HEX >= 0x030E0000
    l->tagged_refs = 1;
#endif
    l->frame_previous = offsetof(frame_struct, previous);
    l->frame_owner = offsetof(frame_struct, owner);
    l->owner_thread = FRAME_OWNED_BY_THREAD;
    l->owner_generator = FRAME_OWNED_BY_GENERATOR;
}

static void fill_code(struct dog_layout *l)
{
    l->code_filename = offsetof(PyCodeObject, co_filename);
    l->code_qualname = offsetof(PyCodeObject, co_qualname);
    l->code_linetable = offsetof(PyCodeObject, co_linetable);
    l->code_firstlineno = offsetof(PyCodeObject, co_firstlineno);
    l->code_firsttraceable = offsetof(PyCodeObject, _co_firsttraceable);
#if PY_VERSION_HEX >= 0x030C0000
    l->code_version = offsetof(PyCodeObject, co_version);
#endif
    l->code_instructions = offsetof(PyCodeObject, co_code_adaptive);
}

/* The number of the one bit that a bit-field of str's state occupies from. */
#define STATE_SHIFT(member)                                          \
    __builtin_ctz(((union {                                          \
                      __typeof__(((PyASCIIObject *)0)->state) state; \
                      uint32_t word;                                 \
                  }){.state = {.member = 1}})                        \
                      .word)

static void fill_values(struct dog_layout *l)
{
    l->object_type = offsetof(PyObject, ob_type);
    l->var_size = offsetof(PyVarObject, ob_size);
    l->bytes_data = offsetof(PyBytesObject, ob_sval);

    l->unicode_length = offsetof(PyASCIIObject, length);
    l->unicode_state = offsetof(PyASCIIObject, state);
    l->unicode_ascii_data = sizeof(PyASCIIObject);
    l->unicode_compact_data = sizeof(PyCompactUnicodeObject);
    l->unicode_pointer = offsetof(PyUnicodeObject, data);
    l->unicode_kind_shift = STATE_SHIFT(kind);
    l->unicode_compact_bit = STATE_SHIFT(compact);
    l->unicode_ascii_bit = STATE_SHIFT(ascii);
#if PY_VERSION_HEX >= 0x030C0000
    l->unicode_ready_bit = -1;
#else
    l->unicode_ready_bit = STATE_SHIFT(ready);
#endif

#if PY_VERSION_HEX >= 0x030C0000
    l->int_has_tag = 1;
    l->int_size = offsetof(PyLongObject, long_value.lv_tag);
    l->int_digits = offsetof(PyLongObject, long_value.ob_digit);
#else
    l->int_has_tag = 0;
    l->int_size = offsetof(PyVarObject, ob_size);
    l->int_digits = offsetof(PyLongObject, ob_digit);
#endif
    l->int_digit_bits = PyLong_SHIFT;
    l->float_value = offsetof(PyFloatObject, ob_fval);
    l->tuple_items = offsetof(PyTupleObject, ob_item);
    l->list_items = offsetof(PyListObject, ob_item);
}

static void fill_dict(struct dog_layout *l)
{
    l->dict_keys = offsetof(PyDictObject, ma_keys);
    l->dict_values = offsetof(PyDictObject, ma_values);
    l->keys_log2_index_bytes = offsetof(PyDictKeysObject, dk_log2_index_bytes);
    l->keys_kind = offsetof(PyDictKeysObject, dk_kind);
    l->keys_nentries = offsetof(PyDictKeysObject, dk_nentries);
    l->keys_indices = offsetof(PyDictKeysObject, dk_indices);
    l->values_items = offsetof(PyDictValues, values);
    /* Before 3.13 no header names where the two words before an object are. */
#if PY_VERSION_HEX >= 0x030D0000
    l->attributes = DOG_ATTRIBUTES_INLINE;
    l->values_valid = offsetof(PyDictValues, valid);
    l->managed_dict = MANAGED_DICT_OFFSET;
#elif PY_VERSION_HEX >= 0x030C0000
    l->attributes = DOG_ATTRIBUTES_3_12;
    l->managed_dict = -3 * POINTER;
#else
    l->attributes = DOG_ATTRIBUTES_3_11;
    l->managed_dict = -3 * POINTER;
    l->managed_values = -4 * POINTER;
#endif
}

static void fill_types(struct dog_layout *l)
{
    l->type_name = offsetof(PyTypeObject, tp_name);
    l->type_basicsize = offsetof(PyTypeObject, tp_basicsize);
    l->type_flags = offsetof(PyTypeObject, tp_flags);
    l->type_dictoffset = offsetof(PyTypeObject, tp_dictoffset);
    l->type_base = offsetof(PyTypeObject, tp_base);
    l->type_dict = offsetof(PyTypeObject, tp_dict);
    l->type_mro = offsetof(PyTypeObject, tp_mro);
    l->type_members = offsetof(PyTypeObject, tp_members);
    l->heap_qualname = offsetof(PyHeapTypeObject, ht_qualname);
    l->heap_cached_keys = offsetof(PyHeapTypeObject, ht_cached_keys);
}

static dog_addr addr_of(const void *object)
{
    return (dog_addr){(uint64_t)(uintptr_t)object};
}

static void fill_addresses(struct dog_layout *l)
{
    l->code_type = addr_of(&PyCode_Type);
    l->unicode_type = addr_of(&PyUnicode_Type);
    l->bytes_type = addr_of(&PyBytes_Type);
    l->int_type = addr_of(&PyLong_Type);
    l->float_type = addr_of(&PyFloat_Type);
    l->tuple_type = addr_of(&PyTuple_Type);
    l->list_type = addr_of(&PyList_Type);
    l->dict_type = addr_of(&PyDict_Type);
    l->type_type = addr_of(&PyType_Type);
    l->function_type = addr_of(&PyFunction_Type);
    l->none = addr_of(Py_None);
    l->true_object = addr_of(Py_True);
    l->false_object = addr_of(Py_False);
}

void dog_layout_fill(struct dog_layout *ret_layout)
{
    memset(ret_layout, 0, sizeof *ret_layout);
    ret_layout->version = PY_MAJOR_VERSION << 8 | PY_MINOR_VERSION;
    fill_thread(ret_layout);
    fill_frame(ret_layout);
    fill_code(ret_layout);
    fill_values(ret_layout);
    fill_dict(ret_layout);
    fill_types(ret_layout);
    fill_addresses(ret_layout);
}

size_t dog_layout_published(struct dog_layout_fact published[DOG_PUBLISHED_MAX], bool *ret_magic_ok)
{
    size_t n = 0;
#if PY_VERSION_HEX >= 0x030D0000
    const struct _Py_DebugOffsets *d = &_PyRuntime.debug_offsets;
    *ret_magic_ok = memcmp(d->cookie, "xdebugpy", 8) == 0 &&
                    d->version >> 16 == (uint64_t)PY_VERSION_HEX >> 16 && d->free_threaded == 0;
    const struct dog_layout_fact known[] = {
        {"interp_threads_head", (int64_t)d->interpreter_state.threads_head},
        {"tstate_next", (int64_t)d->thread_state.next},
        {"tstate_native_thread_id", (int64_t)d->thread_state.native_thread_id},
        {"tstate_thread_id", (int64_t)d->thread_state.thread_id},
        {"tstate_frame", (int64_t)d->thread_state.current_frame},
        {"tstate_datastack_chunk", (int64_t)d->thread_state.datastack_chunk},
        {"frame_code", (int64_t)d->interpreter_frame.executable},
        {"frame_previous", (int64_t)d->interpreter_frame.previous},
        {"frame_ip", (int64_t)d->interpreter_frame.instr_ptr},
        {"frame_owner", (int64_t)d->interpreter_frame.owner},
        {"code_filename", (int64_t)d->code_object.filename},
        {"code_qualname", (int64_t)d->code_object.qualname},
        {"code_linetable", (int64_t)d->code_object.linetable},
        {"code_firstlineno", (int64_t)d->code_object.firstlineno},
        {"code_instructions", (int64_t)d->code_object.co_code_adaptive},
        {"object_type", (int64_t)d->pyobject.ob_type},
        {"var_size", (int64_t)d->bytes_object.ob_size},
        {"bytes_data", (int64_t)d->bytes_object.ob_sval},
        {"unicode_length", (int64_t)d->unicode_object.length},
        {"unicode_state", (int64_t)d->unicode_object.state},
        {"unicode_ascii_data", (int64_t)d->unicode_object.asciiobject_size},
        {"int_size", (int64_t)d->long_object.lv_tag},
        {"int_digits", (int64_t)d->long_object.ob_digit},
        {"float_value", (int64_t)d->float_object.ob_fval},
        {"tuple_items", (int64_t)d->tuple_object.ob_item},
        {"list_items", (int64_t)d->list_object.ob_item},
        {"dict_keys", (int64_t)d->dict_object.ma_keys},
        {"dict_values", (int64_t)d->dict_object.ma_values},
        {"type_name", (int64_t)d->type_object.tp_name},
        {"type_flags", (int64_t)d->type_object.tp_flags},
#if PY_VERSION_HEX >= 0x030F0000
        {"unicode_compact_data", (int64_t)d->unicode_object.compactunicodeobject_size},
        {"type_basicsize", (int64_t)d->type_object.tp_basicsize},
        {"type_dictoffset", (int64_t)d->type_object.tp_dictoffset},
        {"heap_cached_keys", (int64_t)d->heap_type_object.ht_cached_keys},
#endif
    };
    n = sizeof known / sizeof known[0];
    _Static_assert(sizeof known / sizeof known[0] <= DOG_PUBLISHED_MAX, "raise DOG_PUBLISHED_MAX");
    memcpy(published, known, sizeof known);
#else
    (void)published;
    *ret_magic_ok = true;
#endif
    return n;
}

size_t dog_layout_frame_words(void)
{
    return offsetof(frame_struct, localsplus) / sizeof(void *);
}

int32_t dog_layout_first_resume(const unsigned char *bytecode, size_t size)
{
    for (size_t unit = 0; unit < size / 2; unit++) {
        if (bytecode[2 * unit] == RESUME) {
            return (int32_t)unit;
        }
    }
    return -1;
}
