"""Takes what the core has to say to the logger, the mail and whatever else is told of a report.

Runs on a native thread that the core starts when there is something to deliver and that ends when
there is nothing more. The report's files are written before this, and without it.
"""

from typing import Final

from dogslow import log
from dogslow.report import Report
from dogslow.settings import Settings
from dogslow.sinks import Sink, enabled

# Long enough that a busy minute uses one thread, short enough that a quiet process has none.
_IDLE_S: Final = 5.0

# Replaced as a whole, never changed: a delivery under way keeps those it began with.
_sinks: tuple[Sink, ...] = ()


def use(settings: Settings) -> None:
    """Deliver as these settings say from now on."""
    global _sinks
    _sinks = enabled(settings)


def sinks() -> tuple[Sink, ...]:
    return _sinks


def run() -> None:
    """Deliver until there is nothing for some seconds. Context: the delivery thread."""
    from dogslow import _core

    while True:
        try:
            delivered = _core.next_delivery(_IDLE_S)
        except Exception as error:
            # What it was about is gone. The core starts anew if there is more, so no loop of ours
            # can turn for ever here.
            log.line(f"A report could not be delivered: {error!r}")
            return
        if delivered is None:
            return
        try:
            if delivered["kind"] == "error":
                log.line(delivered["message"])
            else:
                _deliver(Report.of(delivered))
        except BaseException as error:
            log.line(f"A report could not be delivered: {error!r}")


def _deliver(report: Report) -> None:
    from dogslow import configuration

    if configuration.hush() is not None:
        return
    for sink in _sinks:
        try:
            sink(report)
        except BaseException as error:
            # Whatever it is, the next sink is to be told. This thread serves no request, so not
            # even a SystemExit has anybody else to go to.
            log.line(
                f"The report of {report.request} could not go to {sink.name}: "
                f"{type(error).__name__}: {error}"
            )
