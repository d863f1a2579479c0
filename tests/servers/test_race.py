"""100,000 requests on 8 threads that end around their deadline: whose report is it?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from .harness import SITE, server_environment

REQUESTS = 100_000
THREADS = 8
OURS = re.compile(r"(?:view|outer|inner|step)_(\d+)$")


@pytest.mark.slow
def test_no_report_is_of_a_wrong_request(tmp_path: Path) -> None:
    output = tmp_path / "reports"
    program = Path(__file__).with_name("race.py")
    run = subprocess.run(
        [sys.executable, str(program), str(REQUESTS), str(THREADS), str(output)],
        cwd=SITE,
        env=server_environment(output, {}),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, f"it ended with {run.returncode}:\n{run.stderr[-4000:]}"
    answer = json.loads(run.stdout)
    assert answer["wrong_answers"] == []
    assert answer["stats"]["in_flight"] == 0

    carried = 0
    logs = list(output.glob("*.log"))
    for log in logs:
        first = json.loads(log.with_suffix(".jsonl").read_text("utf-8").splitlines()[0])
        url = urlsplit(first["request"]["url"])
        view = url.path.split("/")[2]
        thread, _ = parse_qs(url.query)["mark"][0].split("-")
        frames = first["stack"]["frames"]
        named = {m[1] for frame in frames if (m := OURS.match(frame["function"] or ""))}
        assert first["process"]["thread_id"] == answer["served_by"][thread], log.name
        carried += bool(named)
        # A request may be caught before or after its view, and then shows no frame of one.
        assert named <= {view}, f"{log.name}: {url.path} shows frames of {named}"
        if first["request"]["view"] is not None:
            assert first["request"]["view"] == f"race-{view}", log.name
    caught = answer["stats"]["reports"]
    print(f"{len(logs)} reports of {REQUESTS} requests, {answer['stats']}")
    assert len(logs) == caught
    assert answer["stats"]["finished"] == caught
    assert carried >= 500, "too few raced their deadline for the test to mean anything"
    for log in logs:  # they are many: do not leave them to pytest's own habits
        log.unlink()
        log.with_suffix(".jsonl").unlink()
