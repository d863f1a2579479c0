#!/usr/bin/env python3
"""Serves the shop beside this file with gunicorn on loopback, sends it slow requests, and shows
what dogslow says of each while it is still slow. Ends by itself; 1 if a report is missing.
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
import textwrap
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
TIMER = 1.0  # seconds until a request is reported
SLOW = 2.5  # seconds that a request should take at least, where we can choose
PATIENCE = 20.0  # seconds to wait for one report, or for one answer
ALL = 110.0  # seconds after which everything is given up

COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if COLOURS else text


def say(text: str) -> None:
    width = min(shutil.get_terminal_size().columns, 100)
    print(paint(textwrap.fill(text, width, break_long_words=False), "1"), flush=True)


class Trouble(Exception):
    """The demo cannot go on."""


class Shop:
    """The running site."""

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self._log = reports / "gunicorn.txt"
        # We take the ports and hand them on, so that nobody else can have them.
        self._bank = socket.create_server(("127.0.0.1", 0))
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "SHOP_TIMER": str(TIMER),
            "SHOP_REPORTS": str(reports),
            "SHOP_BANK_URL": f"http://127.0.0.1:{self._bank.getsockname()[1]}/rate",
            # Where the demo is run by a test, too.
            "DOGSLOW_FORCE": "1",
        }
        command = [sys.executable, "-m", "gunicorn", "shop.wsgi", "--worker-class=gthread"]
        command += ["--threads=8", f"--bind=fd://{listener.fileno()}", *no_control_socket()]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=HERE,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        listener.close()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.get("/").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise Trouble(f"the server did not start:\n{self._log.read_text(errors='replace')}")

    def get(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def timed(self, path: str) -> float:
        begin = time.monotonic()
        self.get(path)
        return time.monotonic() - begin

    def stop(self) -> None:
        """Kills all that was started; any thread, any number of times."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def no_control_socket() -> list[str]:
    """gunicorn 25.1 and later would make a socket in the home folder."""
    from gunicorn import config

    return ["--no-control-socket"] if "control_socket_disable" in config.Config().settings else []


@dataclass
class Report:
    log: Path
    first: dict  # the event "intercepted"

    def first_screen(self) -> str:
        """The report's head; of the frames those from the project's own on."""
        head, _, rest = self.log.read_text("utf-8").partition('\n  File "')
        frames = [
            '  File "' + frame.rstrip() for frame in rest.split("\n\n")[0].split('\n  File "')
        ]
        ours = [i for i, frame in enumerate(self.first["stack"]["frames"]) if frame["app"]]
        left_out = ours[0] if ours else max(0, len(frames) - 5)
        lines = [paint(head.rstrip(), "33"), ""]
        if left_out:
            lines.append(paint(f"  ... {left_out} frames of the server and of Django ...", "2"))
        lines += [
            paint(frame, "36") if i in ours else frame
            for i, frame in enumerate(frames)
            if i >= left_out
        ]
        return "\n".join(lines)


def find_report(shop: Shop, path: str, since: float) -> Report | None:
    for log in shop.reports.glob("slow_request_*.log"):
        first = json.loads(log.with_suffix(".jsonl").read_text("utf-8").split("\n")[0])
        if log.stat().st_mtime >= since and first["request"]["url"].endswith(path):
            return Report(log, first)
    return None


class Demo:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.missing: list[str] = []

    def show(self, what: str, path: str) -> None:
        """Sends a slow request and prints its report as soon as it is there."""
        print()
        say(f"{what} GET {path if len(path) < 60 else path[:57] + '...'}")
        print(flush=True)
        since = time.time() - 1
        begin = time.monotonic()
        answer = threading.Thread(target=self.shop.get, args=(path,), daemon=True)
        answer.start()
        ended = None
        while ended is None or time.monotonic() - ended < 2:
            report = find_report(self.shop, path, since)
            if report is not None:
                self._print(report, time.monotonic() - begin, answer.is_alive())
                break
            if ended is None and not answer.is_alive():
                ended = time.monotonic()
            time.sleep(0.01)
        else:
            print(paint("  There is no report of it.", "31"))
            self.missing.append(path)
        answer.join(PATIENCE)

    def _print(self, report: Report, after: float, running: bool) -> None:
        screen = report.first_screen().split("\n")
        print("\n".join(f"  | {line}".rstrip() for line in screen), end="\n\n", flush=True)
        state = "while the request was still running" if running else "after the request had ended"
        print(f"  Seen {after:.2f} s after it was sent, {state}.", flush=True)
        if not running:
            self.missing.append(report.first["request"]["url"])

    def grow(self, path: Callable[[int], str], size: int, step: Callable[[int], int]) -> str:
        """The path whose request takes SLOW seconds or more here, found with quick ones."""
        while self.shop.timed(path(size)) < 0.15 * TIMER:
            size = step(size)
        # Both kinds double with each step from here on.
        took = 0.15 * TIMER
        while took < SLOW:
            size, took = step(size), took * 2
        return path(size)

    def run(self) -> None:
        shop = self.shop
        say(
            f"The shop is served by gunicorn at http://127.0.0.1:{shop.port}/. "
            f"What takes longer than {TIMER:g} s is reported."
        )
        took = shop.timed("/")
        say(f"A request that is quick: GET / was answered in {took * 1000:.0f} ms.")

        self.show("A request that sleeps:", "/newsletter/")

        def address(n: int) -> str:
            return "/signup/?" + urlencode({"address": "a" * n + "!"})

        path = self.grow(address, 12, lambda n: n + 1)
        self.show(
            "A regular expression that backtracks. It holds the GIL, so that no Python code of the "
            "process can run, also none that would watch it:",
            path,
        )
        counting = threading.Thread(target=shop.get, args=("/stock/count/",), daemon=True)
        counting.start()
        time.sleep(0.3)
        self.show(
            "A request that waits for a lock, which another (GET /stock/count/) has:",
            "/stock/reserve/17/",
        )
        counting.join(PATIENCE)

        path = self.grow(lambda n: f"/revenue/?days={n}", 20_000, lambda n: n * 2)
        self.show("A heavy SQL query:", path)
        self.show("A bank that accepts the connection and then says nothing:", "/price/EUR/")


def main() -> int:
    try:
        import gunicorn  # noqa: F401 - is it there?

        import dogslow  # noqa: F401 - is it there?
    except ImportError as error:
        print(f"{error}. `make demo` installs what is needed.", file=sys.stderr)
        return 2
    shop = Shop(Path(tempfile.mkdtemp(prefix="dogslow-demo-")))
    give_up = threading.Timer(ALL, lambda: (shop.stop(), os._exit(3)))
    give_up.daemon = True
    give_up.start()
    demo = Demo(shop)
    try:
        shop.wait_until_ready()
        demo.run()
        quick = find_report(shop, f":{shop.port}/", 0)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    finally:
        shop.stop()
        shop.process.wait()
    print()
    number = len(list(shop.reports.glob("slow_request_*.log")))
    say(
        f"The quick request left no trace. {number} reports, whole, are here, also that of the "
        "request that had the lock:"
    )
    for log in sorted(shop.reports.glob("slow_request_*.log")):
        print(f"  {log}")
    print(
        f"  and beside each a .jsonl with the same for programs. Try: less {shop.reports}/slow*.log"
    )
    if quick is not None:
        print("A quick request was reported.", file=sys.stderr)
    if demo.missing:
        print(f"Not reported in time: {', '.join(demo.missing)}", file=sys.stderr)
    return 1 if demo.missing or quick is not None else 0


if __name__ == "__main__":
    sys.exit(main())
