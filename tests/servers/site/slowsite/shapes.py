"""Code of every shape that a frame may have, each asleep in its innermost one."""

import concurrent.futures
import functools
import importlib
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from .cases import SECONDS, Case, add, slow


@slow("idle")
def generators() -> None:
    def source() -> Iterator[int]:
        time.sleep(SECONDS)  # slow: generators as generators.<locals>.source
        yield 1

    def delegating() -> Iterator[int]:
        yield from source()

    list(x for x in (y for y in map(abs, delegating())))


@slow("idle")
def recursion_2000() -> None:
    sys.setrecursionlimit(300_000)
    _descend(2000, functools.partial(_bottom, SECONDS))


@slow("idle")
def recursion_100000() -> None:
    def sleep() -> None:
        time.sleep(SECONDS)  # slow: recursion_100000

    # A recursion of Python functions alone uses no C stack from 3.11 on.
    sys.setrecursionlimit(300_000)
    _descend(100_000, sleep)


def _bottom(seconds: float) -> None:
    time.sleep(seconds)  # slow: recursion_2000


def _descend(depth: int, at_the_bottom: Callable[[], None]) -> None:
    if depth:
        _descend(depth - 1, at_the_bottom)
    else:
        at_the_bottom()


@slow("idle")
def callback_of_sort() -> None:
    def key(number: int) -> int:
        time.sleep(SECONDS / 2)  # slow: callback_of_sort
        return number

    sorted([2, 1], key=key)


@slow("idle")
def callback_of_re() -> None:
    def replacement(match: re.Match[str]) -> str:
        time.sleep(SECONDS)  # slow: callback_of_re
        return "b"

    re.sub("a", replacement, "a")


@slow("idle", innermost="rendered")
def executed_text() -> None:
    text = f"import time\ndef rendered():\n    time.sleep({SECONDS})\nrendered()"
    exec(compile(text, "<made at run time>", "exec"), {})  # slow: executed_text


@slow("idle")
def importing() -> None:
    sys.modules.pop("slowsite.slow_import", None)
    importlib.import_module("slowsite.slow_import")


@slow("idle")
def finalizer() -> None:
    class Heavy:
        def __del__(self) -> None:
            time.sleep(SECONDS)  # slow: finalizer

    Heavy()


@slow("idle")
def property_getter() -> None:
    class Lazy:
        @property
        def value(self) -> int:
            time.sleep(SECONDS)  # slow: property_getter
            return 1

    _ = Lazy().value


@slow("idle")
def context_manager() -> None:
    class Slow:
        def __enter__(self) -> None:
            pass

        def __exit__(self, *exc: object) -> None:
            time.sleep(SECONDS)  # slow: context_manager

    with Slow():
        pass


@slow("idle")
def many_lines() -> None:
    numbers = {
        "first": 1,
        "second": time.sleep(  # slow: many_lines
            SECONDS,
        ),
    }
    del numbers


@slow("idle")
def while_handling_an_exception() -> None:
    try:
        raise ValueError
    except ValueError:
        try:
            raise KeyError
        finally:
            try:
                time.sleep(SECONDS)  # slow: while_handling_an_exception
            finally:
                return  # noqa: B012  (the KeyError was only to be in a finally block)


@slow("idle")
def template() -> None:
    class Item:
        def price(self) -> int:
            time.sleep(SECONDS)  # slow: template
            return 1

    text = "{% for item in items %}{% if item.price > 0 %}{{ item }}{% endif %}{% endfor %}"
    Engine().from_string(text).render(Context({"items": [Item()]}))


class Method(View):
    @method_decorator(never_cache)
    def get(self, request: HttpRequest) -> HttpResponse:
        time.sleep(SECONDS)  # slow: class_based_view
        return HttpResponse()


def _logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@require_GET
@never_cache
@_logged
def _decorated(request: HttpRequest) -> HttpResponse:
    time.sleep(SECONDS)  # slow: decorated_view
    return HttpResponse()


def _with_argument(seconds: float, request: HttpRequest) -> HttpResponse:
    time.sleep(seconds)  # slow: partial_view
    return HttpResponse()


class _Callable:
    def __call__(self, request: HttpRequest) -> HttpResponse:
        time.sleep(SECONDS)  # slow: callable_object
        return HttpResponse()


def _in_a_pool(request: HttpRequest) -> HttpResponse:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in pool.map(time.sleep, [SECONDS]):  # slow: pool_map
            pass
    return HttpResponse()


add(Case("class_based_view", "idle", Method.as_view(), is_view=True))
add(Case("decorated_view", "idle", _decorated, is_view=True))
add(Case("partial_view", "idle", functools.partial(_with_argument, SECONDS), is_view=True))
add(Case("callable_object", "idle", _Callable(), is_view=True))
add(Case("pool_map", "idle", _in_a_pool, is_view=True, innermost="Condition.wait"))
