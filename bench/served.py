"""The site of the throughput: one view that does nothing, behind a middleware or none.

For `gunicorn served:application`; BENCH_MIDDLEWARE in the environment names it.
"""

import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

MIDDLEWARE = os.environ["BENCH_MIDDLEWARE"].split()


def view(request: HttpRequest) -> HttpResponse:
    # With its length, else a server must send it in chunks.
    return HttpResponse(b"served", content_type="text/plain", headers={"Content-Length": "6"})


urlpatterns = [path("", view)]

settings.configure(
    ROOT_URLCONF="served",
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="bench",
    MIDDLEWARE=MIDDLEWARE,
)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - settings first

application = get_wsgi_application()

if any(name.startswith("dogslow.") for name in MIDDLEWARE):
    # A site is served also where it cannot be watched: that would be no measurement.
    from dogslow import _core

    if _core.refusal is not None:
        raise RuntimeError(_core.refusal)
