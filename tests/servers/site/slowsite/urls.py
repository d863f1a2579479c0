from collections.abc import Callable
from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from . import views
from .cases import CASE_MODULES, CASES, Case

for module in CASE_MODULES:
    import_module(f"slowsite.{module}")


def served(case: Case) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        case.run()
        return HttpResponse(case.name)

    return case.run if case.is_view else view


battery = [path(f"{case.name}/", served(case), name=case.name) for case in CASES.values()]

urlpatterns = [
    path("battery/", include((battery, "battery"))),
    path("fast/", views.fast, name="fast"),
    path("prepare/<str:name>/", views.prepare, name="prepare"),
    path("hold/<str:name>/", views.hold, name="hold"),
    path("held/<str:name>/", views.held, name="held"),
]
