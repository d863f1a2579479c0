"""Finds how much of something takes as long as it should, on this machine."""

import math
import time
from collections.abc import Callable
from typing import Any

from .cases import HOG_SECONDS

ENOUGH_TO_TELL = 0.1  # seconds


class Load:
    """Something that takes HOG_SECONDS to work on.

    make:   makes the thing of size n
    work:   works on it; nothing else is timed
    start:  a size that takes no time
    power:  the time grows like n to this power
    by:     instead: the time is multiplied by this when n grows by one
    """

    def __init__(
        self,
        make: Callable[[int], Any],
        work: Callable[[Any], Any],
        *,
        start: int,
        power: float = 1.0,
        by: float | None = None,
    ) -> None:
        self._make = make
        self._work = work
        self._start = start
        self._power = power
        self._by = by
        self.value: Any = None

    def prepare(self) -> None:
        """Makes `value`, once."""
        if self.value is not None:
            return
        n = self._start
        while self._time(n) < ENOUGH_TO_TELL:
            n = n + 1 if self._by else n * 2
        # The least of some, lest a moment of bad luck make the case too quick.
        factor = HOG_SECONDS / min(self._time(n) for _ in range(3))
        if self._by:
            n += math.ceil(math.log(factor, self._by))
        else:
            n = math.ceil(n * factor ** (1 / self._power))
        self.value = self._make(n)

    def _time(self, n: int) -> float:
        thing = self._make(n)
        begin = time.perf_counter()
        self._work(thing)
        return time.perf_counter() - begin
