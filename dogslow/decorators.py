"""A deadline for one view, or none: `@dogslow.timer(120)` and `@dogslow.ignore`.

They set an attribute and return the view itself; the watchdog reads the attribute from memory
when a deadline passes, so they cost a request nothing. They go on any view function, partial or
View class. For a View's methods, use `method_decorator(..., name="dispatch")` on the class.
"""

import math
import sys
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Final, TypeVar

from dogslow import log
from dogslow.kinds import LONGEST_S

V = TypeVar("V", bound=Callable[..., object])

# What the core looks for.
_TIMER: Final = "_dogslow_timer"
_IGNORE: Final = "_dogslow_ignore"

_smallest: float | None = None


def timer(seconds: float) -> Callable[[V], V]:
    """Report a request of this view after `seconds` instead of DOGSLOW_TIMER.

    DOGSLOW_TIMERS wins over it. Raises TypeError or ValueError if `seconds` is no number above 0.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(
            "dogslow.timer() takes a number of seconds, as in @dogslow.timer(120), "
            f"not {type(seconds).__name__}; for a view that is never reported use @dogslow.ignore"
        )
    try:
        limit = float(seconds)
    except OverflowError:
        limit = math.inf
    if not (math.isfinite(limit) and limit > 0):
        raise ValueError(
            f"dogslow.timer({seconds!r}): seconds must be above 0 and finite; "
            "for a view that is never reported use @dogslow.ignore"
        )
    limit = min(limit, LONGEST_S)

    def mark(view: V) -> V:
        _mark(view, _TIMER, limit, f"dogslow.timer({seconds!r})")
        _note(limit)
        return view

    return mark


def ignore(view: V) -> V:
    """Never report a request of this view."""
    _mark(view, _IGNORE, True, "dogslow.ignore")
    return view


def smallest() -> float | None:
    """The smallest deadline that any timer() of this process has set, in seconds."""
    return _smallest


def _note(seconds: float) -> None:
    global _smallest
    if _smallest is not None and seconds >= _smallest:
        return
    _smallest = seconds
    # Only if it is loaded: a decorator must not be what loads the C module. Else, and for what
    # was noted before, configuration.apply() tells it.
    core = sys.modules.get("dogslow._core")
    if core is not None:
        core.note_timer(seconds)


def _mark(view: object, name: str, value: object, decorator: str) -> None:
    if not callable(view):
        raise TypeError(f"@{decorator} goes on a view, not on {type(view).__name__}")
    if _is_method(view):
        name_of_it = getattr(view, "__qualname__", "")
        raise TypeError(
            f"@{decorator} on the method {name_of_it} would have no effect; put "
            f'@method_decorator({decorator}, name="dispatch") on its class, or @{decorator}'
        )
    if isinstance(view, partial):
        _warn_if_lost(view, decorator)
    try:
        setattr(view, name, value)
    except (AttributeError, TypeError):
        raise TypeError(
            f"@{decorator} cannot mark {type(view).__name__} objects; "
            "give it a function, a functools.partial or a View class"
        ) from None


def _is_method(view: object) -> bool:
    """Whether this is a function made in a class's body, or a wrapper around one.

    What wraps a bound method (a site object's view, made safe by csrf_exempt) has a method's name
    too, and is a good view: so look at what was wrapped. Django's method_decorator() hands its
    decorators a dummy function first and a partial at each request: neither is a method here.
    """
    if not isinstance(view, FunctionType) or not _is_dotted(view.__qualname__):
        return False
    inner: object = view
    # A chain longer than this is a loop.
    for _ in range(100):
        wrapped = getattr(inner, "__wrapped__", None)
        if wrapped is None:
            break
        inner = wrapped
    return isinstance(inner, FunctionType) and _is_dotted(inner.__code__.co_qualname)


def _is_dotted(qualname: str) -> bool:
    return "." in qualname.rpartition("<locals>.")[2]


def _warn_if_lost(view: partial[object], decorator: str) -> None:
    """method_decorator() at request time: what it decorates is thrown away after this request.

    Only what is on `dispatch` reached the view, at as_view(). Elsewhere it is too late for an
    error, since a request is being served.
    """
    qualname = getattr(view, "__qualname__", "")
    if isinstance(qualname, str) and _is_dotted(qualname) and not qualname.endswith(".dispatch"):
        log.once(f'@method_decorator({decorator}) on {qualname} has no effect; use name="dispatch"')
