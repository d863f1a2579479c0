"""What stats() counts: only what is out is a report, and nothing is lost in silence."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, os, sys, time
from dogslow import _core

def deliver():
    while _core.next_delivery(30.0) is not None:
        pass

def configure(**changes):
    _core.configure(**{
        "timer": 0.05, "timers": {}, "ignore": (), "output": sys.argv[1], "stderr": False,
        "repeat": False, "max_reports": 100, "deliver": deliver, "deliver_reports": False,
        "base_dir": None, "library_dirs": (), "secure_proxy_header": None,
        "use_x_forwarded_host": False, "use_x_forwarded_port": False, "forced": False,
    } | changes)

def until(condition):
    limit = time.monotonic() + 60
    while not condition(_core.stats()):
        assert time.monotonic() < limit, _core.stats()
        time.sleep(0.005)

def threads():
    names = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/comm") as name:
            names.append(name.read().strip())
    return sorted(names)

def slow(condition):
    _core.Guard(lambda request: until(condition))(object())
"""


def run(folder: Path, body: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + body, str(folder / "reports")],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_report_that_could_not_be_written_is_an_error_and_no_report(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file stands in the way of the folder")
    facts = run(
        tmp_path,
        """
configure()
slow(lambda facts: facts["write_errors"])
print(json.dumps(_core.stats()))
""",
    )
    assert (facts["reports"], facts["write_errors"]) == (0, 1)


def test_the_suppressed_are_said_by_the_next_report_that_is_out(tmp_path: Path) -> None:
    facts = run(
        tmp_path,
        """
configure(max_reports=0)
slow(lambda facts: facts["suppressed"])
slow(lambda facts: facts["suppressed"] == 2)
configure(output="/proc/nothing-can-be-made-here")
slow(lambda facts: facts["write_errors"])
configure()
slow(lambda facts: facts["reports"])
until(lambda facts: facts["finished"] == 2)
print(json.dumps(_core.stats()))
""",
    )
    assert (facts["reports"], facts["suppressed"], facts["write_errors"]) == (1, 2, 1)
    (report,) = (tmp_path / "reports").glob("*.jsonl")
    assert json.loads(report.read_text().splitlines()[0])["suppressed"] == 2


def test_without_a_sink_no_delivery_thread_is_started(tmp_path: Path) -> None:
    facts = run(
        tmp_path,
        """
configure()
slow(lambda facts: facts["reports"])
until(lambda facts: facts["finished"])
without = threads()
configure(deliver_reports=True)
slow(lambda facts: facts["reports"] == 2)
print(json.dumps({"without": without, "with": threads()}))
""",
    )
    assert "dogslow-deliver" not in str(facts["without"])
    assert "dogslow-deliver" in str(facts["with"])


def test_requests_in_flight_are_counted_now(tmp_path: Path) -> None:
    facts = run(
        tmp_path,
        """
configure(timer=3600.0)
watches = [_core.arm(object()) for _ in range(1000)]
armed = _core.stats()["in_flight"]
for watch in watches[:990]:
    _core.disarm(watch, None, None)
left = _core.stats()["in_flight"]
del watch, watches
print(json.dumps({"armed": armed, "left": left, "dropped": _core.stats()["in_flight"]}))
""",
    )
    assert facts == {"armed": 1000, "left": 10, "dropped": 0}
