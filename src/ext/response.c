#include "ext/response.h"

#include "ext/interpreter.h"
#include "os/memory.h"
#include "snapshot/object_attr.h"
#include "snapshot/object_number.h"

static const struct dog_layout *checked_layout;

void dog_response_setup(const struct dog_layout *layout)
{
    checked_layout = layout;
}

/* Django sets it on the instance only when it differs from what the class says. */
static enum dog_err read_status(const struct dog_mem *mem, PyObject *response, int64_t *ret_status)
{
    dog_addr value;
    enum dog_err err = dog_object_attr(mem, dog_interpreter_addr(response), "status_code", &value);
    if (err == DOG_ERR_ABSENT) {
        err = dog_object_class_attr(mem, dog_interpreter_addr(Py_TYPE(response)), "status_code",
                                    &value);
    }
    return err == DOG_OK ? dog_object_int64(mem, value, ret_status) : err;
}

int32_t dog_response_status(PyObject *response)
{
    struct dog_memory memory;
    dog_memory_init(&memory);
    struct dog_mem mem = {.source = dog_memory_source(&memory), .layout = checked_layout};
    int64_t status;
    enum dog_err err = read_status(&mem, response, &status);
    dog_memory_done(&memory);
    return err == DOG_OK && status >= 100 && status <= 999 ? (int32_t)status : 0;
}
