#include "ext/letter_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What the engine writes at most as one event, and the events that may have been appended. */
#define MAX_FILE (2u * 1024 * 1024)
#define MAX_PATH 4096u

/* New bytes, or NULL: with an exception if Python has no memory, else without. */
static PyObject *read_file(const char *path)
{
    PyObject *bytes = NULL;
    int file;
    ssize_t got = -1;
    size_t size = 0;
    char *buffer = PyMem_Malloc(MAX_FILE);
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    Py_BEGIN_ALLOW_THREADS file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file >= 0) {
        do {
            got = read(file, buffer + size, MAX_FILE - size);
            size += got > 0 ? (size_t)got : 0;
        } while ((got > 0 && size < MAX_FILE) || (got < 0 && errno == EINTR));
        close(file);
    }
    Py_END_ALLOW_THREADS if (file >= 0 && got >= 0)
    {
        bytes = PyBytes_FromStringAndSize(buffer, (Py_ssize_t)size);
    }
    PyMem_Free(buffer);
    return bytes;
}

static PyObject *gone(const char *path)
{
    return Py_BuildValue(
        "{s:s, s:N}", "kind", "error", "message",
        PyUnicode_FromFormat("dogslow cannot deliver a report, its file is gone or "
                             "unreadable: %s",
                             path));
}

static PyObject *first_line(PyObject *bytes)
{
    const char *start = PyBytes_AS_STRING(bytes);
    const char *end = memchr(start, '\n', (size_t)PyBytes_GET_SIZE(bytes));
    return end == NULL ? Py_NewRef(bytes) : PyBytes_FromStringAndSize(start, end - start);
}

PyObject *dog_letter_files_read(struct dog_str log_path)
{
    char path[MAX_PATH + 8];
    size_t stem = log_path.len >= 4 && log_path.len < MAX_PATH ? log_path.len - 4 : 0;
    memcpy(path, log_path.at, stem);
    strcpy(path + stem, ".jsonl");
    PyObject *json = read_file(path);
    strcpy(path + stem, ".log");
    PyObject *text = json != NULL ? read_file(path) : NULL;
    PyObject *letter = NULL;
    if (text != NULL) {
        letter =
            Py_BuildValue("{s:s, s:N, s:N, s:O}", "kind", "report", "path",
                          PyUnicode_DecodeFSDefault(path), "json", first_line(json), "text", text);
    } else if (!PyErr_Occurred()) {
        letter = gone(path);
    }
    Py_XDECREF(json);
    Py_XDECREF(text);
    return letter;
}
