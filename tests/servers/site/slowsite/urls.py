from collections.abc import Callable
from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from .cases import CASE_MODULES, CASES, Case

for module in CASE_MODULES:
    import_module(f"slowsite.{module}")


def fast(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fast")


def served(case: Case) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        case.run()
        return HttpResponse(case.name)

    return case.view or view


def prepare(request: HttpRequest, name: str) -> HttpResponse:
    case = CASES[name]
    if case.prepare is not None:
        case.prepare()
    return HttpResponse(name)


battery = [path(f"{case.name}/", served(case), name=case.name) for case in CASES.values()]

urlpatterns = [
    path("fast/", fast, name="fast"),
    path("prepare/<str:name>/", prepare, name="prepare"),
    path("battery/", include((battery, "battery"))),
]
