#include "os/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "os/memory_probe.h"
#include "os/thread.h"

/* Spans in one process_vm_readv: the kernel copies up to UIO_FASTIOV (8) vectors to its stack and
 * allocates for more; IOV_MAX is 1024. 64 keeps our own stack use at 2 KB. */
#define BATCH 64
/* A pipe holds 64 KB by default; one page at a time never blocks an empty one. */
#define PIPE_PIECE 4096

static bool is_bad_address(int error)
{
    return error == EFAULT || error == EIO || error == EINVAL;
}

static void open_pipe(struct dog_memory *memory)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
        memory->pipe_read = ends[0];
        memory->pipe_write = ends[1];
    }
}

static void close_all(struct dog_memory *memory)
{
    int *const fds[] = {&memory->pipe_read, &memory->pipe_write, &memory->proc};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (*fds[i] >= 0) {
            close(*fds[i]);
            *fds[i] = -1;
        }
    }
}

static void use_method(struct dog_memory *memory, enum dog_memory_method method)
{
    close_all(memory);
    memory->method = method;
    if (method == DOG_MEMORY_PIPE) {
        open_pipe(memory);
        if (memory->pipe_read < 0) {
            use_method(memory, DOG_MEMORY_PROC);
        }
    } else if (method == DOG_MEMORY_PROC) {
        memory->proc = open("/proc/thread-self/mem", O_RDONLY | O_CLOEXEC);
        if (memory->proc < 0) {
            memory->method = DOG_MEMORY_NONE;
        }
    }
}

/* The whole of one span by process_vm_readv. False when the method is of no use. */
static bool readv_one(struct dog_memory *memory, struct dog_span *span)
{
    struct iovec local = {span->to, span->size};
    struct iovec remote = {(void *)(uintptr_t)span->from.v, span->size};
    ssize_t got = process_vm_readv(memory->native_id, &local, 1, &remote, 1, 0);
    span->ok = got == (ssize_t)span->size;
    return got >= 0 || is_bad_address(errno);
}

/* As many spans as one call takes, of one at least. A short count means that the span where it
 * stopped is bad; the rest is asked for again. Returns how many spans were dealt with; 0: the
 * method is of no use. */
static size_t readv_batch(struct dog_memory *memory, struct dog_span *spans, size_t count)
{
    struct iovec local[BATCH], remote[BATCH];
    size_t n = count < BATCH ? count : BATCH;
    size_t i = 0;
    do {
        local[i] = (struct iovec){spans[i].to, spans[i].size};
        remote[i] = (struct iovec){(void *)(uintptr_t)spans[i].from.v, spans[i].size};
    } while (++i < n);
    ssize_t got = process_vm_readv(memory->native_id, local, n, remote, n, 0);
    if (got < 0) {
        if (!is_bad_address(errno)) {
            return 0;
        }
        /* EINVAL is for the lot (an overflowing length): one by one tells which. */
        return readv_one(memory, &spans[0]) ? 1 : 0;
    }
    size_t left = (size_t)got;
    size_t done = 0;
    while (done < n && spans[done].size <= left) {
        left -= spans[done].size;
        spans[done].ok = true;
        done++;
    }
    if (done < n) {
        spans[done].ok = false;
        done++;
    }
    return done;
}

static bool pipe_piece(struct dog_memory *memory, const char *from, char *to, size_t size,
                       bool *ret_usable)
{
    ssize_t put;
    do {
        put = write(memory->pipe_write, from, size);
    } while (put < 0 && errno == EINTR);
    if (put < 0) {
        *ret_usable = is_bad_address(errno);
        return false;
    }
    size_t taken = 0;
    while (taken < (size_t)put) {
        ssize_t got = read(memory->pipe_read, to + taken, (size_t)put - taken);
        if (got <= 0 && errno != EINTR) {
            *ret_usable = false;
            return false;
        }
        taken += got > 0 ? (size_t)got : 0;
    }
    return (size_t)put == size;
}

static bool pipe_one(struct dog_memory *memory, struct dog_span *span)
{
    bool usable = true;
    span->ok = true;
    for (size_t at = 0; at < span->size && span->ok; at += PIPE_PIECE) {
        size_t piece = span->size - at < PIPE_PIECE ? span->size - at : PIPE_PIECE;
        span->ok = pipe_piece(memory, (const char *)(uintptr_t)(span->from.v + at),
                              (char *)span->to + at, piece, &usable);
    }
    return usable;
}

static bool proc_one(struct dog_memory *memory, struct dog_span *span)
{
    ssize_t got;
    do {
        got = pread(memory->proc, span->to, span->size, (off_t)span->from.v);
    } while (got < 0 && errno == EINTR);
    span->ok = got == (ssize_t)span->size;
    return got >= 0 || is_bad_address(errno);
}

/* Deals with at least one span by the method in use, or goes on to the next method. */
static size_t read_some(struct dog_memory *memory, struct dog_span *spans, size_t count)
{
    bool usable = true;
    size_t done = 1;
    switch (memory->method) {
    case DOG_MEMORY_READV:
        done = readv_batch(memory, spans, count);
        usable = done > 0;
        break;
    case DOG_MEMORY_PIPE: usable = pipe_one(memory, spans); break;
    case DOG_MEMORY_PROC: usable = proc_one(memory, spans); break;
    case DOG_MEMORY_NONE: spans->ok = false; break;
    }
    if (!usable) {
        use_method(memory, memory->method + 1);
        return 0;
    }
    return done;
}

static void read_spans(void *self, struct dog_span *spans, size_t count)
{
    struct dog_memory *memory = self;
    memory->reads += count;
    for (size_t at = 0; at < count;) {
        at += read_some(memory, spans + at, count - at);
    }
    for (size_t i = 0; i < count; i++) {
        memory->failures += !spans[i].ok;
    }
}

void dog_memory_init_with(struct dog_memory *memory, enum dog_memory_method method)
{
    *memory = (struct dog_memory){
        .native_id = dog_thread_native_id(), .pipe_read = -1, .pipe_write = -1, .proc = -1};
    use_method(memory, method);
    /* A word that we know: a method that cannot read it, or reads another, is passed over. */
    const uint64_t known = UINT64_C(0x646f67736c6f7721);
    while (memory->method != DOG_MEMORY_NONE) {
        uint64_t word = 0;
        enum dog_err err = dog_source_read(dog_memory_source(memory), (dog_addr){(uintptr_t)&known},
                                           &word, sizeof word);
        if (err == DOG_OK && word == known) {
            break;
        }
        use_method(memory, memory->method + 1);
    }
}

void dog_memory_init(struct dog_memory *memory)
{
    dog_memory_init_with(memory, dog_memory_probe_readv() ? DOG_MEMORY_READV : DOG_MEMORY_PIPE);
}

void dog_memory_done(struct dog_memory *memory)
{
    if (memory != NULL) {
        close_all(memory);
        memory->method = DOG_MEMORY_NONE;
    }
}

struct dog_source dog_memory_source(struct dog_memory *memory)
{
    return (struct dog_source){.self = memory, .read = read_spans};
}

const char *dog_memory_method_name(enum dog_memory_method method)
{
    switch (method) {
    case DOG_MEMORY_READV: return "process_vm_readv";
    case DOG_MEMORY_PIPE: return "pipe";
    case DOG_MEMORY_PROC: return "/proc/thread-self/mem";
    case DOG_MEMORY_NONE: break;
    }
    return "none";
}
