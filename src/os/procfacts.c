#include "os/procfacts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "os/files.h"

int64_t dog_procfacts_pid(void)
{
    return getpid();
}

int64_t dog_procfacts_ppid(void)
{
    return getppid();
}

struct dog_str dog_procfacts_hostname(char storage[DOG_PROCFACTS_HOSTNAME_SIZE])
{
    struct utsname names;
    if (uname(&names) == -1 || names.nodename[0] == '\0') {
        return DOG_STR_NONE;
    }
    size_t len = strnlen(names.nodename, sizeof names.nodename);
    if (len >= DOG_PROCFACTS_HOSTNAME_SIZE) {
        len = DOG_PROCFACTS_HOSTNAME_SIZE - 1;
    }
    memcpy(storage, names.nodename, len);
    storage[len] = '\0';
    return (struct dog_str){storage, len};
}

struct dog_str dog_procfacts_thread_name(int64_t native_thread_id,
                                         char storage[DOG_PROCFACTS_THREAD_NAME_SIZE])
{
    if (native_thread_id <= 0) {
        return DOG_STR_NONE;
    }
    char path_storage[64];
    struct dog_text path;
    dog_text_init(&path, path_storage, sizeof path_storage);
    dog_text_put(&path, "/proc/self/task/");
    dog_text_put_i64(&path, native_thread_id);
    dog_text_put(&path, "/comm");
    int file = open(dog_text_terminate(&path), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file == -1) {
        return DOG_STR_NONE;
    }
    ssize_t got;
    do {
        got = read(file, storage, DOG_PROCFACTS_THREAD_NAME_SIZE);
    } while (got == -1 && errno == EINTR);
    dog_files_discard(file);
    if (got <= 0) {
        return DOG_STR_NONE;
    }
    size_t len = (size_t)got;
    if (storage[len - 1] == '\n') {
        len--;
    }
    return (struct dog_str){storage, len};
}
