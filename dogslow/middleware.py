"""The Django middleware: `MIDDLEWARE = ["dogslow.WatchdogMiddleware", ...]`."""

import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, cast

from django.core.exceptions import MiddlewareNotUsed

from dogslow import environment, log

if sys.version_info >= (3, 12):
    from inspect import iscoroutinefunction, markcoroutinefunction
else:
    from asgiref.sync import iscoroutinefunction, markcoroutinefunction

if TYPE_CHECKING:
    from dogslow._core import Guard


def WatchdogMiddleware(  # noqa: N802 - a factory; the name is the contract's.
    get_response: Callable[..., object],
) -> "Guard | AsyncGuard":
    """What watches the requests that `get_response` serves.

    A synchronous stack gets the C guard, which Django then calls directly. Raises
    MiddlewareNotUsed where the process is not watched, and nothing else: whatever goes wrong in
    here is one line on the logger "dogslow", and the site is served without us.
    """
    if environment.disabled():
        # Before anything that would load the C module.
        raise MiddlewareNotUsed("DOGSLOW_DISABLE is set")
    try:
        from dogslow import configuration

        reason = configuration.start()
        if reason is None:
            return _guard(get_response)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        log.once(f"This process is not watched, dogslow failed to start: {reason}")
    raise MiddlewareNotUsed(reason)


# Django asks the factory for these; mypy knows no attributes of functions.
WatchdogMiddleware.sync_capable = True  # type: ignore[attr-defined]
WatchdogMiddleware.async_capable = True  # type: ignore[attr-defined]


def _guard(get_response: Callable[..., object]) -> "Guard | AsyncGuard":
    from dogslow import _core

    if iscoroutinefunction(get_response):
        return AsyncGuard(cast("Callable[..., Awaitable[object]]", get_response))
    return _core.Guard(get_response)


class _Raised:
    """What the view of one request raised."""

    __slots__ = ("exception",)

    def __init__(self) -> None:
        self.exception: BaseException | None = None


# Django has made a response of a view's exception before it gets back to a middleware, and tells
# process_exception() of it in a thread of its own, which runs in a copy of the request's
# context. So this finds the request's own holder from there, though other requests are served on
# the same loop, though another middleware replaced the request object, and with no attribute
# set on what is the project's.
_raised: Final[ContextVar[_Raised]] = ContextVar("dogslow_raised")


class AsyncGuard:
    """Watches a request that is served as a task; Django awaits what a call returns."""

    def __init__(self, get_response: Callable[..., Awaitable[object]]) -> None:
        from dogslow import _core

        self._get_response = get_response
        self._arm = _core.arm
        self._disarm = _core.disarm
        markcoroutinefunction(self)

    async def __call__(self, request: object) -> object:
        raised = _Raised()
        _raised.set(raised)
        watch = self._arm(request)
        try:
            response = await self._get_response(request)
        except BaseException as error:
            # Also a client that has left: Django then cancels the task.
            self._disarm(watch, None, error)
            raise
        else:
            self._disarm(watch, response, raised.exception)
            return response
        finally:
            # Else the context, which may outlive the request, would keep the view's frames.
            raised.exception = None

    def process_exception(self, request: object, exception: BaseException) -> None:
        """Keep what the view raised for the report.

        Not a coroutine function: Django calls this from a synchronous function that it has moved
        to a thread, and would have to start an event loop there to await anything.
        """
        raised = _raised.get(None)
        if raised is not None:
            raised.exception = exception
