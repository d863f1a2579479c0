"""A watchdog for Python web servers: says why a request is slow while it is still slow.

`MIDDLEWARE = ["dogslow.WatchdogMiddleware", ...]` is all that a Django project needs.

Importing this package imports neither Django nor the C module.
"""

from typing import TYPE_CHECKING

from dogslow.control import pause, resume, stats
from dogslow.decorators import ignore, timer

if TYPE_CHECKING:
    from dogslow.middleware import WatchdogMiddleware

__all__ = [
    "WatchdogMiddleware",
    "__version__",
    "ignore",
    "pause",
    "resume",
    "stats",
    "timer",
]

__version__ = "2.0.0.dev0"


def __getattr__(name: str) -> object:
    if name == "WatchdogMiddleware":
        from dogslow.middleware import WatchdogMiddleware

        return WatchdogMiddleware
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
