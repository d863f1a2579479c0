"""Where a report is told of, beside its files."""

from typing import Protocol

from dogslow.report import Report
from dogslow.settings import Settings


class Sink(Protocol):
    """Called on the delivery thread, one report at a time.

    It may take its time, but has to end. What it raises becomes one line on the logger "dogslow".
    """

    @property
    def name(self) -> str:
        """For that line: "the mail"."""

    def __call__(self, report: Report, /) -> None: ...


def enabled(settings: Settings) -> tuple[Sink, ...]:
    """The sinks that the settings turn on, in the order in which they are told."""
    # Here, so that a sink's own imports are not made where it is off.
    sinks: list[Sink] = []
    if settings.logger is not None:
        from dogslow.sinks.logger import LoggerSink

        sinks.append(LoggerSink(settings.logger, settings.log_level))
    if settings.mails:
        from dogslow.sinks.mail import MailSink

        sinks.append(MailSink(settings))
    return tuple(sinks)
