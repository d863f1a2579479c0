/* The memory layout of one CPython version, as plain data. Context: Pure.
 *
 * Nothing above this floor knows a CPython version: it asks this table. Offsets are bytes from the
 * start of the struct (or, for `managed_*`, from the object: negative); what an offset table cannot
 * say is a named trait. cpython/fill.h fills it from the interpreter's own headers, cpython/check.h
 * holds every single field against the running interpreter, so a field that nobody verifies must
 * not be added: each one stands in one of the three lists below, and the tests perturb each.
 *
 * Adding a field: a line here, a line in fill.c, and what proves it in check.c. */
#ifndef DOG_CPYTHON_LAYOUT_H
#define DOG_CPYTHON_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* Offsets in bytes. `0` for those that a version does not have (said at each). */
#define DOG_LAYOUT_OFFSETS(X)                                                                      \
    /* Interpreter and thread. */                                                                  \
    X(interp_threads_head)     /* PyThreadState *: the newest thread */                            \
    X(tstate_next)             /* PyThreadState * */                                               \
    X(tstate_native_thread_id) /* u64: the kernel's thread id */                                   \
    X(tstate_thread_id)        /* u64: pthread_self(), threading.get_ident() */                    \
    X(tstate_frame)            /* the innermost frame; with cframe_indirect: _PyCFrame * */        \
    X(cframe_frame)            /* the innermost frame, in _PyCFrame; only with cframe_indirect */  \
    X(tstate_datastack_chunk)  /* _PyStackChunk *: the newest */                                   \
    X(tstate_datastack_top)    /* end of what is used of the newest chunk */                       \
    X(chunk_previous)          /* _PyStackChunk * */                                               \
    /* A frame (_PyInterpreterFrame). */                                                           \
    X(frame_code)     /* PyCodeObject *, tagged with tagged_refs; 0 while a frame is cleared */    \
    X(frame_previous) /* the caller's frame */                                                     \
    X(frame_ip)       /* the instruction that runs (before 3.13: ran last) */                      \
    X(frame_owner)    /* u8: owner_thread, owner_generator; all else is no Python code */          \
    /* A code object; its instructions begin at code_instructions, var_size 2-byte units. */       \
    X(code_filename)       /* str */                                                               \
    X(code_qualname)       /* str */                                                               \
    X(code_linetable)      /* bytes */                                                             \
    X(code_firstlineno)    /* i32 */                                                               \
    X(code_firsttraceable) /* i32: units before which a frame is incomplete */                     \
    X(code_version)        /* u32: new for each code object; 3.12 and later */                     \
    X(code_instructions)                                                                           \
    /* All objects. */                                                                             \
    X(object_type)                                                                                 \
    X(var_size)   /* i64 ob_size: bytes, tuple, list, code, type */                                \
    X(bytes_data) /* inline */                                                                     \
    /* str: `unicode_state` is a u32 that the unicode_* traits take apart. */                      \
    X(unicode_length) /* i64: characters */                                                        \
    X(unicode_state)                                                                               \
    X(unicode_ascii_data)   /* compact and ascii: the characters, inline */                        \
    X(unicode_compact_data) /* compact, not ascii: the characters, inline; kind 1 is latin-1 */    \
    X(unicode_pointer)      /* not compact (a subclass of str): a pointer to the characters */     \
    X(int_size)             /* u64 lv_tag, or i64 ob_size: see int_has_tag */                      \
    X(int_digits)           /* u32[], least significant first, int_digit_bits each */              \
    X(float_value)          /* double */                                                           \
    X(tuple_items)          /* inline; var_size of them */                                         \
    X(list_items)           /* a pointer to them; var_size of them */                              \
    X(dict_keys)            /* PyDictKeysObject * */                                               \
    X(dict_values)          /* PyDictValues *: not NULL when the values are split from the keys */ \
    X(keys_log2_index_bytes) /* u8: bytes of the hash table */                                     \
    X(keys_kind)             /* u8: enum dog_keys_kind */                                          \
    X(keys_nentries)         /* i64: entries in use, in insertion order; some may be NULL */       \
    X(keys_indices)          /* hash table; the entries follow it */                               \
    X(values_items)          /* PyDictValues: the values, in the keys' order */                    \
    X(values_valid)          /* u8: 0 when the inline values are dead; attributes_inline only */   \
    X(managed_dict)          /* from the object: dict *, see enum dog_attributes */                \
    X(managed_values)        /* from the object: PyDictValues *; attributes_3_11 only */           \
    X(type_name)             /* char *: "module.Name" if static, "Name" of a heap type */          \
    X(type_basicsize)        /* i64 */                                                             \
    X(type_flags)            /* u64 */                                                             \
    X(type_dictoffset)       /* i64: of the dict * in the instance; <= 0: not there */             \
    X(type_base)             /* PyTypeObject * */                                                  \
    X(type_dict)             /* dict *; NULL for static types from 3.12 on */                      \
    X(type_mro)              /* tuple */                                                           \
    X(type_members)          /* PyMemberDef[]: of a heap type var_size of them, its __slots__ */   \
    X(heap_qualname)         /* heap types: str */                                                 \
    X(heap_cached_keys)      /* heap types: PyDictKeysObject *: names of the split values */

