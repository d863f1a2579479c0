"""How long it takes to read a stack, and what py-spy takes for a whole process."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import children
from figures import count, number
from scale import Scale
from tables import Row, Target, table, unavailable

HEAD = ("frames", "thread", "chain us", "of the best", "warm us", "cold us")
# Of the contract, which speaks of 30 frames.
CHAIN, WARM, COLD = (
    Target(10.0, "chain 10 us"),
    Target(25.0, "warm 25 us"),
    Target(100.0, "cold 100 us"),
)


def us(values: list[float] | None) -> float | None:
    return median(values) / 1e3 if values else None


def shown(value: float | None) -> str:
    return "failed" if value is None else number(value)


def rows_of(found: dict[str, Any]) -> list[Row]:
    chain, warm, cold = us(found["chain"]), us(found["warm"]), us(found["cold"])
    best = min(found["chain"]) / 1e3 if found["chain"] else None
    thread = "runs" if found["running"] else "waits"
    frames = count(found["frames"])
    if found["kept"] < found["frames"]:
        frames += f", {found['kept']} kept"
    cells = [frames, thread, shown(chain), shown(best), shown(warm), shown(cold)]
    if found["frames"] != 30:
        return [Row(cells)]
    again = [cells[0], thread, "", "", "", ""]
    return [
        Row(cells, CHAIN, chain if chain is not None else float("inf")),
        Row(again, WARM, warm if warm is not None else float("inf")),
        Row(again, COLD, cold if cold is not None else float("inf")),
    ]


_SLEEPER = """
import sys, time
def down(n):
    local = [n]
    if n: down(n - 1)
    else: print("ready", flush=True); sys.stdin.read()
down(58)
"""


def py_spy() -> Row:
    """`py-spy dump --locals`, its start included, of an idle process with 60 frames."""
    name = "60"
    beside = Path(sys.executable).with_name("py-spy")
    program = str(beside) if beside.exists() else shutil.which("py-spy")
    if program is None:
        return unavailable(f"{name} by py-spy", "it is not installed")
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", _SLEEPER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        ) as sleeper,
    ):
        assert sleeper.stdin is not None and sleeper.stdout is not None
        sleeper.stdout.readline()
        took = []
        dump: list[str] = [program, "dump", "--locals", "--pid", str(sleeper.pid)]
        try:
            for _ in range(5):
                start = time.monotonic()
                subprocess.run(dump, check=True, capture_output=True, text=True, timeout=20)
                took.append((time.monotonic() - start) * 1e6)
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", "") or "").strip().splitlines()
            return unavailable(f"{name} by py-spy", said[-1] if said else str(error))
        finally:
            sleeper.stdin.close()
    return Row([name, "py-spy, stops it", "", "", number(median(took)), number(max(took))])


def measure(scale: Scale) -> tuple[str, list[Row]]:
    options = {
        "frames": scale.capture_frames,
        "rounds": scale.capture_rounds,
        "reads": scale.capture_reads,
    }
    answer = children.run("capture_threads.py", options)
    rows = [row for found in answer for row in rows_of(found)]
    rows.append(py_spy())
    notes = (
        "Chain: frames and data stack copied and made sure of. Warm: chain, then names and lines "
        "from the cache; cold: with an empty cache. The GIL is not held. Functions are all "
        "different up to 60 frames. py-spy: dump --locals of a process, its own start included: "
        "median, and the longest."
    )
    return table("3. Reading a stack", HEAD, rows, notes), rows
