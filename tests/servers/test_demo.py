"""The demo: what `make demo` runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .harness import server_environment

DEMO = Path(__file__).resolve().parents[2] / "example" / "demo.py"


@pytest.mark.slow
def test_the_demo_shows_each_slow_request_and_ends(tmp_path: Path) -> None:
    env = server_environment(tmp_path, {"TMPDIR": str(tmp_path)})
    run = subprocess.run(
        [sys.executable, str(DEMO)],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    assert run.stdout.count("  | Undead request intercepted at: ") == 5
    assert run.stdout.count("while the request was still running") == 5
    for line in (
        "time.sleep(3)",
        "return ADDRESS.fullmatch(text) is not None",
        "with stock_lock:",
        'cursor.execute(REVENUE, [int(request.GET["days"])])',
        "with urllib.request.urlopen(",
    ):
        assert f"  |     {line}" in run.stdout, line
    assert "\x1b" not in run.stdout
    assert len(list(tmp_path.glob("dogslow-demo-*/slow*.log"))) >= 6
