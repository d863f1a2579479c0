"""A virtual environment under build/ with what a make target needs, made once.

    python3 tools/environment.py NAME [--needs FILE]... [--wants PACKAGE]...
                                      [--dogslow] [--meson OPTION]...

Prints the folder of the environment. It is made anew when the Python or a requirements file
changed; with --dogslow, this tree is installed into it (as a user's pip would: not editable), and
again only when its sources changed. --wants are packages to do without if they cannot be had: each
such is said. Only the standard library is used, of Python 3.11 and later.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What the wheel is built from.
SOURCES = (
    "meson.build",
    "meson.options",
    "pyproject.toml",
    "src",
    "dogslow",
    "tools/list_package.py",
)


def build_dir() -> Path:
    return Path(os.environ.get("DOGSLOW_BUILD_DIR") or ROOT / "build")


def digest(*parts: str | Path) -> str:
    """Of texts as they are, and of files and folders by what is in them."""
    total = hashlib.sha256()
    for part in parts:
        paths = [part] if isinstance(part, str) or not part.is_dir() else sorted(part.rglob("*"))
        for path in paths:
            total.update(str(path).encode() + b"\0")
            if isinstance(path, Path) and path.is_file() and "__pycache__" not in path.parts:
                total.update(path.read_bytes())
    return total.hexdigest()


class Environment:
    def __init__(self, name: str) -> None:
        self.folder = build_dir() / "venv" / name
        self.python = self.folder / "bin" / "python"
        self.name = name

    def holds(self, stamp: str, value: str) -> bool:
        path = self.folder / f"{stamp}.stamp"
        return path.exists() and path.read_text() == value

    def mark(self, stamp: str, value: str) -> None:
        (self.folder / f"{stamp}.stamp").write_text(value)

    def pip(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # The environment's own programs (ninja) come first for builds that pip starts.
        path = f"{self.folder / 'bin'}:{os.environ.get('PATH', os.defpath)}"
        return subprocess.run(
            [str(self.python), "-m", "pip", "--disable-pip-version-check", *arguments],
            check=False,
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def must(self, *arguments: str) -> None:
        done = self.pip(*arguments)
        if done.returncode != 0:
            say(f"pip {' '.join(arguments)} failed:\n" + done.stdout[-6000:])
            raise SystemExit(1)

    def make(self, needs: list[Path]) -> None:
        value = digest(sys.version, sys.executable, *needs)
        if self.holds("made", value) and self.runs():
            return
        say(f"making the environment {self.name} ({sys.version.split()[0]})")
        shutil.rmtree(self.folder, ignore_errors=True)
        venv.create(self.folder, with_pip=True, symlinks=True)
        for path in needs:
            self.must("install", "-q", "-r", str(path))
        self.mark("made", value)

    def runs(self) -> bool:
        try:
            return subprocess.run([self.python, "-c", ""], check=False).returncode == 0
        except OSError:
            return False

    def try_packages(self, wants: list[str]) -> None:
        value = digest(*wants)
        if self.holds("wanted", value):
            return
        missed = False
        for package in wants:
            done = self.pip("install", "-q", package)
            if done.returncode != 0:
                missed = True
                reasons = [ln for ln in done.stdout.splitlines() if ln.startswith("ERROR")]
                say(f"not available: {package}: {(reasons or ['pip failed'])[-1]}")
        if not missed:  # else it is tried again the next time: the network may be back
            self.mark("wanted", value)

    def install_dogslow(self, meson: list[str]) -> None:
        compiler = os.environ.get("CC", "")
        value = digest(compiler, *meson, *(ROOT / name for name in SOURCES))
        if self.holds("dogslow", value):
            return
        say(f"building dogslow for {self.name}")
        # A build folder of its own is kept, so that only what changed is compiled again.
        # For one Python alone: another's headers are not looked for anew in a folder that is kept.
        python = digest(sys.version, sys.executable)[:12]
        kept = build_dir() / "wheel" / f"{self.name}-{python}"
        options = [f"-Cbuild-dir={kept}"]
        options += [f"-Csetup-args={option}" for option in meson]
        how = ("--no-build-isolation", "--no-deps", "--force-reinstall")
        done = self.pip("install", "-q", *how, *options, str(ROOT))
        if done.returncode != 0 and "FAILED: " not in done.stdout:
            # Not a file that does not compile, so perhaps a build folder of another compiler or
            # Python: once more from the ground.
            shutil.rmtree(kept, ignore_errors=True)
            done = self.pip("install", "-q", *how, *options, str(ROOT))
        if done.returncode != 0:
            say("dogslow does not build:\n" + done.stdout[-6000:])
            raise SystemExit(1)
        self.mark("dogslow", value)


def say(text: str) -> None:
    print(f"dogslow: {text}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--needs", type=Path, action="append", default=[])
    parser.add_argument("--wants", action="append", default=[])
    parser.add_argument("--dogslow", action="store_true")
    parser.add_argument("--meson", action="append", default=[])
    chosen = parser.parse_args()
    environment = Environment(chosen.name)
    environment.folder.parent.mkdir(parents=True, exist_ok=True)
    with environment.folder.with_name(chosen.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        needs = [path.resolve() for path in chosen.needs]
        if chosen.dogslow:
            needs.insert(0, ROOT / "tools" / "requirements" / "build.txt")
        environment.make(needs)
        environment.try_packages(chosen.wants)
        if chosen.dogslow:
            environment.install_dogslow(chosen.meson)
    print(environment.folder)


if __name__ == "__main__":
    main()
