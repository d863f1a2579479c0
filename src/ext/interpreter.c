#include "ext/interpreter.h"

static int32_t tstate_frame;
static int32_t cframe_frame;
static bool indirect;

void dog_interpreter_setup(const struct dog_layout *layout)
{
    tstate_frame = layout->tstate_frame;
    cframe_frame = layout->cframe_frame;
    indirect = layout->cframe_indirect != 0;
}

dog_addr dog_interpreter_current_frame(PyThreadState *tstate)
{
    const char *word = *(const char *const *)((const char *)tstate + tstate_frame);
    if (indirect && word != NULL) {
        word = *(const char *const *)(word + cframe_frame);
    }
    return dog_interpreter_addr(word);
}
