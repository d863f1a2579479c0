"""Settings that change while reports are under way."""

import json
import subprocess
import sys
from pathlib import Path

ENDS_AFTER_A_CHANGE = """
import sys, time
from dogslow import _core

def configure(output):
    _core.configure(
        timer=0.05, timers={}, ignore=(), output=output, stderr=False, repeat=False,
        max_reports=100, deliver=None, deliver_reports=False, base_dir=None, library_dirs=(), secure_proxy_header=None,
        use_x_forwarded_host=False, use_x_forwarded_port=False, forced=False,
    )

def until(name, count):
    limit = time.monotonic() + 60
    while _core.stats()[name] < count:
        assert time.monotonic() < limit, name
        time.sleep(0.005)

def view(number):
    configure(f"{sys.argv[1]}/{number}")
    until("reports", number + 1)
    for other in range(int(sys.argv[2])):
        configure(f"{sys.argv[1]}/other-{number}-{other}")

guard = _core.Guard(view)
for number in range(4):
    guard(number)
    until("finished", number + 1)
print(_core.stats()["write_errors"])
"""


def run(folder: Path, changes: int) -> tuple[list[list[str]], int]:
    """The events of each of four reports, and how many could not be written."""
    done = subprocess.run(
        [sys.executable, "-c", ENDS_AFTER_A_CHANGE, str(folder), str(changes)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    events = []
    for number in range(4):
        (report,) = (folder / str(number)).glob("*.jsonl")
        events.append([json.loads(line)["event"] for line in report.read_text().splitlines()])
    return events, int(done.stdout)


def test_a_report_ends_in_the_folder_where_it_began(tmp_path: Path) -> None:
    assert run(tmp_path, changes=1) == ([["intercepted", "finished"]] * 4, 0)


def test_without_a_change_it_does_too(tmp_path: Path) -> None:
    assert run(tmp_path, changes=0) == ([["intercepted", "finished"]] * 4, 0)
