#include "os/spare.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#define SPARES 2 /* a report needs its folder, and one file at a time */

static int spares[SPARES] = {-1, -1};

void dog_spare_keep(void)
{
    for (size_t i = 0; i < SPARES; i++) {
        if (spares[i] < 0) {
            spares[i] = open("/", O_PATH | O_CLOEXEC);
        }
    }
}

static int open_again(int folder, const char *path, int flags, mode_t mode)
{
    int file;
    do {
        file = openat(folder, path, flags, mode);
    } while (file == -1 && errno == EINTR);
    return file;
}

int dog_spare_open(int folder, const char *path, int flags, mode_t mode)
{
    int file = open_again(folder, path, flags, mode);
    for (size_t i = 0; i < SPARES && file == -1 && (errno == EMFILE || errno == ENFILE); i++) {
        if (spares[i] >= 0) {
            close(spares[i]);
            spares[i] = -1;
            /* Another thread may be quicker: then the other spare is tried. */
            file = open_again(folder, path, flags, mode);
        }
    }
    return file;
}
