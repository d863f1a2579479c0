#include "os/zone.h"

#include <sys/mman.h>

void *dog_zone_map_plain(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

enum dog_err dog_zone_map(size_t size, void **ret_memory)
{
    void *memory = dog_zone_map_plain(size);
    if (memory == NULL) {
        return DOG_ERR_NOMEM;
    }
    if (madvise(memory, size, MADV_WIPEONFORK) != 0) {
        munmap(memory, size);
        return DOG_ERR_UNSUPPORTED;
    }
    *ret_memory = memory;
    return DOG_OK;
}

void dog_zone_unmap(void *memory, size_t size)
{
    if (memory != NULL) {
        munmap(memory, size);
    }
}
