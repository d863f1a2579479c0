"""Views that the tests of single features ask for what they need."""

import asyncio
import multiprocessing
import os
import time
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

import dogslow

from . import hogs, waits
from .cases import CASES


def fast(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fast")


def _seconds(request: HttpRequest) -> float:
    return float(request.GET.get("seconds", "2"))


@csrf_exempt
def sleep(request: HttpRequest) -> HttpResponse:
    """Sleeps; answers with the process that did. ?raise and ?status change how it ends."""
    time.sleep(_seconds(request))  # slow: sleep
    if "raise" in request.GET:
        raise ValueError("as it was asked to")
    return HttpResponse(str(os.getpid()), status=int(request.GET.get("status", "200")))


def hog(request: HttpRequest) -> HttpResponse:
    """Has the GIL for ?seconds=, in one C call."""
    hogs.sleep_with_gil(_seconds(request))
    return HttpResponse(str(os.getpid()))


def stuck(request: HttpRequest) -> HttpResponse:
    """Has the GIL for ever, and no signal gets through to Python."""
    return HttpResponse(sum(range(10**15)))  # slow: stuck


def move(request: HttpRequest) -> HttpResponse:
    """Goes from one line to another once half of ?seconds= have passed."""
    half = _seconds(request) / 2
    time.sleep(half)  # slow: move_first
    time.sleep(half)  # slow: move_second
    return HttpResponse()


def sleep_for(request: HttpRequest, number: int, word: str) -> HttpResponse:
    time.sleep(_seconds(request))  # slow: sleep_for
    return HttpResponse(f"{number} {word}")


def path(request: HttpRequest, rest: str) -> HttpResponse:
    time.sleep(_seconds(request))  # slow: path
    return HttpResponse(rest)


@dogslow.timer(0.2)
def timer_short(request: HttpRequest) -> HttpResponse:
    time.sleep(_seconds(request))  # slow: timer_short
    return HttpResponse()


@dogslow.timer(1000)
def timer_long(request: HttpRequest) -> HttpResponse:
    time.sleep(_seconds(request))
    return HttpResponse()


@dogslow.ignore
def ignored(request: HttpRequest) -> HttpResponse:
    time.sleep(_seconds(request))
    return HttpResponse()


@method_decorator(dogslow.timer(0.2), name="dispatch")
class TimerClass(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        time.sleep(_seconds(request))  # slow: timer_class
        return HttpResponse()


@dogslow.ignore
class IgnoredClass(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        time.sleep(_seconds(request))
        return HttpResponse()


STARTED: set[str] = set()  # marks of requests that have reached async_sleep()


async def async_sleep(request: HttpRequest) -> HttpResponse:
    STARTED.add(request.GET.get("mark", ""))
    await asyncio.sleep(_seconds(request))
    if "raise" in request.GET:
        raise ValueError("as it was asked to")
    return HttpResponse(request.GET.get("mark", ""))


async def async_blocks(request: HttpRequest) -> HttpResponse:
    """Blocks the loop, and all other requests on it."""
    time.sleep(_seconds(request))
    return HttpResponse(request.GET.get("mark", ""))


def fork(request: HttpRequest) -> HttpResponse:
    """Forks within a watched request; the child is as slow as this one, and then ends."""
    pid = os.fork()
    if pid == 0:
        try:
            time.sleep(_seconds(request))
            os._exit(7)
        finally:
            os._exit(1)
    time.sleep(_seconds(request))  # slow: fork
    _, status = os.waitpid(pid, 0)
    return JsonResponse({"child": pid, "exit": os.waitstatus_to_exitcode(status)})


def _in_child(queue: "multiprocessing.Queue[int]", seconds: float) -> None:
    time.sleep(seconds)
    queue.put(os.getpid())


def multiprocess(request: HttpRequest) -> HttpResponse:
    context = multiprocessing.get_context(request.GET["method"])
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, _seconds(request)))
    child.start()
    child.join()  # slow: multiprocess
    return JsonResponse({"child": queue.get(), "exit": child.exitcode})


def hostile(request: HttpRequest) -> HttpResponse:
    """Serves a request with bytes that our servers, but not all, would refuse."""
    evil = "\r\nGET http://forged/\r\nVerdict:    forged\x1b[2J\x9b\0"  # latin-1, as WSGI has it
    forged = RequestFactory().get("/sleep/")
    forged.META |= {
        "HTTP_HOST": f"evil{evil}:80",
        "QUERY_STRING": f"mark=raw&x={evil}",
        "HTTP_X_REQUEST_ID": f"id{evil}",
        "REMOTE_ADDR": f"::1{evil}",
    }
    forged.path = f"/sleep/{evil}\u202e"
    return get_wsgi_application().get_response(forged)


def started(request: HttpRequest, mark: str) -> HttpResponse:
    return HttpResponse("yes" if mark in STARTED else "no")


def stats(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dogslow.stats())


def control(request: HttpRequest, name: str) -> HttpResponse:
    {"pause": dogslow.pause, "resume": dogslow.resume}[name]()
    return HttpResponse(name)


def threads(request: HttpRequest) -> HttpResponse:
    """The kernel's names of this process's threads, and the number of its open files."""
    names = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    files = len(list(Path("/proc/self/fd").iterdir()))
    return JsonResponse({"pid": os.getpid(), "threads": names, "files": files})


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
