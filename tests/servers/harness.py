"""Starts a real server with the site beside this file, talks to it, and reads what dogslow wrote.

Nothing here is timed: each wait is for a condition and has a generous limit, after which the test
fails. The server runs in a process group of its own that is killed at the end in every case.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

SITE = Path(__file__).resolve().parent / "site"
LIMIT = 60.0  # seconds that anything here may take before the test gives up
TIMER = 0.5  # DOGSLOW_TIMER of the server, seconds, unless a test says otherwise

# Whose output a failing test should show.
LIVE: list[Server] = []


def wait_for(what: str, condition: Callable[[], Any], limit: float = LIMIT) -> Any:
    """Returns the first true answer of `condition`; AssertionError after `limit` seconds."""
    end = time.monotonic() + limit
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"gave up after {limit:.0f} s: {what}")
        time.sleep(0.005)


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Sent:
    """A request under way on a thread of its own."""

    def __init__(self, port: int, path: str, headers: Mapping[str, str]) -> None:
        self.path = path
        self._response: Response | None = None
        self._error: BaseException | None = None
        self._over = threading.Event()
        self._args = (port, path, dict(headers))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._response = fetch(*self._args)
        except BaseException as error:  # shown by response(), on the test's thread
            self._error = error
        finally:
            self._over.set()

    @property
    def running(self) -> bool:
        """The client has no answer yet."""
        return not self._over.is_set()

    def response(self, limit: float = LIMIT) -> Response:
        assert self._over.wait(limit), f"{self.path}: no answer in {limit} s"
        if self._error is not None:
            raise AssertionError(f"{self.path}: {self._error!r}") from self._error
        assert self._response is not None
        return self._response

    def broken(self, limit: float = LIMIT) -> bool:
        """Waits for the end; true if the connection broke before there was an answer."""
        assert self._over.wait(limit), f"{self.path}: no end in {limit} s"
        return self._error is not None


def fetch(port: int, path: str, headers: Mapping[str, str], method: str = "GET") -> Response:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    try:
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        return Response(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


class Report:
    """One report on the disk. `intercepted` and `head` are as they were when it appeared; the
    rest is read anew each time."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.appeared_at = log.stat().st_ctime  # when the .log got its name, seconds of the epoch
        self.head = self.text
        self.intercepted = self.events[0]
        assert self.intercepted["event"] == "intercepted"

    @property
    def jsonl(self) -> Path:
        return self.log.with_suffix(".jsonl")

    @property
    def text(self) -> str:
        return self.log.read_text("utf-8")

    @property
    def events(self) -> list[dict[str, Any]]:
        # Strict: one whole object a line, each line ended, valid UTF-8.
        raw = self.jsonl.read_bytes()
        assert raw.endswith(b"\n"), raw[-200:]
        return [json.loads(line) for line in raw.decode("utf-8").splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == event]

    @property
    def url(self) -> str | None:
        return self.intercepted["request"]["url"]

    @property
    def mark(self) -> str | None:
        return parse_qs(urlsplit(self.url or "").query).get("mark", [None])[0]

    @property
    def frames(self) -> list[dict[str, Any]]:
        return self.intercepted["stack"]["frames"]

    @property
    def functions(self) -> list[str]:
        return [frame["function"] for frame in self.frames]

    def finished(self, limit: float = LIMIT) -> dict[str, Any]:
        """The `finished` event, waited for."""
        return wait_for(f"'finished' of {self.log.name}", lambda: self.of("finished"), limit)[0]

    def late_ms(self, timer: float = TIMER) -> float:
        """From the deadline until the files were there, milliseconds; give or take the 4 ms or so
        between two ticks of the kernel, which dates files."""
        started = datetime.fromisoformat(self.intercepted["started_at"]).timestamp()
        return max(0.0, (self.appeared_at - started - timer) * 1000)


