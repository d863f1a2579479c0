/* The folder of the report files. Context: Watchdog; one thread at a time. No malloc, no stdio.
 *
 * A report is two files. Both are written under hidden names and appear whole, .jsonl first: who
 * sees the .log has both. Nothing that is in the folder already is overwritten, followed (if it is
 * a link) or opened (if it is not a file of ours). The folder itself may be a link: its owner chose
 * it. It is made, with its parents, as 0700 if it is not there; files are 0600 whatever the umask.
 *
 * The folder stays open between reports. When its path leads elsewhere by then (removed, moved,
 * rotated), it is opened anew, once a report. Nothing is tried twice otherwise.
 *
 * A process that is killed between the writing and the naming leaves a hidden file
 * ".slow_request_... .tmp" behind; what fails in any other way leaves nothing. */
#ifndef DOG_REPORT_FOLDER_H
#define DOG_REPORT_FOLDER_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "os/files.h"
#include "report/name.h"

#define DOG_FOLDER_PATH_SIZE 4096u /* PATH_MAX */

struct dog_folder {
    char path[DOG_FOLDER_PATH_SIZE]; /* NUL-terminated, absolute */
    int fd;                          /* -1: not open */
    struct dog_file_id id;
};

/* What is needed to append to a report. Plain data of 120 bytes; copy it as you like. */
struct dog_published {
    char stem[DOG_NAME_STEM_SIZE];
    struct dog_file_id json;
    struct dog_file_id text;
};

/* Nothing is opened or made yet. DOG_ERR_INVALID if `path` is not absolute or has a NUL,
 * DOG_ERR_LIMIT if it is too long. */
DOG_MUST_USE enum dog_err dog_folder_init(struct dog_folder *folder, struct dog_str path);

/* Closes it; `folder` may be used again, and is opened when needed. After a fork the child may go
 * on with its copy. */
void dog_folder_done(struct dog_folder *folder);

/* Writes both files. On failure neither is visible under its final name:
 *   DOG_ERR_FULL     no space, or a quota
 *   DOG_ERR_DENIED   not permitted, or a read-only file system
 *   DOG_ERR_ABSENT   the folder could not be made, or went away
 *   DOG_ERR_NOT_FOLDER  a part of its path is a file
 *   DOG_ERR_TOO_LARGE   beyond the limit of a file's size
 *   DOG_ERR_NO_FILE     no file descriptor left, not even a spare one (os/spare.h)
 *   DOG_ERR_NOMEM    no kernel memory left
 *   DOG_ERR_IO       anything else. */
DOG_MUST_USE enum dog_err dog_folder_publish(struct dog_folder *folder, dog_wall at, int64_t pid,
                                             const struct dog_id *id, struct dog_str json,
                                             struct dog_str text,
                                             struct dog_published *ret_published);

/* Appends to both files, each by one write; they must be the very files that were published. What
 * could not be written whole is taken back. DOG_ERR_ABSENT: gone, DOG_ERR_DENIED: a link or
 * something else is there now; else as above. If the .jsonl fails, the .log is not touched. */
DOG_MUST_USE enum dog_err dog_folder_append(struct dog_folder *folder,
                                            const struct dog_published *published,
                                            struct dog_str json, struct dog_str text);

/* The path of one of its files, NUL-terminated: "<folder>/<stem><ending>". DOG_ERR_LIMIT if it does
 * not fit in `size`. `ending` is ".log" or ".jsonl". */
DOG_MUST_USE enum dog_err dog_folder_path_of(const struct dog_folder *folder,
                                             const struct dog_published *published,
                                             const char *ending, char *path, size_t size);

#endif
