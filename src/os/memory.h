/* Kernel-checked copies of our own process's memory: the only way that foreign memory is read.
 * Context: one thread at a time for each struct; made for the watchdog.
 *
 * No signal handler, no fault: the kernel copies, and says EFAULT for what is not there. Three
 * ways, the next is taken for good when the kernel forbids one (seccomp, gVisor, old containers):
 *   process_vm_readv(2) of the calling thread's own id: works after setuid and when the main thread
 *     has ended, where the process id does not;
 *   write(2) into a pipe and read back: the kernel checks the source of a write;
 *   /proc/thread-self/mem: last, since it reads through PROT_NONE and is denied after setuid.
 * A read may block in the kernel on memory whose pages another process serves (userfaultfd, FUSE);
 * the engine then abandons the thread. The memory map's lock is shared with the application: no
 * lock of ours is ever held while reading. */
#ifndef DOG_OS_MEMORY_H
#define DOG_OS_MEMORY_H

#include "base/source.h"

enum dog_memory_method {
    DOG_MEMORY_READV,
    DOG_MEMORY_PIPE,
    DOG_MEMORY_PROC,
    DOG_MEMORY_NONE, /* all are forbidden: nothing can be read */
};

struct dog_memory {
    enum dog_memory_method method;
    int32_t native_id; /* of the thread that made it: a copy belongs to it alone */
    int pipe_read, pipe_write;
    int proc;
    unsigned long long reads, failures; /* spans asked for; spans that could not be read */
};

/* Finds the first method that can read a word of our own. Under a seccomp filter a forbidden call
 * may kill the process: then, and only then, process_vm_readv is tried in a child that shares our
 * memory (clone(2) with CLONE_VM | CLONE_VFORK and no exit signal), which dies alone. */
void dog_memory_init(struct dog_memory *memory);
void dog_memory_init_with(struct dog_memory *memory, enum dog_memory_method method);
void dog_memory_done(struct dog_memory *memory);

struct dog_source dog_memory_source(struct dog_memory *memory);

const char *dog_memory_method_name(enum dog_memory_method method);

#endif
