/* One look at a watched thread. Context: Watchdog. */
#ifndef DOG_ENGINE_LOOK_H
#define DOG_ENGINE_LOOK_H

#include "base/err.h"
#include "engine/engine.h"
#include "request/request.h"
#include "snapshot/stack.h"
#include "watch/slots.h"

struct dog_look {
    bool has_stack;
    enum dog_err stack_err; /* why there is none */
    struct dog_stack stack;
    uint64_t thread_id; /* as threading.get_ident(); 0: unknown */
};

/* Reads the thread's stack with names, lines, and which frames are the project's own. What is read
 * lies in the engine's arena. DOG_ERR_MOVED: the watch is over, and nothing of it may be used. */
DOG_MUST_USE enum dog_err dog_look_at_stack(struct dog_engine *engine, struct dog_watch_ref ref,
                                            struct dog_look *ret_look);

/* Reads what the request says of itself. DOG_ERR_MOVED as above. */
DOG_MUST_USE enum dog_err dog_look_at_request(struct dog_engine *engine, struct dog_watch_ref ref,
                                              struct dog_request *ret_request);

/* A request's own deadline, as far as it is known. */
struct dog_look_deadline {
    int64_t ns;   /* from its start; DOG_DEADLINE_NEVER */
    bool settled; /* its view is known, so that this will not change */
    bool unsure;  /* its attributes were moved meanwhile: better look again */
};

/* DOG_ERR_MOVED as above. */
DOG_MUST_USE enum dog_err dog_look_at_deadline(struct dog_engine *engine, struct dog_watch_ref ref,
                                               dog_mono now,
                                               struct dog_look_deadline *ret_deadline);

#endif
