"""Mails a report through Django's own mail: DOGSLOW_EMAIL_TO, DOGSLOW_EMAIL_FROM."""

from time import monotonic as _now_s
from typing import Any, Final

import django
from django.core import mail

from dogslow.notifications import Notifications
from dogslow.report import Report
from dogslow.settings import Settings
from dogslow.text import one_line

# For each step of talking to a mail server that says nothing, where the project sets no time of
# its own (EMAIL_TIMEOUT): Django's default is to wait for ever, and the next report waits behind.
_TIMEOUT_S: Final = 30.0

_REST_S: Final = 60.0

# Long enough for most URLs; mail programs show some 80.
_SUBJECT_CHARACTERS: Final = 200


class MailFailure(Exception):
    """A mail could not be sent; the message says why."""


class MailSink:
    """One mail a report, at most DOGSLOW_MAX_NOTIFICATIONS an hour of each kind.

    After a failure none is tried for a minute: a mail server that stalls would else hold up the log
    records of the reports that wait behind. What is not sent is told with the next mail.
    """

    name = "the mail"

    def __init__(self, settings: Settings) -> None:
        self._to = settings.email_to
        self._from = settings.email_from
        self._notifications = Notifications(settings.output, settings.max_notifications)
        self._rests_until = 0.0

    def __call__(self, report: Report) -> None:
        """Raises MailFailure."""
        if _now_s() < self._rests_until:
            self._notifications.miss(report)
            return
        ticket = self._notifications.ask(report)
        if ticket is None:
            return
        try:
            _connection().send_messages([self._message(report, ticket.suppressed)])
        except Exception as error:
            self._rests_until = _now_s() + _REST_S
            self._notifications.give_back(ticket)
            raise MailFailure(
                f"{type(error).__name__}: {error}; no mail is tried for {_REST_S:.0f} s"
            ) from error

    def _message(self, report: Report, suppressed: int) -> mail.EmailMessage:
        subject = f"Slow Request Watchdog: {report.request}"
        body = report.text
        if suppressed:
            mails = "1 mail" if suppressed == 1 else f"{suppressed} mails"
            body += (
                f"\n\n{mails} of this kind (route, method, verdict and place) could not be sent "
                "since the last one, for DOGSLOW_MAX_NOTIFICATIONS or for a failing mail server.\n"
            )
        return mail.EmailMessage(
            subject=one_line(subject, _SUBJECT_CHARACTERS),
            body=body,
            from_email=self._from,
            to=list(self._to),
            # RFC 3834: keeps holiday replies away.
            headers={"Auto-Submitted": "auto-generated"},
        )


def _connection() -> Any:
    """What Django sends mail with: from 6.1 on the default of MAILERS, before get_connection()."""
    connection = mail.mailers.default if django.VERSION >= (6, 1) else mail.get_connection()
    if getattr(connection, "timeout", 0) is None:
        connection.timeout = _TIMEOUT_S
    return connection
