#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#define ALIGNMENT 16u

void dog_arena_init(struct dog_arena *arena, void *storage, size_t size)
{
    size_t skip = (size_t)(-(uintptr_t)storage & (ALIGNMENT - 1));
    if (skip > size) {
        skip = size;
    }
    *arena = (struct dog_arena){.base = (unsigned char *)storage + skip, .size = size - skip};
}

void *dog_arena_alloc(struct dog_arena *arena, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded < size || rounded > arena->size - arena->used) {
        return NULL;
    }
    void *block = arena->base + arena->used;
    arena->used += rounded;
    if (arena->used > arena->peak) {
        arena->peak = arena->used;
    }
    return memset(block, 0, rounded);
}

void *dog_arena_array(struct dog_arena *arena, size_t count, size_t element_size)
{
    size_t size;
    return __builtin_mul_overflow(count, element_size, &size) ? NULL : dog_arena_alloc(arena, size);
}

size_t dog_arena_mark(const struct dog_arena *arena)
{
    return arena->used;
}

void dog_arena_release(struct dog_arena *arena, size_t mark)
{
    if (mark < arena->used) {
        arena->used = mark;
    }
}

size_t dog_arena_room(const struct dog_arena *arena)
{
    return arena->size - arena->used;
}
