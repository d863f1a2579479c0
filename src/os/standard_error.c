#include "os/standard_error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Would a line of `size` be taken at once? poll(2) says that a pipe is writable when one page is
 * free. A pipe holds pages, not bytes: a write that does not fit in the rest of its last page
 * begins a new one, so any two neighbours hold more than a page, and what is in it may take twice
 * its bytes. The first page may be read in part, and the line may begin in the middle of one. */
static bool has_room(bool is_pipe, size_t size)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) {
        return false;
    }
    if (!is_pipe) {
        return true;
    }
    const size_t page = 4096;
    int held = 0;
    int capacity = fcntl(STDERR_FILENO, F_GETPIPE_SZ);
    if (capacity < 0 || ioctl(STDERR_FILENO, FIONREAD, &held) != 0 || held < 0) {
        return false;
    }
    return (size_t)capacity >= (size_t)held * 2 + size + 2 * page;
}

/* Between the question and the answer the application may write, too. */
static ssize_t write_now(const char *line, size_t size, mode_t mode)
{
    if (S_ISSOCK(mode)) { /* journald's */
        return send(STDERR_FILENO, line, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (S_ISFIFO(mode)) {
        struct iovec piece = {.iov_base = (void *)line, .iov_len = size};
        ssize_t put = pwritev2(STDERR_FILENO, &piece, 1, -1, RWF_NOWAIT);
        if (put >= 0 || (errno != EOPNOTSUPP && errno != EINVAL && errno != ENOSYS)) {
            return put; /* older kernels do not know the flag, for pipes or at all */
        }
    }
    return write(STDERR_FILENO, line, size);
}

enum dog_err dog_standard_error_write(const char *line, size_t size)
{
    struct stat facts;
    if (fstat(STDERR_FILENO, &facts) != 0) {
        return DOG_ERR_IO;
    }
    if (!has_room(S_ISFIFO(facts.st_mode), size)) {
        return DOG_ERR_FULL;
    }
    ssize_t put;
    do {
        put = write_now(line, size, facts.st_mode);
    } while (put < 0 && errno == EINTR);
    if (put < 0) {
        return errno == EAGAIN ? DOG_ERR_FULL : DOG_ERR_IO;
    }
    return (size_t)put == size ? DOG_OK : DOG_ERR_IO;
}
