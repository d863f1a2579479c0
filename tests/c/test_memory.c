/* Every way of reading memory against every kind of bad address, and against kernels that forbid.
 */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/memory.h"

static const enum dog_memory_method methods[] = {DOG_MEMORY_READV, DOG_MEMORY_PIPE,
                                                 DOG_MEMORY_PROC};

static enum dog_err read_with(enum dog_memory_method method, const void *from, void *to,
                              size_t size)
{
    struct dog_memory memory;
    dog_memory_init_with(&memory, method);
    CHECK_EQ(memory.method, method);
    enum dog_err err = dog_source_read(dog_memory_source(&memory),
                                       (dog_addr){(uint64_t)(uintptr_t)from}, to, size);
    CHECK_EQ(memory.method, method); /* a bad address is no reason to give a method up */
    dog_memory_done(&memory);
    return err;
}

TEST(every_method_copies_what_is_there)
{
    static char from[70000], to[70000];
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = (char)(i * 7);
    }
    for (size_t m = 0; m < 3; m++) {
        memset(to, 0, sizeof to);
        CHECK_EQ(read_with(methods[m], from, to, sizeof to), DOG_OK);
        CHECK(memcmp(from, to, sizeof to) == 0);
    }
}

TEST(no_method_dies_of_a_bad_address)
{
    long page = sysconf(_SC_PAGESIZE);
    char *hole =
        mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(hole + page, (size_t)page);
    FILE *file = tmpfile();
    char *past_end = mmap(NULL, (size_t)page, PROT_READ, MAP_SHARED, fileno(file), 0);
    const void *bad[] = {
        NULL,
        (void *)8,
        (void *)UINT64_C(0x8000000000000000), /* not canonical */
        (void *)UINT64_C(0xffffffffff600000), /* vsyscall */
        (void *)(UINTPTR_MAX - 8),            /* wraps round */
        hole + page,
        hole + page - 32, /* half of it is there */
        past_end,         /* SIGBUS if it were touched */
    };
    char to[64];
    for (size_t m = 0; m < 3; m++) {
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            if (read_with(methods[m], bad[i], to, sizeof to) != DOG_ERR_UNREADABLE) {
                printf("method %s, address %zu\n", dog_memory_method_name(methods[m]), i);
                CHECK(false);
            }
        }
    }
    munmap(hole, (size_t)page);
    munmap(past_end, (size_t)page);
    fclose(file);
}

TEST(a_page_that_may_not_be_read_is_not_read)
{
    long page = sysconf(_SC_PAGESIZE);
    char *hidden =
        mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(hidden, 'x', (size_t)page);
    mprotect(hidden, (size_t)page, PROT_NONE);
    char to[8];
    CHECK_EQ(read_with(DOG_MEMORY_READV, hidden, to, sizeof to), DOG_ERR_UNREADABLE);
    CHECK_EQ(read_with(DOG_MEMORY_PIPE, hidden, to, sizeof to), DOG_ERR_UNREADABLE);
    munmap(hidden, (size_t)page);
}

TEST(a_bad_span_does_not_keep_the_others_from_being_read)
{
    enum {
        COUNT = 200
    };
    static uint64_t from[COUNT], to[COUNT];
    struct dog_span spans[COUNT];
    for (size_t m = 0; m < 3; m++) {
        struct dog_memory memory;
        dog_memory_init_with(&memory, methods[m]);
        for (size_t i = 0; i < COUNT; i++) {
            from[i] = i * 3 + 1;
            to[i] = 0;
            dog_addr at = {i % 7 == 3 ? 16 : (uint64_t)(uintptr_t)&from[i]};
            spans[i] = (struct dog_span){.from = at, .to = &to[i], .size = 8};
        }
        dog_source_read_spans(dog_memory_source(&memory), spans, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            CHECK_EQ(spans[i].ok, i % 7 != 3);
            CHECK(!spans[i].ok || to[i] == i * 3 + 1);
        }
        CHECK(memory.failures > 0);
        dog_memory_done(&memory);
    }
}

/* The filter's answer to `number`; all else is allowed. */
static bool forbid(int number, uint32_t answer)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, answer),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof code / sizeof *code, .filter = code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

/* What a process under such a filter ends up reading with; -1: it died. `late`: the filter comes
 * after the first read. */
static int method_under(uint32_t answer, bool late)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct dog_memory memory;
        if (late) {
            dog_memory_init(&memory);
        }
        if (!forbid(SYS_process_vm_readv, answer)) {
            _exit(100);
        }
        if (!late) {
            dog_memory_init(&memory);
        }
        uint64_t from = 77, to = 0;
        enum dog_err err = dog_source_read(dog_memory_source(&memory),
                                           (dog_addr){(uint64_t)(uintptr_t)&from}, &to, 8);
        /* Nobody was left behind for the application to find. */
        bool childless = waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
        _exit(err == DOG_OK && to == 77 && childless ? (int)memory.method : 101);
    }
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_forbidden_call_is_replaced_by_the_next_method)
{
    CHECK_EQ(method_under(SECCOMP_RET_ERRNO | EPERM, false), DOG_MEMORY_PIPE);
    CHECK_EQ(method_under(SECCOMP_RET_ERRNO | ENOSYS, false), DOG_MEMORY_PIPE);
}

TEST(a_filter_that_kills_does_not_kill_us)
{
    CHECK_EQ(method_under(SECCOMP_RET_KILL_PROCESS, false), DOG_MEMORY_PIPE);
}

TEST(a_filter_that_comes_later_is_met_too)
{
    CHECK_EQ(method_under(SECCOMP_RET_ERRNO | EPERM, true), DOG_MEMORY_PIPE);
}

int main(void)
{
    RUN(every_method_copies_what_is_there);
    RUN(no_method_dies_of_a_bad_address);
    RUN(a_page_that_may_not_be_read_is_not_read);
    RUN(a_bad_span_does_not_keep_the_others_from_being_read);
    RUN(a_forbidden_call_is_replaced_by_the_next_method);
    RUN(a_filter_that_kills_does_not_kill_us);
    RUN(a_filter_that_comes_later_is_met_too);
    return check_report();
}
