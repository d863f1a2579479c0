"""The views of the project in conftest.py. A slow view waits until the test lets it go."""

import asyncio
import functools
import threading

from django.http import HttpRequest, HttpResponse
from django.urls import path

import dogslow

release = threading.Event()


def quick(request: HttpRequest) -> HttpResponse:
    return HttpResponse("quick")


def slow(request: HttpRequest) -> HttpResponse:
    release.wait(60)
    return HttpResponse("slow")


@dogslow.ignore
def slow_and_ignored(request: HttpRequest) -> HttpResponse:
    release.wait(60)
    return HttpResponse("slow")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("the view's own")


async def slow_async(request: HttpRequest) -> HttpResponse:
    while not release.is_set():
        await asyncio.sleep(0.01)
    return HttpResponse("slow")


async def broken_async(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    raise ValueError(request.GET.get("say", "the view's own"))


urlpatterns = [
    path("quick", quick, name="quick"),
    path("slow", slow, name="slow"),
    path("ignored", slow_and_ignored, name="ignored"),
    path("partial", functools.partial(slow), name="partial"),
    path("broken", broken, name="broken"),
    path("slow-async", slow_async, name="slow-async"),
    path("broken-async", broken_async, name="broken-async"),
]
