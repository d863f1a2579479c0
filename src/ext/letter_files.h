/* A report read back from its files, for the delivery thread. Context: NeedsGil. */
#ifndef DOG_EXT_LETTER_FILES_H
#define DOG_EXT_LETTER_FILES_H

#include <Python.h>

#include "base/text.h"

/* A new dict with "kind", "path", "json" (the first line: later events may follow it by now) and
 * "text", from the .log at `path` and the .jsonl beside it. If they are gone, an error letter. NULL
 * with an exception only when Python has no memory. */
PyObject *dog_letter_files_read(struct dog_str path);

#endif
