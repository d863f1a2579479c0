"""Calls in a row, timed: the direct one, the middleware that does nothing, and a subject."""

import gc
import time
import types
from collections.abc import Callable
from itertools import repeat

Callee = Callable[[object], object]


class Request:
    """Stands for Django's: what is measured reads none of its attributes."""


def view(request: object) -> None:
    return None


class NoOp:
    """The least that a class-based middleware can be."""

    def __init__(self, get_response: Callee) -> None:
        self.get_response = get_response

    def __call__(self, request: object) -> object:
        return self.get_response(request)


def _loop(count: int, callee: Callee, request: object) -> int:
    start = time.perf_counter_ns()
    for _ in repeat(None, count):
        callee(request)
    return time.perf_counter_ns() - start


class Subject:
    """A callee with a loop of its own: the interpreter adapts a call to what is called there, and
    in a loop for all it would have adapted to another's."""

    def __init__(self, name: str, callee: Callee) -> None:
        self.name = name
        self.callee = callee
        self._loop: Callable[[int, Callee, object], int] = types.FunctionType(
            _loop.__code__.replace(), globals()
        )
        self.ns: list[float] = []

    def measure(self, count: int, request: object) -> None:
        """One round: nanoseconds a call, the loop's own included."""
        self.ns.append(self._loop(count, self.callee, request) / count)

    def warm(self, count: int, request: object) -> None:
        self._loop(count, self.callee, request)


def interleave(subjects: list[Subject], count: int, turn: int) -> None:
    """One round of all, begun by another each turn, so that what disturbs the machine hits all."""
    request = Request()
    first = turn % len(subjects)
    for subject in subjects[first:] + subjects[:first]:
        subject.measure(count, request)


def begin(subjects: list[Subject], count: int) -> None:
    gc.disable()
    for subject in subjects:
        subject.warm(count, Request())
