"""The bench runs, whole, with a few of everything; nothing here depends on what a figure is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("dogslow._core")
pytest.importorskip("django")
pytest.importorskip("gunicorn")

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench's modules can be imported, as by its scripts."""
    monkeypatch.syspath_prepend(str(BENCH))


def bench(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(BENCH / "run.py"), *arguments],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture(scope="module")
def printed() -> str:
    done = bench("--quick", DOGSLOW_BENCH_PEER="")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lines_of(printed: str, beginning: str) -> list[str]:
    found = [line for line in printed.splitlines() if line.startswith(beginning)]
    assert found, f"no line begins with {beginning!r}:\n{printed}"
    return found


@pytest.mark.parametrize(
    ("beginning", "target"),
    [
        (r"alone +ours", "/ no-op <= 1"),
        (r"100 +ours", "/ alone <= 1.2"),
        (r"sleep, on 4 threads", "p99 5 ms"),
        (r"usleep, GIL held", "p99 5 ms"),
        (r"backtrack in re, GIL held", "p99 5 ms"),
        (r"sleep, 60 frames", "p50 1 ms, of 60 frames"),
        (r"30 +waits .*", "chain 10 us"),
        (r"30 +waits .*", "warm 25 us"),
        (r"30 +runs .*", "cold 100 us"),
        (r"in flight: the slot", "128 bytes"),
        (r"growth after requests", "1 MB"),
        (r"growth after reports", "1 MB"),
        (r"with dogslow", "99 % or more"),
    ],
)
def test_each_figure_is_held_against_its_target(printed: str, beginning: str, target: str) -> None:
    line = re.compile(rf"^{beginning}.*  {re.escape(target)} +(reached|MISSED)$", re.MULTILINE)
    assert line.search(printed), printed


def test_the_machine_is_named_first(printed: str) -> None:
    assert [line.split()[0] for line in printed.splitlines()[:3]] == ["CPU", "System", "Python"]


def test_every_request_of_a_run_is_matched_with_its_report(printed: str) -> None:
    for beginning in ("sleep, on", "usleep", "backtrack"):
        (line,) = lines_of(printed, beginning)
        reported, requests = map(int, re.findall(r"(\d+) of (\d+)", line)[0])
        # A machine that stands still may be too late for one; none at all is the bench's fault.
        assert 0 < reported <= requests


def test_a_peer_that_cannot_be_had_is_said_with_the_reason(printed: str) -> None:
    # Of its cost, and of its lateness.
    lines = lines_of(printed, "original")
    assert len(lines) == 2
    assert all("not available: DOGSLOW_BENCH_PEER names no Python" in line for line in lines)


def test_a_peer_whose_python_lacks_it_is_said_with_the_reason(tmp_path: Path) -> None:
    empty = tmp_path / "python"
    empty.write_text("#!/bin/sh\necho 'ModuleNotFoundError: no peer here' >&2\nexit 1\n")
    empty.chmod(0o755)
    done = bench("--quick", "cost", DOGSLOW_BENCH_PEER=str(empty))
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = lines_of(done.stdout, "original")
    assert line.endswith("ModuleNotFoundError: no peer here")
    assert "not available: " in line


def test_a_bench_that_is_broken_says_so_and_fails(tmp_path: Path) -> None:
    package = tmp_path / "dogslow"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('broken on purpose')\n")
    sections = ("cost", "late", "throughput")
    done = bench("--quick", *sections, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1, done.stdout + done.stderr
    # Also a server, which serves without us: what is not watched is not measured.
    for section in sections:
        assert f"{section}: the bench is broken" in done.stdout
    assert "broken on purpose" in done.stdout


@pytest.mark.usefixtures("modules")
def test_a_figure_beyond_its_target_is_missed_and_named_at_the_end() -> None:
    from tables import Row, Target, summary, table

    rows = [
        Row(["quick", "4"], Target(5.0, "5 ms"), 4.0),
        Row(["slow", "6"], Target(5.0, "5 ms"), 6.0),
        Row(["low", "0.9"], Target(0.99, "99 %", least=True), 0.9),
        Row(["unjudged", "1"]),
    ]
    lines = table("A title", ["what", "ms"], rows).splitlines()
    assert lines[2:] == [
        "what       ms  target",
        "quick       4  5 ms    reached",
        "slow        6  5 ms    MISSED",
        "low       0.9  99 %    MISSED",
        "unjudged    1",
    ]
    assert summary(rows) == "2 of 3 targets missed: slow 6 (5 ms); low 0.9 (99 %)."
    assert summary(rows[:1]) == "All 1 targets reached."


@pytest.mark.usefixtures("modules")
def test_a_percentile_is_a_value_that_was_measured() -> None:
    from figures import percentile

    values = [float(i) for i in range(1, 201)]
    assert [percentile(values, p) for p in (50, 99, 100)] == [100.0, 198.0, 200.0]
    assert percentile([7.0], 99) == 7.0
