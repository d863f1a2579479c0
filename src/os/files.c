#include "os/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h> /* RENAME_NOREPLACE */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/spare.h"

/* Hidden by the umask, or widened by the folder's default ACL. */
#define FILE_MODE   (mode_t)0600
#define FOLDER_MODE (mode_t)0700

#define RETRY(result, call) \
    do {                    \
        result = (call);    \
    } while (result == -1 && errno == EINTR)

bool dog_file_id_eq(struct dog_file_id a, struct dog_file_id b)
{
    return a.device == b.device && a.inode == b.inode;
}

enum dog_err dog_files_err(int system_number)
{
    switch (system_number) {
    case ENOENT:
    case ESTALE: return DOG_ERR_ABSENT;
    case ENOTDIR: return DOG_ERR_NOT_FOLDER;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP: /* O_NOFOLLOW met a link */
    case ENXIO: /* O_NONBLOCK met a pipe that nobody reads */ return DOG_ERR_DENIED;
    case EEXIST: return DOG_ERR_EXISTS;
    case ENOSPC:
    case EDQUOT: return DOG_ERR_FULL;
    case EFBIG: /* RLIMIT_FSIZE, where SIGXFSZ is blocked */ return DOG_ERR_TOO_LARGE;
    case EMFILE:
    case ENFILE: return DOG_ERR_NO_FILE;
    case ENOMEM: return DOG_ERR_NOMEM;
    case ENAMETOOLONG: return DOG_ERR_LIMIT;
    case ENOSYS:
    case EOPNOTSUPP: return DOG_ERR_UNSUPPORTED;
    case EAGAIN: return DOG_ERR_TIMEOUT;
    default: return DOG_ERR_IO;
    }
}

static struct dog_file_id id_of(const struct stat *facts)
{
    return (struct dog_file_id){.device = facts->st_dev, .inode = facts->st_ino};
}

void dog_files_discard(int file)
{
    if (file >= 0) {
        (void)close(file); /* never repeated: on Linux the descriptor is gone even after EINTR */
    }
}

enum dog_err dog_files_close(int file)
{
    return close(file) == 0 || errno == EINTR ? DOG_OK : dog_files_err(errno);
}

enum dog_err dog_files_open_folder(const char *path, int *ret_folder, struct dog_file_id *ret_id)
{
    int folder = dog_spare_open(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder == -1) {
        return dog_files_err(errno);
    }
    struct stat facts;
    if (fstat(folder, &facts) == -1) {
        enum dog_err err = dog_files_err(errno);
        dog_files_discard(folder);
        return err;
    }
    *ret_folder = folder;
    *ret_id = id_of(&facts);
    return DOG_OK;
}

static enum dog_err make_folder(const char *path)
{
    return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST ? DOG_OK : dog_files_err(errno);
}

enum dog_err dog_files_make_folders(char *path)
{
    for (char *slash = path; *slash != '\0'; slash++) {
        if (*slash != '/' || slash == path) {
            continue;
        }
        *slash = '\0';
        enum dog_err err = make_folder(path);
        *slash = '/';
        if (err != DOG_OK) {
            return err;
        }
    }
    return make_folder(path);
}

enum dog_err dog_files_id_of_path(const char *path, struct dog_file_id *ret_id)
{
    struct stat facts;
    if (stat(path, &facts) == -1) {
        return dog_files_err(errno);
    }
    *ret_id = id_of(&facts);
    return DOG_OK;
}

enum dog_err dog_files_create(int folder, const char *name, int *ret_file,
                              struct dog_file_id *ret_id)
{
    int file = dog_spare_open(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                              FILE_MODE);
    if (file == -1) {
        return dog_files_err(errno);
    }
    struct stat facts;
    if (fstat(file, &facts) == -1 ||
        ((facts.st_mode & 07777) != FILE_MODE && fchmod(file, FILE_MODE) == -1)) {
        enum dog_err err = dog_files_err(errno);
        dog_files_discard(file);
        dog_files_remove(folder, name);
        return err;
    }
    *ret_file = file;
    *ret_id = id_of(&facts);
    return DOG_OK;
}

enum dog_err dog_files_write_all(int file, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t written;
        RETRY(written, write(file, at, size));
        if (written == -1) {
            return dog_files_err(errno);
        }
        if (written == 0) {
            return DOG_ERR_IO; /* not possible for a file; without this it would be for ever */
        }
        at += written;
        size -= (size_t)written;
    }
    return DOG_OK;
}

enum dog_err dog_files_rename_new(int folder, const char *from, const char *to)
{
    /* By number: musl has no function for it. */
    if (syscall(SYS_renameat2, folder, from, folder, to, RENAME_NOREPLACE) == 0) {
        return DOG_OK;
    }
    int number = errno;
    /* File systems (NFS, some of FUSE), kernels and sandboxes that do not have it. */
    if (number != EINVAL && number != ENOSYS && number != EPERM) {
        return dog_files_err(number);
    }
    if (linkat(folder, from, folder, to, 0) == -1) {
        return dog_files_err(errno);
    }
    dog_files_remove(folder, from);
    return DOG_OK;
}

void dog_files_remove(int folder, const char *name)
{
    (void)unlinkat(folder, name, 0);
}

enum dog_err dog_files_append(int folder, const char *name, struct dog_file_id id,
                              const void *bytes, size_t size)
{
    int file = dog_spare_open(
        folder, name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
    if (file == -1) {
        return dog_files_err(errno);
    }
    enum dog_err err = DOG_OK;
    struct stat facts;
    if (fstat(file, &facts) == -1) {
        err = dog_files_err(errno);
    } else if (!S_ISREG(facts.st_mode) || !dog_file_id_eq(id_of(&facts), id)) {
        err = DOG_ERR_DENIED;
    }
    if (err != DOG_OK) {
        dog_files_discard(file);
        return err;
    }
    ssize_t written;
    RETRY(written, write(file, bytes, size));
    if (written == -1) {
        err = dog_files_err(errno);
    } else if ((size_t)written < size) {
        err = DOG_ERR_FULL;
        /* Nobody else writes to it. If this fails too, half an event stays: its reader skips it. */
        if (ftruncate(file, facts.st_size) == -1) {
            err = DOG_ERR_IO;
        }
    }
    enum dog_err closed = dog_files_close(file);
    return err != DOG_OK ? err : closed;
}
