"""How late after the deadline the whole files are there."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import children
from figures import number, percentile
from scale import Scale
from tables import Row, Target, table, unavailable

HEAD = ("requests that", "reported", "p50 ms", "p99 ms", "max ms", "by its own clock", "CPU ms")
P99 = Target(5.0, "p99 5 ms")
DEEP = Target(1.0, "p50 1 ms, of 60 frames")


@dataclass
class Late:
    """Of one run."""

    requests: int
    ms: list[float]
    """From outside: deadline to the moment when another process saw the .log, of each report."""
    inside_ms: list[float]
    cpu_ms: float | None
    ended: int
    """Requests that were over before they were read."""
    priority: str
    """Of the process that watched."""

    def row(self, name: str, target: Target | None, value: float | None) -> Row:
        inside = f"p50 {number(median(self.inside_ms), 2)}" if self.inside_ms else ""
        cpu = number(self.cpu_ms, 2) if self.cpu_ms is not None else ""
        reported = f"{len(self.ms)} of {self.requests}"
        if self.ended:
            reported += f", {self.ended} over too soon"
        cells = [name, reported]
        cells += [number(percentile(self.ms, p), 2) for p in (50, 99, 100)]
        return Row([*cells, inside, cpu], target, value)


def number_of(log: Path) -> int | None:
    """Of the request that a report tells of: by its URL, from the .jsonl, else from the text."""
    jsonl = log.with_suffix(".jsonl")
    if jsonl.exists():
        with jsonl.open() as lines:
            url = json.loads(lines.readline())["request"]["url"]
        query = parse_qs(urlsplit(url or "").query)
        return int(query["number"][0]) if "number" in query else None
    found = re.search(r"[?&]number=(\d+)", log.read_text("utf-8", "replace"))
    return int(found[1]) if found else None


def run(options: dict[str, Any], python: str | None = None) -> Late:
    with tempfile.TemporaryDirectory(prefix="dogslow-bench-") as folder:
        watch = children.command("folder_watch.py", {"folder": folder})
        with subprocess.Popen(
            watch, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=children.HERE
        ) as watcher:
            assert watcher.stdin is not None and watcher.stdout is not None
            priority = watcher.stdout.readline().strip()
            site = options | {"output": folder}
            try:
                answer = children.run("late_site.py", site, python or sys.executable)
            except BaseException:
                watcher.kill()
                raise
            watcher.stdin.close()
            seen: dict[str, int] = json.loads(watcher.stdout.read())
        started = {int(n): at for n, at in answer["started"].items()}
        ms = []
        for name, at in seen.items():
            which = number_of(Path(folder) / name)
            if which in started:
                ms.append((at - started[which]) / 1e6 - options["timer"] * 1e3)
    inside = [ns / 1e6 for ns in answer["inside"]]
    cpu = answer["cpu_ns"]
    return Late(
        len(started), ms, inside, cpu / 1e6 if cpu is not None else None, answer["ended"], priority
    )


def originals(scale: Scale) -> list[Row]:
    python = os.environ.get("DOGSLOW_BENCH_PEER")
    if not python:
        return [unavailable("original", "DOGSLOW_BENCH_PEER names no Python; make bench makes one")]
    rows: list[Row] = []
    for kind, name in (("sleep", "original: sleep"), ("usleep", "original: usleep, GIL held")):
        if not scale.original_late_requests:
            continue
        requests = scale.original_late_requests
        options = {"kind": kind, "requests": requests, "threads": 1, "timer": 1, "frames": 0}
        try:
            late = run(options | {"whose": "original"}, python)
        except (children.Broken, OSError) as error:
            return [*rows, unavailable("original", str(error).splitlines()[-1])]
        rows.append(late.row(name, None, None))
    return rows


def measure(scale: Scale) -> tuple[str, list[Row]]:
    base = {"timer": scale.late_timer_s, "frames": 0, "threads": 1, "whose": "ours"}
    free, held = scale.late_requests, scale.late_requests_held
    rows = []
    for kind, requests, threads, frames, name in (
        ("sleep", free, 4, 0, "sleep, on 4 threads"),
        ("usleep", held, 1, 0, "usleep, GIL held"),
        ("backtrack", held, 1, 0, "backtrack in re, GIL held"),
        ("sleep", held, 1, 60, "sleep, 60 frames"),
    ):
        late = run(
            base | {"kind": kind, "requests": requests, "threads": threads, "frames": frames}
        )
        if len(late.ms) < late.requests:
            rows.append(late.row(name, P99, float("inf")))
        elif frames:
            rows.append(late.row(name, DEEP, percentile(late.ms, 50)))
        else:
            rows.append(late.row(name, P99, percentile(late.ms, 99)))
    priority = late.priority
    rows += originals(scale)
    notes = (
        f"Deadline ({scale.late_timer_s * 1e3:.0f} ms after the request's begin) to the .log under "
        f"its name, both files whole: by inotify, in another process of {priority} priority, its "
        "waking included. A request without a report counts as missed. By its own clock: the "
        "watchdog's last_lateness_ns, read after each request. CPU: of the watchdog thread, for a "
        "report. The reports have no local variables yet."
    )
    return table("2. Lateness of a report", HEAD, rows, notes), rows