/* Behaviour. */
#define DOG_LAYOUT_TRAITS(X)                                                                      \
    X(version)            /* 0x030b for 3.11 */                                                   \
    X(cframe_indirect)    /* 1: the thread's frame is behind a _PyCFrame on its C stack */        \
    X(tagged_refs)        /* 1: the low two bits of frame_code are a tag (3.14) */                \
    X(owner_thread)       /* frame_owner of a frame in the data stack */                          \
    X(owner_generator)    /* frame_owner of a frame in a generator: always complete */            \
    X(unicode_kind_shift) /* kind: bytes a character (1, 2, 4), 3 bits from here */               \
    X(unicode_compact_bit)                                                                        \
    X(unicode_ascii_bit)                                                                          \
    X(unicode_ready_bit) /* 3.11: unset means that there are no characters to read; -1: no bit */ \
    X(int_has_tag)       /* 1: lv_tag (digits << 3, sign 0 plus, 1 zero, 2 minus); 0: ob_size */  \
    X(int_digit_bits)                                                                             \
    X(attributes) /* enum dog_attributes */

/* Addresses in this process. */
#define DOG_LAYOUT_ADDRS(X) \
    X(code_type)            \
    X(unicode_type)         \
    X(bytes_type)           \
    X(int_type)             \
    X(float_type)           \
    X(tuple_type)           \
    X(list_type)            \
    X(dict_type)            \
    X(type_type)            \
    X(function_type)        \
    X(none)                 \
    X(true_object)          \
    X(false_object)

struct dog_layout {
#define X(name) int32_t name;
    DOG_LAYOUT_OFFSETS(X)
    DOG_LAYOUT_TRAITS(X)
#undef X
#define X(name) dog_addr name;
    DOG_LAYOUT_ADDRS(X)
#undef X
};

/* Where a plain instance (type flag DOG_TYPE_MANAGED_DICT) keeps its attributes. The names are the
 * split keys of the type's heap_cached_keys. */
enum dog_attributes {
    DOG_ATTRIBUTES_3_11, /* the dict at managed_dict; if NULL, the values at managed_values */
    DOG_ATTRIBUTES_3_12, /* one word at managed_dict: low bit 1: values = word + 1; else the dict */
    DOG_ATTRIBUTES_INLINE, /* the dict at managed_dict; if NULL, and the type has
                              DOG_TYPE_INLINE_VALUES, the values at the object + type_basicsize,
                              while their values_valid is not 0 */
};

enum dog_keys_kind {
    DOG_KEYS_GENERAL, /* entries of 24 bytes: hash, key, value */
    DOG_KEYS_UNICODE, /* entries of 16 bytes: key, value; all keys are str */
    DOG_KEYS_SPLIT,   /* as unicode; the values stand in a PyDictValues */
};

/* The same since 3.3 at least, part of what extensions are compiled against: no fields of ours. */
enum {
    DOG_UNICODE_KIND_MASK = 7, /* after unicode_kind_shift */
    DOG_INT_TAG_SIZE_SHIFT = 3,
    DOG_INT_TAG_SIGN_MASK = 3,
    DOG_INT_TAG_NEGATIVE = 2,
    DOG_KEYS_GENERAL_ENTRY = 24,
    DOG_KEYS_GENERAL_KEY = 8,
    DOG_KEYS_GENERAL_VALUE = 16,
    DOG_KEYS_UNICODE_ENTRY = 16,
    DOG_KEYS_UNICODE_KEY = 0,
    DOG_KEYS_UNICODE_VALUE = 8,
    DOG_CODE_UNIT = 2,
    DOG_MEMBER_SIZE = 40,   /* PyMemberDef, Include/structmember.h */
    DOG_MEMBER_NAME = 0,    /* char * */
    DOG_MEMBER_TYPE = 8,    /* i32 */
    DOG_MEMBER_OFFSET = 16, /* i64 */
    DOG_MEMBER_OBJECT = 16, /* the DOG_MEMBER_TYPE of a slot: an object or NULL */
};

/* Bits of type_flags (Include/object.h). */
#define DOG_TYPE_INLINE_VALUES    (UINT64_C(1) << 2) /* 3.13 and later */
#define DOG_TYPE_MANAGED_DICT     (UINT64_C(1) << 4)
#define DOG_TYPE_HEAP             (UINT64_C(1) << 9)
#define DOG_TYPE_LONG_SUBCLASS    (UINT64_C(1) << 24)
#define DOG_TYPE_LIST_SUBCLASS    (UINT64_C(1) << 25)
#define DOG_TYPE_TUPLE_SUBCLASS   (UINT64_C(1) << 26)
#define DOG_TYPE_BYTES_SUBCLASS   (UINT64_C(1) << 27)
#define DOG_TYPE_UNICODE_SUBCLASS (UINT64_C(1) << 28)
#define DOG_TYPE_DICT_SUBCLASS    (UINT64_C(1) << 29)
#define DOG_TYPE_TYPE_SUBCLASS    (UINT64_C(1) << 31)

/* For tests and messages: every field, by number. A perturbed copy must be refused by the check. */
size_t dog_layout_field_count(void);
const char *dog_layout_field_name(size_t field); /* "tstate_next"; NULL past the end */
void dog_layout_perturb(struct dog_layout *layout, size_t field, int64_t delta);

#endif
