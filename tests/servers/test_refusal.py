"""An interpreter whose memory is not laid out as expected: dogslow says so, and the site serves.

DOGSLOW_DEBUG_LAYOUT="FIELD:DELTA" shifts one field of the layout when the core is loaded.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .harness import SITE, Server, server_environment

FIELDS = ["frame_previous:8", "code_qualname:8", "unicode_length:-8", "tstate_frame:16"]


@pytest.mark.parametrize("change", FIELDS)
def test_a_failed_self_check_is_one_line_and_the_site_serves(change: str) -> None:
    with Server(env={"DOGSLOW_DEBUG_LAYOUT": change}) as server:
        for _ in range(3):
            assert server.get("/sleep/", mark="unseen", seconds=1).status == 200
        stats = server.get("/stats/").text
        assert not server.output.exists()
    lines = [line for line in server.stderr.splitlines() if "not watched" in line]
    assert len(lines) == 1, lines
    assert "memory is not laid out as expected" in lines[0]
    assert "refusal" in stats and "Traceback" not in server.stderr


def test_the_system_check_warns_of_it(tmp_path: Path) -> None:
    def check(**env: str) -> str:
        settings = '{"INSTALLED_APPS": ["dogslow"]}'
        run = subprocess.run(
            [sys.executable, "-m", "django", "check"],
            cwd=SITE,
            env=server_environment(tmp_path, {"SLOWSITE_SETTINGS": settings, **env}),
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout + run.stderr

    assert "dogslow.W005" in check(DOGSLOW_DEBUG_LAYOUT="frame_previous:8")
    assert "dogslow.W" not in check()
