"""Each measurement runs in a process of its own: what one leaves behind is not another's start."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Many times what any child needs. A child that takes longer is broken, and so is the bench.
LIMIT_S = 90.0


class Broken(Exception):
    """A child failed; the message has its last words."""


def environment() -> dict[str, str]:
    """Without the settings of whoever started us; reports also where a test starts the bench."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DOGSLOW_", "PYTEST_"))}
    return env | {"DOGSLOW_FORCE": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def command(script: str, options: dict[str, Any], python: str = sys.executable) -> list[str]:
    return [python, str(HERE / script), json.dumps(options)]


def run(script: str, options: dict[str, Any], python: str = sys.executable) -> Any:
    """What the script answers. Broken with its last words if it fails."""
    env = environment()
    if python != sys.executable:
        # A peer's: nothing that makes ours found may hide what is installed there.
        env.pop("PYTHONPATH", None)
    try:
        done = subprocess.run(
            command(script, options, python),
            env=env,
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Broken(f"{script}: no end in {LIMIT_S:.0f} s with {options}") from error
    if done.returncode != 0:
        last = (done.stderr.strip() or f"exit code {done.returncode}")[-2000:]
        raise Broken(f"{script}: {last}")
    return json.loads(done.stdout.splitlines()[-1])


def options() -> dict[str, Any]:
    """In the child: what it was asked for."""
    return dict(json.loads(sys.argv[1]))


def answer(value: object) -> None:
    print(json.dumps(value), flush=True)
