"""The original's maintained fork, wherever it is installed, and settings for it."""

from importlib import import_module
from typing import Any


def middleware(**settings: Any) -> Any:
    """Its middleware class. ImportError if it is not there."""
    import django
    from django.conf import settings as django_settings

    django_settings.configure(**settings)
    django.setup()
    try:
        module = import_module("dogslow_sentry")
    except ModuleNotFoundError as error:
        if error.name != "dogslow_sentry":
            raise
        # Older releases go by the original's own name.
        module = import_module("dogslow")
    return module.WatchdogMiddleware
