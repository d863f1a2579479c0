"""The machine, and what the kernel knows of a process."""

import os
import platform
import sys
from pathlib import Path


def head() -> str:
    cpus = len(os.sched_getaffinity(0))
    return "\n".join(
        [
            f"CPU     {_cpu()}, {cpus} for us, load {os.getloadavg()[0]:.1f}",
            f"System  {platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}, "
            f"clock {_clock()}",
            f"Python  {sys.version.split()[0]} ({platform.python_compiler()})",
            "",
        ]
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _clock() -> str:
    try:
        path = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
        return path.read_text().strip()
    except OSError:
        return "unknown"


def resident() -> int:
    """Bytes of this process that are in memory, exactly (statm is an estimate)."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no Rss in smaps_rollup")


def cpu_ns(pid: int) -> int:
    """CPU time of all threads of a process that are alive."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
