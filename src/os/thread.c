#include "os/thread.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/clock.h"

struct start {
    void (*run)(void *argument);
    void *argument;
    const char *name;
};

static void *enter(void *block)
{
    struct start start = *(struct start *)block;
    free(block);
    pthread_setname_np(pthread_self(), start.name);
    /* A wait ends when it should, not when it suits the kernel to wake several at once: the default
     * is 50 microseconds later (prctl(2)). */
    prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
    start.run(start.argument);
    return NULL;
}

enum dog_err dog_thread_start(const char *name, size_t stack_size, void (*run)(void *argument),
                              void *argument)
{
    struct start *start = malloc(sizeof *start);
    if (start == NULL) {
        return DOG_ERR_NOMEM;
    }
    *start = (struct start){.run = run, .argument = argument, .name = name};

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_size);
    /* The new thread inherits the mask of its maker. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int failed = pthread_create(&thread, &attributes, enter, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
        free(start);
        return failed == EAGAIN || failed == ENOMEM ? DOG_ERR_NOMEM : DOG_ERR_DENIED;
    }
    return DOG_OK;
}

int32_t dog_thread_native_id(void)
{
    return (int32_t)syscall(SYS_gettid);
}

int32_t dog_thread_process_id(void)
{
    return (int32_t)syscall(SYS_getpid);
}

void dog_thread_yield(void)
{
    sched_yield();
}

bool dog_thread_wait_gone(int32_t native_id, dog_mono until)
{
    while (native_id != 0) {
        /* Signal 0 only asks (tgkill(2)): nothing is sent. */
        if (syscall(SYS_tgkill, getpid(), native_id, 0) != 0) {
            return true;
        }
        if (!dog_mono_before(dog_clock_mono(), until)) {
            return false;
        }
        sched_yield();
    }
    return false;
}
