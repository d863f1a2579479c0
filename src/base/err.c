#include "base/err.h"

const char *dog_err_name(enum dog_err err)
{
    switch (err) {
    case DOG_OK: return "ok";
    case DOG_ERR_UNREADABLE: return "unreadable memory";
    case DOG_ERR_INVALID: return "invalid";
    case DOG_ERR_MOVED: return "changed while read";
    case DOG_ERR_ABSENT: return "not found";
    case DOG_ERR_LIMIT: return "over a limit";
    case DOG_ERR_NOMEM: return "out of memory";
    case DOG_ERR_DENIED: return "permission denied";
    case DOG_ERR_EXISTS: return "exists";
    case DOG_ERR_FULL: return "no space left";
    case DOG_ERR_NO_FILE: return "too many open files";
    case DOG_ERR_NOT_FOLDER: return "not a folder";
    case DOG_ERR_TOO_LARGE: return "over the limit of a file's size";
    case DOG_ERR_IO: return "input/output error";
    case DOG_ERR_UNSUPPORTED: return "unsupported";
    case DOG_ERR_TIMEOUT: return "timed out";
    }
    return "unknown error";
}
