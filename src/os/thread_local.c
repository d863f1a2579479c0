#include "os/thread_local.h"

#include <pthread.h>

static pthread_key_t key;

enum dog_err dog_thread_local_setup(void (*leave)(void *unused))
{
    return pthread_key_create(&key, leave) == 0 ? DOG_OK : DOG_ERR_LIMIT;
}

void dog_thread_local_at_exit(void)
{
    /* Any value but NULL: pthread_key_create(3) calls the destructor for those. */
    pthread_setspecific(key, &key);
}
