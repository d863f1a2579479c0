#include "snapshot/threads.h"

#include "base/cursor.h"

/* What is read of a thread state at once. */
#define THREAD_MAX 512

enum dog_err dog_threads_find(struct dog_source source, const struct dog_layout *layout,
                              dog_addr interp, int64_t native_id, dog_addr *ret_tstate)
{
    const struct dog_layout *l = layout;
    unsigned char copy[THREAD_MAX];
    int32_t end =
        l->tstate_next > l->tstate_native_thread_id ? l->tstate_next : l->tstate_native_thread_id;
    if (l->tstate_next < 0 || l->tstate_native_thread_id < 0 || end > THREAD_MAX - 8) {
        return DOG_ERR_INVALID;
    }
    enum dog_err err =
        dog_source_read(source, dog_addr_add(interp, l->interp_threads_head), copy, 8);
    if (err != DOG_OK) {
        return err;
    }
    dog_addr at = dog_load_addr(copy);
    for (unsigned i = 0; i < DOG_THREADS_MAX; i++) {
        if (dog_addr_is_null(at)) {
            return DOG_ERR_ABSENT;
        }
        if (!dog_addr_plausible(at)) {
            return DOG_ERR_UNREADABLE;
        }
        err = dog_source_read(source, at, copy, (size_t)end + 8);
        if (err != DOG_OK) {
            return err;
        }
        if ((int64_t)dog_load_u64(copy + l->tstate_native_thread_id) == native_id) {
            *ret_tstate = at;
            return DOG_OK;
        }
        at = dog_load_addr(copy + l->tstate_next);
    }
    return DOG_ERR_LIMIT;
}
