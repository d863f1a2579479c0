#include "watch/deadlines.h"

void dog_deadlines_init(struct dog_deadlines *deadlines, struct dog_deadline *storage, size_t cap)
{
    *deadlines = (struct dog_deadlines){.heap = storage, .cap = cap};
}

void dog_deadlines_clear(struct dog_deadlines *deadlines)
{
    deadlines->count = 0;
}

static bool is_earlier(const struct dog_deadline *a, const struct dog_deadline *b)
{
    return a->due.ns != b->due.ns ? a->due.ns < b->due.ns : a->order < b->order;
}

bool dog_deadlines_add(struct dog_deadlines *deadlines, dog_mono due, struct dog_watch_ref ref)
{
    if (deadlines->count == deadlines->cap) {
        return false;
    }
    struct dog_deadline added = {.due = due, .order = deadlines->order++, .ref = ref};
    struct dog_deadline *heap = deadlines->heap;
    size_t at = deadlines->count++;
    while (at > 0 && is_earlier(&added, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = added;
    return true;
}

dog_mono dog_deadlines_next(const struct dog_deadlines *deadlines)
{
    return deadlines->count > 0 ? deadlines->heap[0].due : DOG_MONO_NEVER;
}

bool dog_deadlines_take(struct dog_deadlines *deadlines, dog_mono now,
                        struct dog_deadline *ret_deadline)
{
    struct dog_deadline *heap = deadlines->heap;
    if (deadlines->count == 0 || dog_mono_before(now, heap[0].due)) {
        return false;
    }
    *ret_deadline = heap[0];
    struct dog_deadline moved = heap[--deadlines->count];
    size_t at = 0;
    for (size_t child = 1; child < deadlines->count; child = 2 * at + 1) {
        if (child + 1 < deadlines->count && is_earlier(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (is_earlier(&moved, &heap[child])) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    if (deadlines->count > 0) {
        heap[at] = moved;
    }
    return true;
}
