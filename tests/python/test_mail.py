import asyncio
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

django = pytest.importorskip("django")
pytest.importorskip("aiosmtpd")

import site_urls  # noqa: E402
from aiosmtpd.smtp import SMTP  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from reports import TEXT, report  # noqa: E402

from dogslow.report import Report  # noqa: E402
from dogslow.settings import read  # noqa: E402
from dogslow.sinks import mail  # noqa: E402

TO = ["ops@example.com", "dev@example.com"]


class Inbox:
    """An SMTP server on loopback that keeps what it gets, or refuses it."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        await asyncio.sleep(0)
        self.envelopes.append(envelope)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listen = loop.create_server(lambda: SMTP(inbox), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(listen, loop).result(30)
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    loop.close()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def mail_settings(port: int, **more: Any) -> AbstractContextManager[None]:
    """Django's mail through this port, in the way of the Django at hand."""
    if django.VERSION >= (6, 1):
        options = {"host": "127.0.0.1", "port": port} | more
        return override_settings(MAILERS={"default": {"OPTIONS": options}})
    upper = {f"EMAIL_{name.upper()}": value for name, value in more.items()}
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return override_settings(
        EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, **upper
    )


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., None]:
    def call(told: Report, **more: object) -> None:
        settings, problems = read(
            {
                "DOGSLOW_EMAIL_TO": TO,
                "DOGSLOW_EMAIL_FROM": "dogslow@example.com",
                "DOGSLOW_OUTPUT": tmp_path,
                **more,
            }
        )
        assert problems == []
        mail.MailSink(settings)(told)

    return call


def test_a_report_is_mailed_to_everyone_without_any_warning(
    send: Callable[..., None], inbox: Inbox, port: int
) -> None:
    with mail_settings(port), warnings.catch_warnings():
        warnings.simplefilter("error")
        send(report())
    assert inbox.envelopes[0].rcpt_tos == TO
    assert inbox.envelopes[0].mail_from == "dogslow@example.com"
    [got] = inbox.mails
    assert got["Subject"] == "Slow Request Watchdog: GET http://localhost/pay?id=%5"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["To"] == "ops@example.com, dev@example.com"
    assert got.get_content().replace("\r\n", "\n") == TEXT


def test_the_subject_is_one_line_whatever_the_client_sent(
    send: Callable[..., None], inbox: Inbox, port: int
) -> None:
    url = "http://x/\r\nBcc: all@example.com\r\n\r\nforged\x1b[2J\x00" + "ä" * 500
    with mail_settings(port):
        send(report(request={"method": "GET", "url": url}))
    [got] = inbox.mails
    assert got["Bcc"] is None
    # Some versions of the email package leave the blank of a folded line at its beginning.
    subject = got["Subject"].lstrip()
    assert subject.startswith("Slow Request Watchdog: GET http://x/\\r\\nBcc: all@")
    assert subject.isprintable()
    assert len(subject) == 200
    assert inbox.envelopes[0].rcpt_tos == TO


def test_a_text_in_any_language_arrives_as_it_is(
    send: Callable[..., None], inbox: Inbox, port: int
) -> None:
    text = "Undead request: naïve 例 🐕\n" + "x" * 5000 + "\n.\n"
    with mail_settings(port):
        send(Report(path=None, text=text, data={}))
    assert inbox.mails[0].get_content().replace("\r\n", "\n") == text


