/* A mutex that is unlocked when it is zero, so that it can live in a zone (os/zone.h). */
#ifndef DOG_OS_MUTEX_H
#define DOG_OS_MUTEX_H

#include <pthread.h>
#include <stdbool.h>

struct dog_mutex {
    pthread_mutex_t native; /* all zeros is PTHREAD_MUTEX_INITIALIZER on glibc and musl */
};

static inline void dog_mutex_lock(struct dog_mutex *mutex)
{
    pthread_mutex_lock(&mutex->native);
}

/* False: somebody else has it. */
static inline bool dog_mutex_try(struct dog_mutex *mutex)
{
    return pthread_mutex_trylock(&mutex->native) == 0;
}

static inline void dog_mutex_unlock(struct dog_mutex *mutex)
{
    pthread_mutex_unlock(&mutex->native);
}

#endif
