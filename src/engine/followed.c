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

struct dog_stack_print dog_followed_print(const struct dog_stack *stack)
{
    uint64_t lines = UINT64_C(0xcbf29ce484222325);
    uint64_t instructions = lines;
    for (size_t i = 0; i < stack->count; i++) {
        lines = mix(lines, stack->frames[i].frame.v);
        lines = mix(lines, stack->frames[i].code.v);
        lines = mix(lines, (uint64_t)stack->frames[i].line);
        instructions = mix(instructions, stack->frames[i].ip.v);
    }
    lines = mix(lines, stack->omitted);
    return (struct dog_stack_print){.lines = lines, .exact = mix(lines, instructions)};
}
