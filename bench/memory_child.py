"""Child: memory that dogslow adds.

Options: what (a function below), count, and batch for reports. Answer: bytes.
"""

import gc
import shutil
import sys
import tempfile
import threading
import time
from collections import deque
from itertools import repeat
from pathlib import Path
from typing import Any

import children
from calls import Request, view
from core import CORE, configure
from machine import resident


def watches_of(count: int) -> tuple[list[Any], list[Request]]:
    """The list and the requests are made before anything is measured."""
    requests = [Request() for _ in range(count)]
    watches: list[Any] = [None] * count
    warm = CORE.arm(requests[0])
    CORE.disarm(warm, None, None)
    gc.collect()
    return watches, requests


def armed(options: dict[str, Any]) -> dict[str, float]:
    """In flight, the deadline far away."""
    configure()
    count = options["count"]
    watches, requests = watches_of(count)
    before = resident()
    for i in range(count):
        watches[i] = CORE.arm(requests[i])
    grown = resident() - before
    # pymalloc hands out multiples of 16 bytes.
    an_object = -(-sys.getsizeof(watches[0]) // 16) * 16
    return {"each": grown / count, "object": an_object, "slots": CORE.stats()["slots"]}


def due(options: dict[str, Any]) -> dict[str, float]:
    """All in flight fall due in one period of the watchdog's scan, and go on: it keeps a deadline
    of each, at the latest a period later."""
    configure(timer=2.0)
    count = options["count"]
    watches, requests = watches_of(count)
    before = resident()
    end = time.monotonic() + 3.8
    for i in range(count):
        watches[i] = CORE.arm(requests[i])
    grown = resident() - before
    while time.monotonic() < end:
        grown = max(grown, resident() - before)
        time.sleep(0.05)
    for watch in watches:
        CORE.disarm(watch, None, None)
    return {"each": grown / count}


def serve(guard: Any, count: int) -> None:
    deque(map(guard, repeat(Request(), count)), maxlen=0)


def requests(options: dict[str, Any]) -> dict[str, float]:
    """Served a thousand a thread, as by a server that makes a thread for each connection."""
    configure()
    guard = CORE.Guard(view)
    each = min(1_000, options["count"])

    def some(count: int) -> None:
        for _ in range(count // each):
            thread = threading.Thread(target=serve, args=(guard, each))
            thread.start()
            thread.join()

    some(options["count"] // 50)
    gc.collect()
    before = resident()
    some(options["count"])
    gc.collect()
    return {"grown": resident() - before}


def empty(folder: str) -> None:
    for path in Path(folder).iterdir():
        path.unlink()


def batch_of_reports(folder: str, count: int) -> None:
    """All due at once; each is ended once it is written."""
    wanted = CORE.stats()["reports"] + count
    watches = [CORE.arm(Request()) for _ in range(count)]
    end = time.monotonic() + 30
    while CORE.stats()["reports"] < wanted:
        if time.monotonic() > end:
            raise SystemExit(f"no report in 30 s: {CORE.stats()}")
        time.sleep(0.002)
    for watch in watches:
        CORE.disarm(watch, None, None)
    empty(folder)


def reports(options: dict[str, Any]) -> dict[str, float]:
    folder = tempfile.mkdtemp(prefix="dogslow-bench-")
    try:
        configure(timer=0.005, output=folder, max_reports=10**9)
        batch = options["batch"]
        start = resident()
        batch_of_reports(folder, batch)
        batch_of_reports(folder, batch)
        gc.collect()
        before = resident()
        for _ in range(options["count"] // batch):
            batch_of_reports(folder, batch)
        gc.collect()
        stats = CORE.stats()
        return {
            "first": before - start,
            "grown": resident() - before,
            "reports": stats["reports"] - 2 * batch,
            "errors": stats["write_errors"],
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    options = children.options()
    what = {"armed": armed, "due": due, "requests": requests, "reports": reports}[options["what"]]
    children.answer(what(options))


main()
