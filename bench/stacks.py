"""Stacks of a wanted depth, of functions that are all different, from a file of their own."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

# As many different functions as the deepest stack that is not a recursion.
FUNCTIONS = 60

_FUNCTION = '''
class Part{i}:
    @staticmethod
    def step(frames, innermost):
        """Call on until `frames` frames are there, then `innermost`."""
        if frames <= 2:
            return innermost()
        wanted = frames - 1
        return Part{following}.step(
            wanted,
            innermost,
        )
'''


def write(folder: Path) -> ModuleType:
    path = folder / "bench_stack.py"
    path.write_text(
        "".join(_FUNCTION.format(i=i, following=(i + 1) % FUNCTIONS) for i in range(FUNCTIONS))
    )
    spec = importlib.util.spec_from_file_location("bench_stack", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def descend(module: ModuleType, frames: int, innermost: Callable[[], Any]) -> Any:
    """Have `frames` frames more than the caller has, the innermost included."""
    return module.Part0.step(frames - 1, innermost)
