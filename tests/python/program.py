"""Programs that use the core without Django, each in a Python of its own.

What a program prints is its answer. It has `configure(**changes)`, which sets the watchdog up with
a deadline of 50 ms and the reports in the folder of the test, `until(condition)`, which waits until
the counters fulfil it, and `watched(view)`, which calls a view as a watched request.
"""

import subprocess
import sys
from pathlib import Path

PREAMBLE = """
import json, os, sys, threading, time
from dogslow import _core

FOLDER = sys.argv[1]

def configure(**changes):
    _core.configure(**{
        "timer": 0.05, "timers": {}, "ignore": (), "output": FOLDER, "stderr": False,
        "repeat": False, "max_reports": 100, "deliver": None, "deliver_reports": False,
        "base_dirs": (), "library_dirs": (), "secure_proxy_header": None,
        "use_x_forwarded_host": False, "use_x_forwarded_port": False, "forced": False,
    } | changes)

def until(condition):
    limit = time.monotonic() + 60
    while not condition(_core.stats()):
        assert time.monotonic() < limit, _core.stats()
        time.sleep(0.005)

def watched(view):
    return _core.Guard(view)(object())
"""


def command(folder: Path, body: str, *options: str) -> list[str]:
    """To be run with `folder` as the working folder: not where dogslow's sources lie."""
    return [sys.executable, *options, "-c", PREAMBLE + body, str(folder / "reports")]


def run(folder: Path, body: str, *options: str) -> str:
    """What it prints. It must end well and say nothing on stderr."""
    done = subprocess.run(
        command(folder, body, *options), cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
