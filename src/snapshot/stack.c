#include "snapshot/stack.h"

const struct dog_frame *dog_stack_where(const struct dog_stack *stack)
{
    for (size_t i = stack->count; i > 0; i--) {
        if (stack->frames[i - 1].app) {
            return &stack->frames[i - 1];
        }
    }
    return NULL;
}