def unused_listener() -> socket.socket:
    """A listening socket on a free port of loopback: given to the server, so nobody can take it."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    listener.set_inheritable(True)
    return listener


def server_environment(output: Path, extra: Mapping[str, str]) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DOGSLOW_", "PYTEST_", "COV_"))}
    env |= {
        "DOGSLOW_FORCE": "1",
        "DJANGO_SETTINGS_MODULE": "slowsite.settings",
        "SLOWSITE_OUTPUT": str(output),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return env | extra


class Server:
    """A server for the length of a `with` block.

    worker:    gunicorn's worker class, or "uvicorn" for uvicorn itself
    timer:     DOGSLOW_TIMER, seconds
    settings:  settings of the site that differ; JSON types only
    env:       variables of the environment that differ
    args:      further arguments of the server
    python:    arguments of the interpreter
    ready:     wait until it answers before the block begins
    """

    def __init__(
        self,
        *,
        worker: str = "gthread",
        workers: int = 1,
        threads: int = 8,
        preload: bool = False,
        timer: float = TIMER,
        settings: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        args: Iterable[str] = (),
        python: Iterable[str] = (),
        output: Path | None = None,
        ready: bool = True,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dogslow-servers-"))
        self.output = output or self.folder / "reports"
        self.timer = timer
        self._ready = ready
        self._last_words: str | None = None
        self._seen: dict[Path, Report] = {}
        self._listener = unused_listener()
        self.port: int = self._listener.getsockname()[1]
        fd = self._listener.fileno()
        command = [sys.executable, *python]
        if worker == "uvicorn":
            command += ["-m", "uvicorn", "slowsite.asgi:application", f"--fd={fd}"]
            command += ["--lifespan=off", "--no-access-log"]
        else:
            command += ["-m", "gunicorn", "slowsite.wsgi:application", f"--bind=fd://{fd}"]
            command += [f"--worker-class={worker}", f"--workers={workers}"]
            command += ["--timeout=120", "--graceful-timeout=5"]
            command += [f"--threads={threads}"] if worker == "gthread" else []
            command += ["--preload"] if preload else []
            command += _no_control_socket()
        overrides = {"DOGSLOW_TIMER": timer, **(settings or {})}
        self._command = [*command, *args]
        self._env = server_environment(
            self.output, {"SLOWSITE_SETTINGS": json.dumps(overrides), **(env or {})}
        )

    def __enter__(self) -> Self:
        with (self.folder / "stderr").open("wb") as out:
            self.process = subprocess.Popen(
                self._command,
                cwd=SITE,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                pass_fds=[self._listener.fileno()],
                start_new_session=True,
            )
        self._listener.close()
        LIVE.append(self)
        if self._ready:
            try:
                self.wait_until_ready()
            except BaseException:
                self._end()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        LIVE.remove(self)
        # Printed: pytest shows it when the test fails, and only then.
        print(f"--- output of the server on port {self.port}\n{self.stderr[-8000:]}")
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self._last_words = self.stderr
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_ready(self) -> None:
        def answers() -> bool:
            assert self.process.poll() is None, f"the server ended:\n{self.stderr[-4000:]}"
            assert "was sent SIG" not in self.stderr, f"a worker died:\n{self.stderr[-4000:]}"
            try:
                status = fetch(self.port, "/fast/", {}).status
            except OSError:
                return False
            assert status == 200, f"the site answers {status}:\n{self.stderr[-4000:]}"
            return True

        wait_for("the server answers", answers)

    @property
    def stderr(self) -> str:
        """What it has printed, also when it is over."""
        if self._last_words is not None:
            return self._last_words
        return (self.folder / "stderr").read_text("utf-8", "backslashreplace")

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Response:
        return fetch(self.port, _with_query(path, query), headers or {})

    def send(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Sent:
        return Sent(self.port, _with_query(path, query), headers or {})

    def reports(self) -> list[Report]:
        """All reports that are there, in the order in which they appeared."""
        for log in self.output.glob("slow_request_*.log"):
            if log not in self._seen:
                self._seen[log] = Report(log)
        return sorted(self._seen.values(), key=lambda report: report.appeared_at)

    def marks(self) -> list[str]:
        """Of all requests that were reported. One of ours without a mark may be slow by itself,
        where the machine is busy."""
        return sorted(report.mark for report in self.reports() if report.mark is not None)

    def reports_of(self, mark: str) -> list[Report]:
        return [report for report in self.reports() if report.mark == mark]

    def report(self, mark: str, limit: float = LIMIT) -> Report:
        """The one report of the request with ?mark=..., waited for."""
        try:
            found = wait_for(f"report of {mark}", lambda: self.reports_of(mark), limit)
        except AssertionError as error:
            others = [(r.log.name, r.url) for r in self.reports()]
            raise AssertionError(f"{error}; there are: {others}") from None
        assert len(found) == 1, f"{len(found)} reports of one request"
        return found[0]

    def children(self) -> list[int]:
        """Process ids of the server's own children."""
        found: list[int] = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                found += map(int, (task / "children").read_text().split())
            except FileNotFoundError:
                pass  # a thread that has just ended
        return found

    def signal(self, number: signal.Signals) -> None:
        """To the server's first process."""
        self.process.send_signal(number)


def _with_query(path: str, query: Mapping[str, Any]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _no_control_socket() -> list[str]:
    """gunicorn 25.1 and later: the switch that keeps it from making a socket in the home folder."""
    from gunicorn import config

    return ["--no-control-socket"] if "control_socket_disable" in config.Config().settings else []
