"""The Python tests on every supported CPython that can be had, one after the other.

    make pythons                        all of them
    make pythons ARGS="3.13 3.15"       only these versions
    make pythons ARGS="-- -k frames"    what follows the -- goes to pytest

They are this machine's own, any other that it has (on the PATH, or of pyenv), and those of Debian
sid in a root of its own (sid_root.py). A table at the end says how each did, and of one that could
not be had, why; that is no failure, a failed test is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import sid_root

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13", "3.14", "3.15")
# For one CPython, with the building of it.
LIMIT_S = float(os.environ.get("DOGSLOW_PYTHONS_LIMIT") or 900)
TAIL_LINES = 80

# Where the project and what is built of it are in the root of sid.
INSIDE = "srv/dogslow"
INSIDE_BUILD = "var/cache/dogslow"

DESCRIBE = """
import json, platform, sys, sysconfig
print(json.dumps({
    "version": platform.python_version(),
    "cpython": sys.implementation.name == "cpython",
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "executable": getattr(sys, "_base_executable", sys.executable),
    "prefix": sys.base_prefix,
    "jit": bool(getattr(sys, "_jit", None) and sys._jit.is_available()),
}))
"""


@dataclasses.dataclass
class Run:
    """One CPython, and how its tests ended."""

    version: str
    label: str
    python: str
    needs: str = "test"
    root: sid_root.Root | None = None
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    tests: tuple[str, ...] = ("tests/python", "tests/servers")
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    trouble: str = ""

    @property
    def name(self) -> str:
        return "py-" + "".join(c if c.isalnum() or c == "." else "-" for c in self.label)

    @property
    def virtual_environment(self) -> str:
        return self.name.removesuffix("-JIT")


def say(text: str) -> None:
    print(text, flush=True)


def describe(command: list[str]) -> dict[str, object] | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        found = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return found if isinstance(found, dict) else None


def is_supported(found: dict[str, object]) -> bool:
    version = str(found["version"])
    return (
        bool(found["cpython"])
        and not found["free_threaded"]
        and version.rpartition(".")[0] in SUPPORTED
    )


def machine_pythons() -> list[Run]:
    """This one first, then by version; each installation once, whatever names it has."""
    names = ["python3", *(f"python{version}" for version in SUPPORTED)]
    candidates = [sys.executable]
    for folder in [*os.environ.get("PATH", os.defpath).split(os.pathsep), "/usr/bin"]:
        candidates += [str(Path(folder) / name) for name in names]
    pyenv = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser()
    candidates += [str(path) for path in sorted(pyenv.glob("versions/*/bin/python3"))]

    runs: dict[tuple[str, str], Run] = {}
    for candidate in dict.fromkeys(candidates):
        if not os.access(candidate, os.X_OK):
            continue
        found = describe([candidate, "-c", DESCRIBE])
        if found is None or not is_supported(found):
            continue
        key = (str(found["version"]), str(found["prefix"]))
        label = f"{found['version']} {found['prefix']}"
        runs.setdefault(key, Run(str(found["version"]), label, str(found["executable"])))
    own, *others = runs.values()
    result = [own, *sorted(others, key=lambda run: [int(n) for n in run.version.split(".")[:2]])]
    # The newest Django is what pip gives; the oldest is tried where it runs.
    if own.version.startswith(("3.11.", "3.12.")):
        old = Run(own.version, f"{own.version} Django 4.2", own.python, "test django42")
        result.insert(1, old)
    return result


def copy_project(root: sid_root.Root) -> None:
    """What git knows or would know of this tree. The times stay: little is compiled anew."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    target = root.path / INSIDE
    shutil.rmtree(target, ignore_errors=True)
    for name in filter(None, listing.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def sid_pythons(unavailable: list[tuple[str, str]], wanted: list[str]) -> list[Run]:
    versions = [v for v in sid_root.VERSIONS if is_wanted(v, wanted)]
    if not versions:
        return []
    try:
        root, missing = sid_root.ready()
        copy_project(root)
    except sid_root.NotAvailable as error:
        unavailable += [(f"{version} Debian sid", str(error)) for version in versions]
        return []
    runs = []
    for version in versions:
        found = describe(root.command(f"python{version}", "-c", DESCRIBE, pip=False))
        if version in missing or found is None:
            unavailable.append((f"{version} Debian sid", missing.get(version, "it does not run")))
            continue
        python, label = f"/usr/bin/python{version}", f"{found['version']} Debian sid"
        runs.append(Run(str(found["version"]), label, python, root=root))
        # Where the interpreter has a JIT, the tests without a server run with it on, too.
        if found["jit"]:
            jit = Run(str(found["version"]), f"{label} JIT", python, root=root)
            jit.environment = {"PYTHON_JIT": "1"}
            jit.tests = ("tests/python",)
            runs.append(jit)
    return runs


def run_tests(run: Run, pytest: list[str]) -> None:
    logs = ROOT / "build" / "pythons"
    logs.mkdir(parents=True, exist_ok=True)
    log, junit = logs / f"{run.name}.log", logs / f"{run.name}.xml"
    junit.unlink(missing_ok=True)
    tests = [name for name in run.tests if (ROOT / name).exists()]
    arguments = [run.python, run.virtual_environment, run.needs]
    if run.root is None:
        command = ["tools/one_python.sh", *arguments, f"--junitxml={junit}", *pytest, *tests]
        environment = {**os.environ, **run.environment}
    else:
        result = f"/{INSIDE_BUILD}/{run.name}.xml"
        inside = {**run.environment, "DOGSLOW_BUILD_DIR": f"/{INSIDE_BUILD}"}
        command = run.root.command(
            *("tools/one_python.sh", *arguments, f"--junitxml={result}", *pytest, *tests),
            cwd=f"/{INSIDE}",
            env=inside | ({"CI": os.environ["CI"]} if os.environ.get("CI") else {}),
        )
        environment = dict(os.environ)
        junit = run.root.path / result.lstrip("/")
        junit.unlink(missing_ok=True)

    say(f"-- {run.label}")
    start = time.monotonic()
    with log.open("w") as sink:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            code = -1
            run.trouble = f"not done after {LIMIT_S:.0f} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    run.seconds = time.monotonic() - start
    count(run, junit)
    if code != 0 and not run.failed and not run.trouble:
        run.trouble = f"ended with {code}" + ("" if run.passed else " before any test")
    lines = log.read_text(errors="replace").splitlines()
    if run.failed or run.trouble:
        say("\n".join(lines[-TAIL_LINES:]))
        say(f"   all of it: {log}")
    else:
        say("\n".join(summary(lines)))


def summary(lines: list[str]) -> list[str]:
    """What pytest says after the last test: tables of the tests' own, and its closing line."""
    heads = [at for at, line in enumerate(lines) if line.startswith("=====")]
    return lines[heads[1] :] if len(heads) > 1 else lines[-1:]


def count(run: Run, junit: Path) -> None:
    try:
        suites = list(ElementTree.parse(junit).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return
    for suite in suites:
        number = {k: int(suite.get(k, 0)) for k in ("tests", "failures", "errors", "skipped")}
        run.failed += number["failures"] + number["errors"]
        run.skipped += number["skipped"]
        run.passed += number["tests"] - number["failures"] - number["errors"] - number["skipped"]


def shorten_doubles(runs: list[Run]) -> None:
    """The tests with servers wait for minutes. Every version runs them all once: on this machine's
    own build of it, else on Debian sid's, else on the first. A further build knocks at the door; so
    does the own one if `make test` has just run them on it (DOGSLOW_OWN_TESTED)."""
    whole: dict[str, Run | None] = {}
    if os.environ.get("DOGSLOW_OWN_TESTED"):
        whole[runs[0].version.rpartition(".")[0]] = None
    for run in [*runs[:1], *(run for run in runs if run.root), *runs]:
        if "tests/servers" in run.tests:
            whole.setdefault(run.version.rpartition(".")[0], run)
    for run in runs:
        if "tests/servers" in run.tests and run not in whole.values():
            run.tests = ("tests/python", "tests/servers/test_front_door.py")


def is_wanted(version: str, wanted: list[str]) -> bool:
    return not wanted or any(f"{version}.".startswith(f"{prefix}.") for prefix in wanted)


def table(runs: list[Run], unavailable: list[tuple[str, str]]) -> None:
    width = max(len(label) for label in [run.label for run in runs] + [n for n, _ in unavailable])
    say(f"\n{'CPython':{width}}  passed  failed  skipped  seconds")
    for run in runs:
        say(
            f"{run.label:{width}}  {run.passed:6}  {run.failed:6}  {run.skipped:7}  "
            f"{run.seconds:7.0f}  {run.trouble}".rstrip()
        )
    for label, reason in unavailable:
        say(f"{label:{width}}  not available: {reason.splitlines()[0]}")


def main() -> int:
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    wanted, pytest = words[:at], words[at + 1 :]
    # Ended by a signal, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with contextlib.ExitStack() as held:
        if any(is_wanted(version, wanted) for version in sid_root.VERSIONS):
            held.enter_context(sid_root.alone())
        return run_all(wanted, pytest)


def run_all(wanted: list[str], pytest: list[str]) -> int:
    unavailable: list[tuple[str, str]] = []
    runs = [run for run in machine_pythons() if is_wanted(run.version, wanted)]
    runs += sid_pythons(unavailable, wanted)
    had = {run.version.rpartition(".")[0] for run in runs} | {n[:4] for n, _ in unavailable}
    for version in SUPPORTED:
        if version not in had and is_wanted(version, wanted):
            unavailable.append((version, "neither on this machine nor in Debian sid"))
    if not runs:
        say("no CPython of those asked for can be had")
        return 1
    shorten_doubles(runs)
    for run in runs:
        run_tests(run, pytest)
    table(runs, unavailable)
    troubled = sum(1 for run in runs if run.trouble)
    failed = sum(run.failed for run in runs) + troubled
    passed, skipped = sum(run.passed for run in runs), sum(run.skipped for run in runs)
    say(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
