/* A str: its characters, of every kind, compact or not, of str or a subclass. Context: Watchdog. */
#ifndef DOG_SNAPSHOT_OBJECT_STR_H
#define DOG_SNAPSHOT_OBJECT_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "snapshot/object.h"

/* Where the characters of a str lie. */
struct dog_chars {
    dog_addr data;
    uint64_t length; /* characters */
    unsigned kind;   /* bytes a character: 1 (latin-1), 2 or 4 */
    bool ascii;
};

DOG_MUST_USE enum dog_err dog_object_chars(const struct dog_mem *mem, dog_addr object,
                                           struct dog_chars *ret_chars);

#define DOG_CHARS_MAX 512 /* that dog_object_points reads at once: 2 KB of the caller's stack */

/* Up to `count` characters from `first` on, as code points. Lone surrogates come as they are; what
 * is above U+10FFFF comes as U+FFFD. */
DOG_MUST_USE enum dog_err dog_object_points(const struct dog_mem *mem,
                                            const struct dog_chars *chars, uint64_t first,
                                            size_t count, uint32_t *points, size_t *ret_count);

/* As UTF-8 in the arena, at most `max_chars` characters; `ret_cut` says that there were more. A
 * lone surrogate becomes the six characters \udc80. */
DOG_MUST_USE enum dog_err dog_object_str(const struct dog_mem *mem, struct dog_arena *arena,
                                         dog_addr object, size_t max_chars, struct dog_str *ret_str,
                                         bool *ret_cut);

/* The text where it can be had, cut or not; none of null, of what is no str, and of what cannot be
 * read. */
struct dog_str dog_object_str_of(const struct dog_mem *mem, struct dog_arena *arena,
                                 dog_addr object, size_t max_chars);

#endif
