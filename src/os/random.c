#include "os/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "os/files.h"

/* getrandom() gives this much whole, whatever signals arrive (getrandom(2)). */
#define MOST_WHOLE 256u

/* For kernels and sandboxes without getrandom(). */
static enum dog_err fill_from_device(void *to, size_t size)
{
    int device = open("/dev/urandom", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    if (device == -1) {
        return DOG_ERR_UNSUPPORTED;
    }
    ssize_t got;
    do {
        got = read(device, to, size);
    } while (got == -1 && errno == EINTR);
    dog_files_discard(device);
    return got >= 0 && (size_t)got == size ? DOG_OK : DOG_ERR_UNSUPPORTED;
}

enum dog_err dog_random_fill(void *to, size_t size)
{
    if (size > MOST_WHOLE) {
        return DOG_ERR_LIMIT;
    }
    ssize_t got;
    do {
        got = getrandom(to, size, GRND_NONBLOCK);
    } while (got == -1 && errno == EINTR);
    return got >= 0 && (size_t)got == size ? DOG_OK : fill_from_device(to, size);
}
