/* The primary key of the user whom the request has loaded already. Context: Watchdog. */
#ifndef DOG_REQUEST_USER_H
#define DOG_REQUEST_USER_H

#include "base/arena.h"
#include "base/text.h"
#include "snapshot/object.h"

/* `user` is a model instance, an AnonymousUser, or a lazy object around one, which is looked into
 * only if it has been evaluated; null or None: none. The key is the attribute that _meta.pk.attname
 * names, else `id`. None if there is no user, no key, or a key that is not str, int or UUID. */
struct dog_str dog_user_pk(const struct dog_mem *mem, struct dog_arena *arena, dog_addr user);

#endif
