/* A bump allocator over the caller's storage. Context: Pure; one thread at a time.
 *
 * After a deadline fires the watchdog allocates from here only: it may run while another thread
 * holds malloc's lock for ever. Nothing is freed one by one: take a mark, and go back to it. */
#ifndef DOG_BASE_ARENA_H
#define DOG_BASE_ARENA_H

#include <stddef.h>

struct dog_arena {
    unsigned char *base;
    size_t size;
    size_t used;
    size_t peak; /* the most that was ever in use, for stats() */
};

void dog_arena_init(struct dog_arena *arena, void *storage, size_t size);

/* 16-byte aligned and zeroed; NULL when there is no room, and then nothing changes. */
void *dog_arena_alloc(struct dog_arena *arena, size_t size);

/* `count` elements; NULL also when the product overflows. */
void *dog_arena_array(struct dog_arena *arena, size_t count, size_t element_size);

size_t dog_arena_mark(const struct dog_arena *arena);
void dog_arena_release(struct dog_arena *arena, size_t mark);

size_t dog_arena_room(const struct dog_arena *arena);

#endif
