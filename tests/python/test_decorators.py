import asyncio
import functools
import math
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

import dogslow
from dogslow import decorators

django = pytest.importorskip("django")

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.utils.decorators import method_decorator  # noqa: E402
from django.views import View  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decorators, "_smallest", None)


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


def fresh() -> Callable[..., Any]:
    return types.FunctionType(view.__code__, globals(), "view")


def test_a_view_is_marked_and_not_wrapped() -> None:
    one, other = fresh(), fresh()
    assert dogslow.timer(120)(one) is one
    assert one.__dict__ == {"_dogslow_timer": 120.0}
    assert dogslow.ignore(other) is other
    assert other.__dict__ == {"_dogslow_ignore": True}


def test_the_mark_survives_what_wraps_the_view() -> None:
    marked = dogslow.timer(0.5)(fresh())
    wrapped = login_required(marked)
    assert wrapped._dogslow_timer == 0.5
    assert dogslow.timer(7)(wrapped) is wrapped
    assert wrapped._dogslow_timer == 7.0
    assert marked._dogslow_timer == 0.5


def test_a_view_class_is_marked_and_its_subclass_inherits() -> None:
    @dogslow.timer(3)
    class Slow(View):
        pass

    class Slower(Slow):
        pass

    assert Slow.__dict__["_dogslow_timer"] == 3.0
    assert Slower.as_view().view_class._dogslow_timer == 3.0


@pytest.mark.parametrize(
    ("decorator", "mark"),
    [(dogslow.timer(3), ("_dogslow_timer", 3.0)), (dogslow.ignore, ("_dogslow_ignore", True))],
)
def test_method_decorator_on_dispatch_marks_the_view_function(
    decorator: Any, mark: tuple[str, object], said: Callable[[], list[str]]
) -> None:
    @method_decorator(decorator, name="dispatch")
    class Slow(View):
        def get(self, request: Any) -> HttpResponse:
            return HttpResponse("got")

    as_view = Slow.as_view()
    assert getattr(as_view, mark[0]) == mark[1]
    assert as_view(RequestFactory().get("/")).content == b"got"
    assert said() == []


def test_method_decorator_on_dispatch_marks_an_async_view_too() -> None:
    @method_decorator(dogslow.timer(3), name="dispatch")
    class Slow(View):
        async def get(self, request: Any) -> HttpResponse:
            return HttpResponse("got")

    as_view = Slow.as_view()
    assert as_view._dogslow_timer == 3.0

    async def call() -> HttpResponse:
        return await as_view(RequestFactory().get("/"))

    assert asyncio.run(call()).content == b"got"


def test_method_decorator_in_the_class_body_works_as_well() -> None:
    class Slow(View):
        @method_decorator(dogslow.timer(3))
        def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
            return HttpResponse("dispatched")

    as_view = Slow.as_view()
    assert as_view._dogslow_timer == 3.0
    assert dogslow.timer(4)(as_view) is as_view
    assert as_view(RequestFactory().get("/")).content == b"dispatched"


def test_method_decorator_on_another_method_serves_and_says_once_that_it_is_lost(
    said: Callable[[], list[str]],
) -> None:
    @method_decorator(dogslow.timer(3), name="get")
    class Slow(View):
        def get(self, request: Any) -> HttpResponse:
            return HttpResponse("got")

    as_view = Slow.as_view()
    for _ in range(2):
        assert as_view(RequestFactory().get("/")).content == b"got"
    assert len(said()) == 1
    assert "Slow.get" in said()[0]
    assert 'name="dispatch"' in said()[0]


def test_on_a_method_it_is_a_type_error_that_names_method_decorator() -> None:
    with pytest.raises(TypeError, match=r'method_decorator\(dogslow\.timer\(3\), name="dispatch"'):

        class Slow(View):
            @dogslow.timer(3)
            def get(self, request: Any) -> HttpResponse:
                return HttpResponse()

    with pytest.raises(TypeError, match=r"method_decorator\(dogslow\.ignore, "):

        class Ignored(View):
            @dogslow.ignore
            async def get(self, request: Any) -> HttpResponse:
                return HttpResponse()

    with pytest.raises(TypeError, match="method_decorator"):

        class Wrapped(View):
            @dogslow.timer(3)
            @csrf_exempt
            def get(self, request: Any) -> HttpResponse:
                return HttpResponse()


def test_a_bound_method_that_a_decorator_has_wrapped_is_a_view_like_any_other() -> None:
    class Site:
        def index(self, request: Any) -> HttpResponse:
            return HttpResponse("index")

    index = dogslow.timer(3)(csrf_exempt(Site().index))
    assert index._dogslow_timer == 3.0


def test_partials_and_callable_objects_are_marked() -> None:
    class Callable_:
        def __call__(self, request: Any) -> HttpResponse:
            return HttpResponse()

    partial = dogslow.timer(3)(functools.partial(view, 1))
    assert partial.__dict__ == {"_dogslow_timer": 3.0}
    assert dogslow.ignore(Callable_())._dogslow_ignore  # type: ignore[attr-defined]


@pytest.mark.parametrize("bare", [len, "".join, View().dispatch])
def test_what_can_have_no_attribute_is_a_type_error_that_says_what_can(bare: Any) -> None:
    with pytest.raises(TypeError, match=r"give it a function, a functools\.partial"):
        dogslow.timer(3)(bare)


def test_what_is_no_view_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="goes on a view, not on str"):
        dogslow.ignore("view")  # type: ignore[type-var]


@pytest.mark.parametrize("seconds", ["120", None, True, view, [1]])
def test_a_deadline_that_is_no_number_is_a_type_error_at_once(seconds: Any) -> None:
    with pytest.raises(TypeError, match=r"dogslow\.timer\(120\)"):
        dogslow.timer(seconds)


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, 10**400])
def test_a_deadline_that_is_no_time_is_a_value_error_at_once(seconds: float) -> None:
    with pytest.raises(ValueError, match="above 0 and finite"):
        dogslow.timer(seconds)


def test_a_deadline_that_is_longer_than_anybody_lives_is_never() -> None:
    assert dogslow.timer(1e300)(fresh()).__dict__ == {"_dogslow_timer": 1e9}


def test_the_smallest_deadline_is_noted_and_the_core_is_told_if_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[float] = []
    stand_in = types.SimpleNamespace(note_timer=told.append)
    monkeypatch.delitem(sys.modules, "dogslow._core", raising=False)
    dogslow.timer(5)(fresh())
    monkeypatch.setitem(sys.modules, "dogslow._core", stand_in)  # type: ignore[arg-type]
    for seconds in (9, 2, 3, 2):
        dogslow.timer(seconds)(fresh())
    assert decorators.smallest() == 2.0
    assert told == [2.0]
