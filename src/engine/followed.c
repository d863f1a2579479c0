#include "engine/followed.h"

struct dog_followed *dog_followed_add(struct dog_followed_table *table, struct dog_watch_ref ref)
{
    for (size_t i = 0; i < DOG_FOLLOWED_MAX; i++) {
        if (table->entries[i].ref.watch == NULL) {
            table->entries[i] = (struct dog_followed){.ref = ref, .next_peek = DOG_MONO_NEVER};
            table->count++;
            return &table->entries[i];
        }
    }
    return NULL;
}

void dog_followed_remove(struct dog_followed_table *table, struct dog_followed *followed)
{
    *followed = (struct dog_followed){.ref = {NULL, 0}};
    table->count--;
}

/* FNV-1a, a word at a time: only equality counts. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * UINT64_C(0x100000001b3);
}

uint64_t dog_followed_print(const struct dog_stack *stack)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < stack->count; i++) {
        hash = mix(hash, stack->frames[i].frame.v);
        hash = mix(hash, stack->frames[i].code.v);
        hash = mix(hash, (uint64_t)stack->frames[i].line);
    }
    return mix(hash, stack->omitted);
}
