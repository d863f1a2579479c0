"""Child: a Django site whose requests all pass their deadline, served in this process.

Options: kind, requests, threads, timer (s), output (folder), frames (0: as it comes), whose ("ours"
or "original"). Answer: started, by number of the request the monotonic clock in ns right before it
was handed to Django; inside, lateness in ns as the watchdog itself measured it, where requests
come one after another; cpu_ns of the watchdog for a report; ended, requests that were over before
they were read.
"""

import ctypes
import re
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

import children
import original
import stacks
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

OPTIONS = children.options()
# A view goes on for so long after its deadline: many times what a report is to take.
BEYOND_S = 0.040 if OPTIONS["whose"] == "ours" else 0.5
LASTS_S = OPTIONS["timer"] + BEYOND_S


def sleep() -> None:
    time.sleep(LASTS_S)


def usleep() -> None:
    # PyDLL: the GIL is kept.
    ctypes.PyDLL(None).usleep(int(LASTS_S * 1e6))


def backtrack() -> None:
    re.match(r"(a+)+$", "a" * OPTIONS["letters"] + "b")


KINDS = {"sleep": sleep, "usleep": usleep, "backtrack": backtrack}


def calibrate() -> None:
    """As many letters as backtrack for long enough; each doubles the time."""
    for letters in range(14, 40):
        OPTIONS["letters"] = letters
        start = time.monotonic()
        backtrack()
        if time.monotonic() - start > LASTS_S:
            return


def depth() -> int:
    frame: FrameType | None = sys._getframe(1)
    count = 0
    while frame is not None:
        frame, count = frame.f_back, count + 1
    return count


def view(request: HttpRequest) -> HttpResponse:
    innermost = KINDS[OPTIONS["kind"]]
    if OPTIONS["frames"]:
        stacks.descend(STACK, OPTIONS["frames"] - depth(), innermost)
    else:
        innermost()
    return HttpResponse("late")


urlpatterns = [path("late/", view)]


def configure() -> None:
    ours = OPTIONS["whose"] == "ours"
    own: dict[str, Any] = {
        "ROOT_URLCONF": "__main__",
        "ALLOWED_HOSTS": ["*"],
        "SECRET_KEY": "bench",
        "DOGSLOW_OUTPUT": OPTIONS["output"],
        "DOGSLOW_TIMER": OPTIONS["timer"],
        "DOGSLOW_MAX_REPORTS": 10**6,
        "DOGSLOW_REPEAT": False,
        "DOGSLOW_LOGGER": None,
    }
    if ours:
        settings.configure(**own, MIDDLEWARE=["dogslow.WatchdogMiddleware"])
    else:
        # The class is loaded by the name of its module, of which there are two.
        own["MIDDLEWARE"] = ["original_middleware.WatchdogMiddleware"]
        module = type(sys)("original_middleware")
        sys.modules["original_middleware"] = module
        vars(module)["WatchdogMiddleware"] = original.middleware(**own)


def serve(numbers: range, started: dict[int, int], inside: list[int]) -> None:
    alone = OPTIONS["threads"] == 1 and OPTIONS["whose"] == "ours"
    for number in numbers:
        request = FACTORY.get(f"/late/?number={number}")
        started[number] = time.monotonic_ns()
        response = HANDLER.get_response(request)
        assert response.status_code == 200, response
        if alone:
            inside.append(CORE.stats()["last_lateness_ns"])


def watchdog() -> tuple[float, int, int]:
    """CPU seconds, reports, requests that were over before they were read."""
    if OPTIONS["whose"] != "ours":
        return 0.0, 0, 0
    stats = CORE.stats()
    return stats["watchdog_cpu_s"], stats["reports"], stats["ended_while_read"]


def main() -> None:
    if OPTIONS["kind"] == "backtrack":
        calibrate()
    threads, requests = OPTIONS["threads"], OPTIONS["requests"]
    started: dict[int, int] = {}
    inside: list[int] = []
    # The first is not counted: it imports, makes the watchdog and warms its caches.
    serve(range(1), {}, [])
    if OPTIONS["whose"] == "ours" and not CORE.stats()["running"]:
        raise SystemExit("the site is served, but not watched")
    before = watchdog()
    workers = [
        threading.Thread(target=serve, args=(range(1 + i, 1 + requests, threads), started, inside))
        for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    cpu_s, reports, ended = (b - a for a, b in zip(before, watchdog(), strict=True))
    cpu_ns = cpu_s * 1e9 / reports if reports else None
    children.answer({"started": started, "inside": inside, "cpu_ns": cpu_ns, "ended": ended})


configure()

import django  # noqa: E402 - settings first
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 - settings first
from django.test import RequestFactory  # noqa: E402 - settings first

django.setup()
if OPTIONS["whose"] == "ours":
    from core import CORE
FACTORY = RequestFactory()
HANDLER = WSGIHandler()
with tempfile.TemporaryDirectory() as folder:
    STACK = stacks.write(Path(folder))
    main()
