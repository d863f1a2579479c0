#include "engine/debugger.h"

#include <string.h>

struct prompt {
    const char *file; /* the end of its path */
    const char *function;
};

static const struct prompt prompts[] = {
    {"/pdb.py", "Pdb.interaction"},
    {"/pdb.py", "Pdb.interaction_async"},
    {"/IPython/terminal/debugger.py", "TerminalPdb.cmdloop"},
    {"/pudb/debugger.py", "Debugger.interaction"},
    {"/pydevd.py", "PyDB.do_wait_suspend"},
    {"/pydevd.py", "PyDB._do_wait_suspend"},
};

static bool ends_with(struct dog_str str, const char *end)
{
    size_t len = strlen(end);
    return str.len >= len && memcmp(str.at + str.len - len, end, len) == 0;
}

bool dog_debugger_has_prompt(const struct dog_stack *stack)
{
    for (size_t i = stack->count; i > 0; i--) {
        const struct dog_frame *frame = &stack->frames[i - 1];
        for (size_t p = 0; p < sizeof prompts / sizeof *prompts; p++) {
            if (dog_str_is(frame->function, prompts[p].function) &&
                ends_with(frame->file, prompts[p].file)) {
                return true;
            }
        }
    }
    return false;
}
