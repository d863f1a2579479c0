/* Does the running interpreter agree with a layout? Context: NeedsGil, for the probes hold still
 * only while nobody else runs; it reads through the source alone, so a wrong layout cannot crash
 * it.
 *
 * Whoever calls (ext/probe.h) has made objects of every kind that we read, knows by the public API
 * what is in them, and calls from within a stack of known frames. Each field of the layout decides
 * at least one of the comparisons: a change of any single field is refused, and the reason names
 * the field, or the first thing that no longer fits. */
#ifndef DOG_CPYTHON_CHECK_H
#define DOG_CPYTHON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/source.h"
#include "cpython/layout.h"

/* What the running interpreter itself publishes of a layout. */
struct dog_layout_fact {
    const char *field; /* a name of DOG_LAYOUT_OFFSETS */
    int64_t value;
};

#define DOG_PUBLISHED_MAX 48

/* The objects, by what they are. `a` and `b` are the str "a" and "b", `one` and `two` objects. */
#define DOG_PROBE_OBJECTS(X)                                                            \
    X(none)                                                                             \
    X(true_object)                                                                      \
    X(false_object)                                                                     \
    X(code_type)                                                                        \
    X(unicode_type)                                                                     \
    X(bytes_type)                                                                       \
    X(int_type)                                                                         \
    X(float_type)                                                                       \
    X(tuple_type)                                                                       \
    X(list_type)                                                                        \
    X(dict_type)                                                                        \
    X(type_type)                                                                        \
    X(function_type)                                                                    \
    X(a)                                                                                \
    X(b)                                                                                \
    X(one)                                                                              \
    X(two)                                                                              \
    X(ascii)        /* ASCII, not interned */                                           \
    X(latin)        /* latin-1, not ASCII */                                            \
    X(ucs2)         /* "\u72ac" "d" */                                                  \
    X(ucs4)         /* "\U0001f415d" */                                                 \
    X(sub)          /* of a subclass of str: the same as latin */                       \
    X(bytes_object) /* bytes */                                                         \
    X(zero)                                                                             \
    X(plus)         /* 1 */                                                             \
    X(minus)        /* -1 */                                                            \
    X(large)        /* 2**70 + 5 * 2**30 + 7 */                                         \
    X(real)         /* 1234.5 */                                                        \
    X(pair)         /* tuple (one, two) */                                              \
    X(row)          /* list [one, two] */                                               \
    X(general_dict) /* {one: two, two: one} */                                          \
    X(unicode_dict) /* {"a": one, "b": two} */                                          \
    X(wide_dict)    /* {0: None, ... 299: None} */                                      \
    X(plain)        /* .a = one, .b = two; its __dict__ was never asked for */          \
    X(plain_too)    /* the same with .a = None */                                       \
    X(asked)        /* the same, and its __dict__ was asked for: */                     \
    X(asked_dict)                                                                       \
    X(detached) /* the same, but its __dict__ was replaced by: */                       \
    X(detached_dict)                                                                    \
    X(plain_class)                                                                      \
    X(plain_qualname)                                                                   \
    X(plain_mro)                                                                        \
    X(plain_base)                                                                       \
    X(plain_marker)  /* the value of plain_class.marker */                              \
    X(slotted)       /* .slot_a = one, in a slot */                                     \
    X(slotted_class) /* __slots__ = ("slot_a", "slot_b") */                             \
    X(function)      /* .mark = one: its __dict__ is: */                                \
    X(function_dict)                                                                    \
    X(code) /* of a function without cells; and of a generator with a free variable: */ \
    X(code_filename)                                                                    \
    X(code_qualname)                                                                    \
    X(code_linetable)                                                                   \
    X(gen_code)                                                                         \
    X(gen_filename)                                                                     \
    X(gen_qualname)                                                                     \
    X(gen_linetable)

/* A frame of the stack that the check is called from, as the public API knows it. */
struct dog_probe_frame {
    dog_addr code;
    int64_t last_byte; /* PyFrame_GetLasti: of its instruction, from the start of the code */
    bool generator;
};

#define DOG_PROBE_FRAMES_MAX 96

struct dog_probes {
    int32_t version; /* of the interpreter that runs: 0x030b */
    bool magic_ok;   /* what it publishes begins as it should, and is not free-threaded */
    struct dog_layout_fact published[DOG_PUBLISHED_MAX];
    size_t published_count;

    dog_addr interp;
    dog_addr newest_tstate; /* head of the interpreter's list; not this thread's */
    dog_addr second_tstate; /* the one after it */
    dog_addr tstate;        /* this thread's */
    uint64_t native_thread_id;
    uint64_t thread_id;

    struct dog_probe_frame frames[DOG_PROBE_FRAMES_MAX]; /* innermost first */
    size_t frame_count;
    bool frames_whole;       /* they go down to the thread's bottom */
    int64_t innermost_words; /* of the data stack that the innermost frame takes up */

    int32_t code_firstlineno, gen_firstlineno;
    int32_t code_first_resume, gen_first_resume; /* unit of the first RESUME */
    int64_t code_units;

    int64_t plain_basicsize;
    int64_t function_dictoffset;
    uint64_t plain_flags, sub_flags;

#define X(name) dog_addr name;
    DOG_PROBE_OBJECTS(X)
#undef X
};

/* DOG_OK, or DOG_ERR_INVALID with a NUL-terminated reason. */
DOG_MUST_USE enum dog_err dog_layout_check(struct dog_source source,
                                           const struct dog_layout *layout,
                                           const struct dog_probes *probes, char *reason,
                                           size_t reason_size);

#endif
