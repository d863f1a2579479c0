"""The register of ways to be slow: each is a function that is served under /battery/NAME/."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SECONDS = 2.0  # how long a case is slow, at least
HOG_SECONDS = 1.6  # as measured when the machine was as idle as it gets, so often longer

CASE_MODULES = ("hogs", "waits", "busy", "shapes", "größe_maß")


@dataclass(frozen=True)
class Case:
    """
    kind:       "hog": one C call has the GIL all the while; "starved": the request waits for the
                GIL; "busy": it uses the CPU; "idle": it waits for something else
    innermost:  function of the innermost frame; None: the marked line's own; "*": whichever, since
                it differs between CPythons or moves
    held:       name of what another request holds already, see /hold/NAME/
    then:       the case that another request runs meanwhile
    main:       it must run on the main thread
    """

    name: str
    kind: str
    run: Callable[..., Any]
    is_view: bool = False  # served as it is, where the case is about a kind of view
    prepare: Callable[[], None] | None = None  # run by /prepare/NAME/, not measured
    innermost: str | None = None
    held: str | None = None
    then: str | None = None
    main: bool = False


CASES: dict[str, Case] = {}


def add(case: Case) -> None:
    assert case.name not in CASES, case.name
    CASES[case.name] = case


def slow(kind: str, **facts: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Registers a function without arguments under its own name."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        add(Case(function.__name__, kind, function, **facts))
        return function

    return register
