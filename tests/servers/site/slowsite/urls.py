from collections.abc import Callable
from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

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

# Each under its own name.
plain = (
    views.fast,
    views.sleep,
    views.hog,
    views.stuck,
    views.move,
    views.timer_short,
    views.timer_long,
    views.ignored,
    views.async_sleep,
    views.async_blocks,
    views.fork,
    views.multiprocess,
    views.hostile,
    views.stats,
    views.threads,
)

urlpatterns = [
    path("battery/", include((battery, "battery"))),
    *(path(f"{view.__name__}/", view, name=view.__name__) for view in plain),
    path("timer_class/", views.TimerClass.as_view(), name="timer_class"),
    path("ignored_class/", views.IgnoredClass.as_view(), name="ignored_class"),
    path("prepare/<str:name>/", views.prepare, name="prepare"),
    path("hold/<str:name>/", views.hold, name="hold"),
    path("held/<str:name>/", views.held, name="held"),
    path("started/<str:mark>/", views.started, name="started"),
    path("control/<str:name>/", views.control, name="control"),
    path("shop/<int:number>/<slug:word>/", views.sleep_for, name="shop"),
    re_path(r"^path/(?P<rest>(?s:.*))$", views.path, name="path"),
]