def test_what_is_too_much_for_an_hour_is_told_with_the_next_mail(
    send: Callable[..., None], inbox: Inbox, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_settings(port):
        for _ in range(5):
            send(report(), DOGSLOW_MAX_NOTIFICATIONS=2)
        assert len(inbox.mails) == 2
        from dogslow import notifications

        monkeypatch.setattr(notifications, "HOUR_S", 0.0)
        send(report(), DOGSLOW_MAX_NOTIFICATIONS=2)
    assert len(inbox.mails) == 3
    assert "3 mails of this kind" in inbox.mails[2].get_content()
    assert "of this kind" not in inbox.mails[1].get_content()


def test_a_server_that_refuses_is_an_error_and_is_told_with_the_next_mail(
    send: Callable[..., None], inbox: Inbox, port: int
) -> None:
    inbox.refusal = "550 not today"
    with mail_settings(port):
        with pytest.raises(mail.MailFailure, match="not today"):
            send(report())
        inbox.refusal = None
        send(report())
    assert "1 mail of this kind" in inbox.mails[0].get_content()


def test_after_a_failure_no_mail_is_tried_for_a_while_and_all_are_told_later(
    inbox: Inbox, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = read(
        {"DOGSLOW_EMAIL_TO": TO, "DOGSLOW_EMAIL_FROM": "a@b.c", "DOGSLOW_OUTPUT": tmp_path}
    )
    sink = mail.MailSink(settings)
    inbox.refusal = "550 not today"
    with mail_settings(port):
        with pytest.raises(mail.MailFailure, match="no mail is tried for 60 s"):
            sink(report())
        inbox.refusal = None
        sink(report())
        sink(report())
        assert inbox.mails == []
        monkeypatch.setattr(mail, "_now_s", lambda: time.monotonic() + 61)
        sink(report())
    assert len(inbox.mails) == 1
    assert "3 mails of this kind" in inbox.mails[0].get_content()


def test_a_server_that_says_nothing_is_given_up_on_after_the_projects_time(
    send: Callable[..., None], silent_port: int
) -> None:
    with (
        mail_settings(silent_port, timeout=0.2),
        pytest.raises(mail.MailFailure, match="timed out"),
    ):
        send(report())


def test_a_server_that_says_nothing_is_given_up_on_though_the_project_set_no_time(
    send: Callable[..., None], silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_TIMEOUT_S", 0.2)
    with mail_settings(silent_port), pytest.raises(mail.MailFailure, match="timed out"):
        send(report())


def test_a_backend_that_is_not_smtp_is_used_as_it_is(
    send: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail as django_mail

    monkeypatch.setattr(django_mail, "outbox", [], raising=False)
    if django.VERSION >= (6, 1):
        changed = override_settings(MAILERS={"default": {"BACKEND": backend}})
    else:
        changed = override_settings(EMAIL_BACKEND=backend)
    with changed:
        send(report())
    assert [message.to for message in django_mail.outbox] == [TO]


@pytest.mark.usefixtures("forced")
@pytest.mark.parametrize("trouble", ["none", "refusing", "silent", "closed"])
def test_a_slow_request_is_mailed_while_it_lasts_or_the_log_says_why_not(
    trouble: str,
    inbox: Inbox,
    port: int,
    silent_port: int,
    tmp_path: Path,
    eventually: Callable[..., Any],
    said: Callable[[], list[str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed_port = server.getsockname()[1]
    use = {"none": port, "refusing": port, "silent": silent_port, "closed": closed_port}[trouble]
    inbox.refusal = "550 not today" if trouble == "refusing" else None
    got: list[bytes] = []
    site_urls.release.clear()
    try:
        with mail_settings(use, timeout=0.2 if trouble == "silent" else 20):
            with override_settings(
                DOGSLOW_TIMER=0.05,
                DOGSLOW_TIMERS={"quick": None},
                DOGSLOW_OUTPUT=tmp_path,
                DOGSLOW_EMAIL_TO=TO[0],
                DOGSLOW_EMAIL_FROM="dogslow@example.com",
            ):
                client = Client()
                thread = threading.Thread(target=lambda: got.append(client.get("/slow").content))
                thread.start()
                if trouble == "none":
                    eventually(lambda: inbox.mails)
                else:
                    eventually(lambda: [line for line in said() if "to the mail" in line])
                assert client.get("/quick").content == b"quick"
                assert got == []
                site_urls.release.set()
                thread.join()
                [file] = tmp_path.glob("slow_request_*.log")
                eventually(lambda: "\nFinished at: " in file.read_text())
    finally:
        site_urls.release.set()
    assert got == [b"slow"]
    assert len([r for r in caplog.records if hasattr(r, "dogslow_path")]) == 1
    assert len([line for line in said() if "to the mail" in line]) == (trouble != "none")
    if trouble == "none":
        assert "GET" in inbox.mails[0]["Subject"]
        content = inbox.mails[0].get_content()
        assert content.startswith("Undead request intercepted at: ")
        assert "Local variables" not in content
