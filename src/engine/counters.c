#include "engine/counters.h"

#include "os/zone.h"

static struct dog_counters *counters;

enum dog_err dog_counters_setup(void)
{
    void *memory;
    enum dog_err err = dog_zone_map(sizeof *counters, &memory);
    if (err == DOG_OK) {
        counters = memory;
    }
    return err;
}

struct dog_counters *dog_counters(void)
{
    return counters;
}
