/* The name of a report's two files. Context: Pure, but for dog_name_new_id.
 *
 * slow_request_<UTC yyyymmddThhmmssZ>_<pid>_<random>, and ".jsonl" or ".log". The random part is
 * 128 bits: nobody who may write into the folder can put a file in our way. It is the report's id.
 */
#ifndef DOG_REPORT_NAME_H
#define DOG_REPORT_NAME_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"

#define DOG_NAME_ID_LEN 26u /* 128 bits, 5 a character */

/* "slow_request_" 13, date 16, pid at most 20, two "_", id 26, and room for a NUL. */
#define DOG_NAME_STEM_SIZE 80u

struct dog_id {
    char at[DOG_NAME_ID_LEN + 1]; /* a to z and 2 to 7, NUL-terminated */
};

/* Asks the kernel for random bytes; never waits. DOG_ERR_UNSUPPORTED if it has none to give. */
DOG_MUST_USE enum dog_err dog_name_new_id(struct dog_id *ret_id);

/* The name without its ending, NUL-terminated. */
void dog_name_stem(char stem[DOG_NAME_STEM_SIZE], dog_wall at, int64_t pid,
                   const struct dog_id *id);

#endif
