from importlib import import_module

from django.conf import settings
from django.core.asgi import get_asgi_application

application = get_asgi_application()
# Else the first request would import it, and be slow for that where the machine is busy.
import_module(settings.ROOT_URLCONF)
