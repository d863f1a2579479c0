/* Making and appending files that nobody else can put in our way. Context: Watchdog.
 *
 * Every call is one or two system calls, repeated if a signal interrupts them; none waits for
 * anything but the file system. No malloc, no stdio, and errno is left as it may be. All names are
 * NUL-terminated and relative to an open folder. A final link is never followed, but for a folder.
 */
#ifndef DOG_OS_FILES_H
#define DOG_OS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Which file it is, whatever it is called. */
struct dog_file_id {
    uint64_t device;
    uint64_t inode;
};

bool dog_file_id_eq(struct dog_file_id a, struct dog_file_id b);

/* What a system's number means to us (see report/folder.h for the list). For os/ only. */
enum dog_err dog_files_err(int system_number);

/* Opens the folder at an absolute `path`, to find files in it (O_PATH). Links are followed. */
DOG_MUST_USE enum dog_err dog_files_open_folder(const char *path, int *ret_folder,
                                                struct dog_file_id *ret_id);

/* Makes the folder and those above it that are missing, as 0700. `path` is changed while it works
 * and is as before when it returns. Existing ones are left as they are. */
DOG_MUST_USE enum dog_err dog_files_make_folders(char *path);

/* What `path` leads to at this moment. */
DOG_MUST_USE enum dog_err dog_files_id_of_path(const char *path, struct dog_file_id *ret_id);

/* Makes a new file, 0600 whatever the umask or the folder's ACL, for writing. DOG_ERR_EXISTS. */
DOG_MUST_USE enum dog_err dog_files_create(int folder, const char *name, int *ret_file,
                                           struct dog_file_id *ret_id);

/* All of it, in as many writes as it takes. What was written on failure stays. */
DOG_MUST_USE enum dog_err dog_files_write_all(int file, const void *bytes, size_t size);

/* Closes a file and says whether what was written to it is kept: network file systems tell only
 * now. The descriptor is gone in any case. */
DOG_MUST_USE enum dog_err dog_files_close(int file);

/* Closes what was only read, or a folder. -1 is nothing to close. */
void dog_files_discard(int file);

/* Gives a file its final name, and takes the old one, in one step. DOG_ERR_EXISTS: never replaces.
 */
DOG_MUST_USE enum dog_err dog_files_rename_new(int folder, const char *from, const char *to);

/* As far as it can be: what is not there is as good. */
void dog_files_remove(int folder, const char *name);

/* Opens the file anew, makes sure that it is a regular file and this one, and appends with one
 * write. What could not be written whole is taken back. DOG_ERR_DENIED: it is not this one. */
DOG_MUST_USE enum dog_err dog_files_append(int folder, const char *name, struct dog_file_id id,
                                           const void *bytes, size_t size);

#endif
