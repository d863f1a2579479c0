"""Finds how much of something takes as long as it should, on this machine."""

import time
from collections.abc import Callable
from typing import Any

from .cases import SECONDS

ENOUGH_TO_TELL = 0.1  # seconds


class Load:
    """Something that takes SECONDS to work on.

    make:   makes the thing of size n
    work:   works on it; nothing else is timed
    start:  a size that takes no time
    by:     None: the time is about linear in n. Else adding one to n multiplies the time by this.
    """

    def __init__(
        self,
        make: Callable[[int], Any],
        work: Callable[[Any], Any],
        *,
        start: int,
        by: float | None = None,
    ) -> None:
        self._make = make
        self._work = work
        self._start = start
        self._by = by
        self._value: Any = None

    def prepare(self) -> None:
        if self._value is not None:
            return
        n = self._start
        while (took := self._time(n)) < ENOUGH_TO_TELL:
            n = n + 1 if self._by else n * 2
        # The smaller of two, lest a moment of bad luck make the case too quick.
        took = min(took, self._time(n))
        while self._by and took < SECONDS:
            took *= self._by
            n += 1
        if not self._by:
            n = int(n * SECONDS / took) + 1
        self._value = self._make(n)

    @property
    def value(self) -> Any:
        return self._value

    def _time(self, n: int) -> float:
        thing = self._make(n)
        begin = time.perf_counter()
        self._work(thing)
        return time.perf_counter() - begin
