/* Does this stack stand at a debugger's prompt? Context: Pure.
 *
 * A developer who thinks is not a slow request. Told from the frames alone: the command loop of pdb
 * and of what derives from it (ipdb, pdbpp), of pudb, and pydevd's wait (PyCharm, VS Code). Code
 * that merely runs under a debugger's tracing is not at a prompt. */
#ifndef DOG_ENGINE_DEBUGGER_H
#define DOG_ENGINE_DEBUGGER_H

#include <stdbool.h>

#include "snapshot/stack.h"

bool dog_debugger_has_prompt(const struct dog_stack *stack);

#endif
