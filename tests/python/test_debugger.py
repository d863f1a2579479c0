"""A request that stands at a debugger's prompt is somebody who thinks, not a slow request."""

import subprocess
import sys
from pathlib import Path

STANDS_AT_A_PROMPT = """
import sys, threading, time
from dogslow import _core

_core.configure(
    timer=0.05, timers={}, ignore=(), output=sys.argv[1], stderr=False, repeat=False,
    max_reports=100, deliver=None, deliver_reports=False, base_dir=None, library_dirs=(), secure_proxy_header=None,
    use_x_forwarded_host=False, use_x_forwarded_port=False, forced=sys.argv[2] == "forced",
)

def view(request):
    breakpoint()
    return request

def until_looked_at():
    limit = time.monotonic() + 60
    while not (_core.stats()["debugger"] or _core.stats()["reports"]):
        if time.monotonic() > limit:
            break
        time.sleep(0.005)
    print(_core.stats()["debugger"], _core.stats()["reports"], file=sys.stderr, flush=True)

threading.Thread(target=until_looked_at).start()
_core.Guard(view)(object())
"""


def counted_at_a_prompt(folder: Path, how: str) -> str:
    """How often it stood at a prompt, and how many reports there were."""
    program = subprocess.Popen(
        [sys.executable, "-c", STANDS_AT_A_PROMPT, str(folder), how],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdin is not None and program.stderr is not None
    try:
        counted = program.stderr.readline().strip()
        program.communicate("continue\n", timeout=60)
    finally:
        program.kill()
    return counted


def test_a_breakpoint_is_not_reported(tmp_path: Path) -> None:
    assert counted_at_a_prompt(tmp_path, "as usual") == "1 0"
    assert not list(tmp_path.glob("slow_request_*"))


def test_it_is_if_that_is_forced(tmp_path: Path) -> None:
    assert counted_at_a_prompt(tmp_path, "forced") == "0 1"
