"""The site for a WSGI server.

SLOWSITE_AT_IMPORT says what is done in the process that loads the application, which under
--preload is not one that serves: "warm-up" serves a request; "slow" leaves one being served;
"thread" leaves an idle Python thread.
"""

import os
import threading
import time
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

application = get_wsgi_application()
# Else the first request would import it, and be slow for that where the machine is busy.
import_module(settings.ROOT_URLCONF)


def _serve(path: str) -> None:
    application.get_response(RequestFactory().get(path))


match os.environ.get("SLOWSITE_AT_IMPORT"):
    case "warm-up":
        _serve("/fast/")
    case "slow":
        _serve("/fast/")  # so that nobody is importing anything when the workers are forked
        threading.Thread(target=_serve, args=("/sleep/?mark=loader",), daemon=True).start()
        time.sleep(0.1)  # it is in its view when the workers are forked
    case "thread":
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
