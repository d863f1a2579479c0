/* How a response answers, without running any code of its class. Context: NeedsGil. */
#ifndef DOG_EXT_RESPONSE_H
#define DOG_EXT_RESPONSE_H

#include <Python.h>
#include <stdint.h>

#include "cpython/layout.h"

void dog_response_setup(const struct dog_layout *layout);

/* `status_code` as it stands in the instance or its class; 0 if there is none, or it is no int from
 * 100 to 999. Only called for a request that has a report. */
int32_t dog_response_status(PyObject *response);

#endif
