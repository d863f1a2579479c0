"""A real server, without a middleware, with one that does nothing, with dogslow: in turns."""

import json
import math
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median, stdev
from typing import Any

import children
from figures import number
from machine import children as children_of
from machine import cpu_ns
from scale import Scale
from tables import Row, Target, table, unavailable

HEAD = ("gunicorn, gthread", "a second", "/ without", "+-", "CPU us a request", "/ without")
RATIO = Target(0.99, "99 % or more", least=True)
TITLE = "5. Throughput of a real server"
CONNECTIONS = 4
LIMIT_S = 30.0


@dataclass
class Server:
    name: str
    port: int
    worker: int
    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)

    def turn(self, load: "subprocess.Popen[str]", seconds: float) -> None:
        assert load.stdin is not None and load.stdout is not None
        order = {"port": self.port, "seconds": seconds, "connections": CONNECTIONS}
        before = cpu_ns(self.worker)
        load.stdin.write(json.dumps(order) + "\n")
        load.stdin.flush()
        answer = load.stdout.readline()
        if not answer:
            raise children.Broken("load.py ended: see above")
        done: dict[str, Any] = json.loads(answer)
        self.rates.append(done["requests"] / done["seconds"])
        self.cpu_us.append((cpu_ns(self.worker) - before) / 1e3 / max(1, done["requests"]))


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: bench\r\n\r\n")
            data = b""
            while part := connection.recv(65536):
                data += part
            return data.endswith(b"served")
    except OSError:
        return False


@contextmanager
def server(name: str, middleware: str) -> Iterator[Server]:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=64) as listener,
        tempfile.TemporaryFile("w+") as said,
    ):
        port = listener.getsockname()[1]
        arguments = [f"--bind=fd://{listener.fileno()}", "--worker-class=gthread", "--workers=1"]
        arguments += [f"--threads={CONNECTIONS}", "--keep-alive=60", "--log-level=warning"]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "served:application", *arguments],
            cwd=children.HERE,
            env=children.environment() | {"BENCH_MIDDLEWARE": middleware},
            pass_fds=[listener.fileno()],
            stdout=said,
            stderr=said,
        )
        try:
            end = time.monotonic() + LIMIT_S
            while not answers(port):
                if process.poll() is not None or time.monotonic() > end:
                    said.seek(0)
                    raise children.Broken(f"gunicorn does not serve: {said.read()[-2000:]}")
                time.sleep(0.05)
            yield Server(name, port, children_of(process.pid)[0])
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def take_turns(scale: Scale) -> list[Server]:
    """The first is without a middleware, the last with dogslow."""
    with ExitStack() as stack:
        load = stack.enter_context(
            subprocess.Popen(
                [sys.executable, str(Path(children.HERE) / "load.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        servers = [
            stack.enter_context(server("without a middleware", "")),
            stack.enter_context(server("with a no-op", "calls.NoOp")),
            stack.enter_context(server("with dogslow", "dogslow.WatchdogMiddleware")),
        ]
        for one in servers:
            one.turn(load, scale.turn_s)
            one.rates.clear()
            one.cpu_us.clear()
        for turn in range(scale.turns):
            # There and back: what gets slower or faster in time hits all alike.
            for one in servers if turn % 2 == 0 else reversed(servers):
                one.turn(load, scale.turn_s)
        return servers


def ratios(one: list[float], other: list[float]) -> list[float]:
    return [a / b for a, b in zip(one, other, strict=True)]


def error_of_median(values: list[float]) -> float:
    """Standard error, of a sample that is about normal."""
    return 1.25 * stdev(values) / math.sqrt(len(values))


def measure(scale: Scale) -> tuple[str, list[Row]]:
    if find_spec("gunicorn") is None:
        rows = [unavailable("gunicorn", "it is not installed")]
        return table(TITLE, HEAD, rows), rows
    servers = take_turns(scale)
    rows = []
    for one in servers:
        rate = ratios(one.rates, servers[0].rates)
        cpu = ratios(one.cpu_us, servers[0].cpu_us)
        cells = [one.name, number(median(one.rates), 0), number(median(rate), 3)]
        cells += [number(error_of_median(rate), 3)]
        cells += [number(median(one.cpu_us)), number(median(cpu), 3)]
        judged = one is servers[-1]
        rows.append(Row(cells, RATIO if judged else None, median(rate) if judged else None))
    notes = (
        f"{scale.turns} turns each of {scale.turn_s} s, there and back, {CONNECTIONS} connections "
        "kept open; ratios are medians of the turns' own, +- one standard error. CPU: of all "
        "threads of the worker, the watchdog's included; what else the machine does disturbs it "
        "less. Looks before the deadline are not built yet."
    )
    return table(TITLE, HEAD, rows, notes), rows
