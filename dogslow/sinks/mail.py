"""Mails a report through Django's own mail: DOGSLOW_EMAIL_TO, DOGSLOW_EMAIL_FROM."""

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

# Long enough for most URLs; mail programs show some 80.
_SUBJECT_CHARACTERS: Final = 200


class MailSink:
    """One mail a report, at most DOGSLOW_MAX_NOTIFICATIONS an hour of each kind."""

    name = "the mail"

    def __init__(self, settings: Settings) -> None:
        self._to = settings.email_to
        self._from = settings.email_from
        self._notifications = Notifications(settings.output, settings.max_notifications)

    def __call__(self, report: Report) -> None:
        ticket = self._notifications.ask(report)
        if ticket is None:
            return
        try:
            _connection().send_messages([self._message(report, ticket.suppressed)])
        except BaseException:
            self._notifications.give_back(ticket)
            raise

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
