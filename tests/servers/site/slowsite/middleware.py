"""A middleware that is slow itself, before or after the view, when the URL asks for it."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def slow_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if "before" in request.GET:
            time.sleep(2)  # slow: before_view
        response = get_response(request)
        if "after" in request.GET:
            time.sleep(2)  # slow: after_view
        return response

    return middleware
