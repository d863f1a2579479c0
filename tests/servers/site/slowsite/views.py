"""Views that are not a way to be slow of their own, but serve the tests."""

from django.http import HttpRequest, HttpResponse

from . import waits
from .cases import CASES


def fast(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fast")


def prepare(request: HttpRequest, name: str) -> HttpResponse:
    """Finds out how much work a case needs here."""
    case = CASES[name]
    if case.prepare is not None:
        case.prepare()
    return HttpResponse(name)


def hold(request: HttpRequest, name: str) -> HttpResponse:
    waits.hold(name)
    return HttpResponse(name)


def held(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse("yes" if waits.HELD[name].is_set() else "no")
