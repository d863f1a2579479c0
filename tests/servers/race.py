"""Many short requests that race their deadline: the process under test_race.py.

Serves race.REQUESTS requests on race.THREADS threads through Django's handler and the middleware.
Each view has a name of its own, so a report's frames tell whose they are. Prints what it knows as
JSON: which thread served which marks, and dogslow.stats().
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import threading
import time
from types import ModuleType
from typing import Any

VIEWS = 100

# Each view is a function of its own, with helpers of its own below it.
VIEW = """
def view_{n}(request):
    outer_{n}(float(request.GET["seconds"]))
    return HttpResponse("{n}")

def outer_{n}(seconds):
    if {n} % 2:
        inner_{n}(seconds)
    else:
        end = clock() + seconds
        while clock() < end:
            step_{n}(3)

def inner_{n}(seconds):
    sleep(seconds)

def step_{n}(depth):
    return depth and step_{n}(depth - 1)
"""


def main(requests: int, threads: int, output: str) -> None:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.urls import path

    names: dict[str, Any] = {
        "__name__": "race_views",
        "HttpResponse": HttpResponse,
        "clock": time.perf_counter,
        "sleep": time.sleep,
    }
    for n in range(VIEWS):
        exec(compile(VIEW.format(n=n), f"/race/view_{n}.py", "exec"), names)

    urls = ModuleType("race_urls")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path(f"race/{n}/", names[f"view_{n}"], name=f"race-{n}") for n in range(VIEWS)
    ]
    sys.modules["race_urls"] = urls
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="race_urls",
        MIDDLEWARE=["dogslow.WatchdogMiddleware"],
        DEBUG_PROPAGATE_EXCEPTIONS=True,
        DOGSLOW_OUTPUT=output,
        DOGSLOW_TIMER=0.005,
        DOGSLOW_REPEAT=False,
        DOGSLOW_LOGGER=None,
        DOGSLOW_MAX_REPORTS=1_000_000,
    )
    # Threads that wait for the GIL longer than the deadline would all be reported.
    sys.setswitchinterval(0.0005)
    get_response = get_wsgi_application().get_response
    served_by: dict[int, int] = {}
    serial = itertools.count()
    wrong = []

    def serve(index: int) -> None:
        served_by[index] = threading.get_ident()
        dice = random.Random(index)
        factory = RequestFactory()
        for n in serial:
            if n >= requests:
                return
            # Most are over well before the deadline; the others end all around it.
            seconds = dice.uniform(0.004, 0.006) if dice.random() < 0.05 else 0.0
            view = n % VIEWS
            query = {"mark": f"{index}-{n}", "seconds": f"{seconds:.6f}"}
            response = get_response(factory.get(f"/race/{view}/", query))
            if (response.status_code, response.content) != (200, str(view).encode()):
                wrong.append((view, response.status_code))

    workers = [threading.Thread(target=serve, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    import dogslow

    end = time.monotonic() + 30
    while dogslow.stats()["in_flight"] and time.monotonic() < end:
        time.sleep(0.01)
    answer = {"served_by": served_by, "stats": dogslow.stats(), "wrong_answers": wrong}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
