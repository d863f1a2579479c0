"""A request that stands at a debugger's prompt is somebody who thinks, not a slow request."""

import subprocess
from pathlib import Path

import program

STANDS_AT_A_PROMPT = """
def view(request):
    breakpoint()
    return request

def tell():
    until(lambda facts: facts["debugger"] or facts["reports"])
    print(_core.stats()["debugger"], _core.stats()["reports"], file=sys.stderr, flush=True)

configure(timer=3600.0)
threading.Thread(target=tell).start()
watched(view)
"""


def counted_at_a_prompt(folder: Path, forced: bool) -> str:
    """How often it stood at a prompt, and how many reports there were."""
    asked = subprocess.Popen(
        program.command(folder, STANDS_AT_A_PROMPT),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asked.stdin is not None and asked.stderr is not None
    try:
        # The deadline passes at the prompt, and not on the way to it.
        asked.stdin.write(f"!configure(forced={forced})\n")
        asked.stdin.flush()
        counted = asked.stderr.readline().strip()
        asked.communicate("continue\n", timeout=60)
    finally:
        asked.kill()
    return counted


def test_a_breakpoint_is_not_reported(tmp_path: Path) -> None:
    assert counted_at_a_prompt(tmp_path, forced=False) == "1 0"
    assert not list(tmp_path.rglob("slow_request_*"))


def test_it_is_if_that_is_forced(tmp_path: Path) -> None:
    assert counted_at_a_prompt(tmp_path, forced=True) == "0 1"
