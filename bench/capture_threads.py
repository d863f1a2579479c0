"""Child: how long it takes to read a thread's stack.

Options: frames (list), rounds, reads. Answer: a list of dicts with frames, running, kept (frames),
and for each round ns of chain, warm and cold (null: it could not be read).
"""

import _thread
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import children
import stacks
from core import CORE, configure


class Stack:
    """A thread with a stack of so many frames, that waits for a lock or runs."""

    def __init__(self, module: ModuleType, frames: int, running: bool) -> None:
        self.frames = frames
        self.running = running
        self.native_id = 0
        self._module = module
        self._over = False
        self._wait = _thread.allocate_lock()
        self._wait.acquire()
        self._gone = _thread.allocate_lock()
        self._gone.acquire()
        # Not one of threading's: it would have frames of its own at the bottom.
        _thread.start_new_thread(self._run, ())
        end = time.monotonic() + 30
        while not self.native_id:
            if time.monotonic() > end:
                raise SystemExit(f"no thread with {frames} frames in 30 s")
            time.sleep(0.001)

    def _run(self) -> None:
        stacks.descend(self._module, self.frames - 1, self._spin if self.running else self._block)
        self._gone.release()

    def _block(self) -> None:
        self.native_id = threading.get_native_id()
        self._wait.acquire()

    def _spin(self) -> None:
        self.native_id = threading.get_native_id()
        count = 0
        while not self._over:
            count += 1

    def end(self) -> None:
        self._over = True
        self._wait.release()
        self._gone.acquire()


def measure(stack: Stack, rounds: int, reads: int) -> dict[str, Any]:
    out: dict[str, Any] = {"frames": stack.frames, "running": stack.running}
    chain, warm, cold = [], [], []
    for _ in range(rounds):
        ns = CORE._measure_stack(stack.native_id, reads, False)
        # Of a stack that is too deep the middle is counted, not kept.
        assert ns[2] == stack.frames or 200 < ns[2] < stack.frames, ns
        out["kept"] = ns[2]
        chain.append(ns[0])
        warm.append(ns[1])
        cold.append(CORE._measure_stack(stack.native_id, max(1, reads // 5), True)[1])
    for name, values in (("chain", chain), ("warm", warm), ("cold", cold)):
        out[name] = None if min(values) < 0 else values
    return out


def main() -> None:
    options = children.options()
    configure()
    sys.setrecursionlimit(max(options["frames"]) + 1_000)
    answer = []
    with tempfile.TemporaryDirectory() as folder:
        module = stacks.write(Path(folder))
        for frames in options["frames"]:
            for running in (False, True):
                stack = Stack(module, frames, running)
                # A deep stack takes longer: as many reads as take about the same time.
                reads = max(2, options["reads"] * 30 // max(frames, 30))
                answer.append(measure(stack, options["rounds"], reads))
                stack.end()
    children.answer(answer)


main()
