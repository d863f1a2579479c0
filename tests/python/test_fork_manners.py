"""What a fork in a watched request's own process sees of the watchdog: nothing."""

import subprocess
import sys
from pathlib import Path

FORKS_IN_A_WATCHED_REQUEST = """
import os, sys, time
from dogslow import _core

delivered = []

def deliver():
    while (letter := _core.next_delivery(30.0)) is not None:
        delivered.append(letter)

_core.configure(
    timer=0.05, timers={}, ignore=(), output=sys.argv[1], stderr=False, repeat=True,
    max_reports=100, deliver=deliver, deliver_reports=True, base_dir=None, library_dirs=(), secure_proxy_header=None,
    use_x_forwarded_host=False, use_x_forwarded_port=False, forced=False,
)

def until(what, condition):
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.005)

def view(request):
    before = _core.stats()["reports"]
    until("reported before the fork", lambda: _core.stats()["reports"] > before)
    child = os.fork()
    if child == 0:
        facts = _core.stats()
        inherits = facts["running"] or facts["in_flight"] or facts["reports"]
        os._exit(1 if inherits else 0)
    assert os.waitpid(child, 0)[1] == 0, "the child inherits something"
    peeks = _core.stats()["peeks"]
    until("looked at again after the fork", lambda: _core.stats()["peeks"] > peeks)

guard = _core.Guard(view)
for number in range(5):
    guard(object())
until("all delivered", lambda: len(delivered) == 5)
until("all ends written", lambda: _core.stats()["finished"] == 5)
"""


def test_a_fork_in_a_process_of_one_thread_is_not_warned_of(tmp_path: Path) -> None:
    """From 3.12 on CPython warns of a fork while there are other threads, ours included."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKS_IN_A_WATCHED_REQUEST, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (run.returncode, run.stderr) == (0, "")
