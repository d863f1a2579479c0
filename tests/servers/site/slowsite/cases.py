"""The register of ways to be slow: each is a function that is served under /battery/NAME/."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SECONDS = 2.0  # how long a case is slow, at least


@dataclass
class Case:
    name: str
    run: Callable[..., Any]
    view: Callable[..., Any] | None  # served as it is, where the case is about a kind of view
    holds_gil: bool  # one C call has the GIL all the while, or the request waits for the GIL
    prepare: Callable[[], None] | None  # run by /prepare/NAME/ before the case is measured


CASES: dict[str, Case] = {}
CASE_MODULES = ("hogs",)


def case(
    *,
    holds_gil: bool = False,
    prepare: Callable[[], None] | None = None,
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Registers a function without arguments under its name."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        name = function.__name__
        CASES[name] = Case(name, function, None, holds_gil, prepare)
        return function

    return register


def case_view(name: str, view: Callable[..., Any]) -> None:
    """Registers a view of its own kind."""
    CASES[name] = Case(name, view, view, False, None)
