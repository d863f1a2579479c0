#include "os/standard_error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* poll(2) says that a pipe is writable when one page fits. A line may be two: ask how much is in it. */
static int has_room(size_t size)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) {
        return 0;
    }
    struct stat facts;
    if (fstat(STDERR_FILENO, &facts) != 0 || !S_ISFIFO(facts.st_mode)) {
        return 1;
    }
    int waiting = 0;
    int capacity = fcntl(STDERR_FILENO, F_GETPIPE_SZ);
    if (capacity < 0 || ioctl(STDERR_FILENO, FIONREAD, &waiting) != 0) {
        return 0;
    }
    /* A page may be partly filled: count one for each end. */
    return (size_t)capacity >= (size_t)waiting + size + 2 * 4096;
}

enum dog_err dog_standard_error_write(const char *line, size_t size)
{
    if (!has_room(size)) {
        return DOG_ERR_FULL;
    }
    ssize_t put;
    do {
        put = write(STDERR_FILENO, line, size);
    } while (put < 0 && errno == EINTR);
    return put == (ssize_t)size ? DOG_OK : DOG_ERR_IO;
}
