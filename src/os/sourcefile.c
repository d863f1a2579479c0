#include "os/sourcefile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "os/files.h"

/* statfs(2) and linux/magic.h: file systems whose reads wait for somebody else's machine or
 * process. */
#define MAGIC_NFS  0x6969
#define MAGIC_SMB  0x517B
#define MAGIC_CIFS 0xFF534D42
#define MAGIC_SMB2 0xFE534D42
#define MAGIC_CEPH 0x00C36400
#define MAGIC_AFS  0x5346414F
#define MAGIC_9P   0x01021997
#define MAGIC_FUSE 0x65735546

bool dog_sourcefile_identity_eq(struct dog_sourcefile_identity a, struct dog_sourcefile_identity b)
{
    return a.device == b.device && a.inode == b.inode && a.size == b.size &&
           a.modified_ns == b.modified_ns;
}

static enum dog_err identity_of(const struct stat *facts,
                                struct dog_sourcefile_identity *ret_identity)
{
    if (!S_ISREG(facts->st_mode)) {
        return DOG_ERR_INVALID;
    }
    *ret_identity = (struct dog_sourcefile_identity){
        .device = facts->st_dev,
        .inode = facts->st_ino,
        .size = facts->st_size > 0 ? (uint64_t)facts->st_size : 0,
        .modified_ns = (int64_t)((uint64_t)facts->st_mtim.tv_sec * 1000000000u +
                                 (uint64_t)facts->st_mtim.tv_nsec),
    };
    return DOG_OK;
}

enum dog_err dog_sourcefile_identify(const char *path, struct dog_sourcefile_identity *ret_identity)
{
    struct stat facts;
    return stat(path, &facts) == 0 ? identity_of(&facts, ret_identity) : dog_files_err(errno);
}

static bool may_wait_for_others(int file)
{
    struct statfs facts;
    if (fstatfs(file, &facts) == -1) {
        return true;
    }
    switch ((uint32_t)facts.f_type) {
    case MAGIC_NFS:
    case MAGIC_SMB:
    case MAGIC_CIFS:
    case MAGIC_SMB2:
    case MAGIC_CEPH:
    case MAGIC_AFS:
    case MAGIC_9P:
    case MAGIC_FUSE: return true;
    default: return false;
    }
}

enum dog_err dog_sourcefile_open(const char *path, struct dog_sourcefile *ret_file)
{
    int fd;
    do {
        fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    } while (fd == -1 && errno == EINTR);
    if (fd == -1) {
        return dog_files_err(errno);
    }
    struct dog_sourcefile_identity identity;
    struct stat facts;
    enum dog_err err =
        fstat(fd, &facts) == 0 ? identity_of(&facts, &identity) : dog_files_err(errno);
    if (err != DOG_OK) {
        dog_files_discard(fd);
        return err;
    }
    *ret_file = (struct dog_sourcefile){
        .fd = fd,
        .cached_only = may_wait_for_others(fd),
        .identity = identity,
    };
    return DOG_OK;
}

enum dog_err dog_sourcefile_read(const struct dog_sourcefile *file, uint64_t offset, void *to,
                                 size_t size, size_t *ret_size)
{
    struct iovec piece = {.iov_base = to, .iov_len = size};
    ssize_t got;
    do {
        got = file->cached_only ? preadv2(file->fd, &piece, 1, (off_t)offset, RWF_NOWAIT)
                                : pread(file->fd, to, size, (off_t)offset);
    } while (got == -1 && errno == EINTR);
    if (got == -1) {
        return dog_files_err(errno);
    }
    *ret_size = (size_t)got;
    return DOG_OK;
}

void dog_sourcefile_close(struct dog_sourcefile *file)
{
    dog_files_discard(file->fd);
    file->fd = -1;
}
