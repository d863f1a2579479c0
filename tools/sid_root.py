"""A root of Debian sid with the CPythons that the machine itself does not have.

It is made once, under the user's cache folder, and checked each time before it is used; one that is
broken, or was made by another recipe, is made anew. Everything that runs inside has a mount and a
process namespace of its own: whatever interrupts it, no mount and no process is left.

    python3 tools/sid_root.py            make or check the root, and say what is in it
    python3 tools/sid_root.py sh -c ...  run a command inside
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

VERSIONS = ("3.13", "3.14", "3.15")
DEFAULT_MIRROR = "http://deb.debian.org/debian"
BASE_PACKAGES = ("ca-certificates", "gcc", "libc6-dev", "pkg-config", "procps")
# A CPython that sid did not have is asked for again after this long.
ASK_AGAIN_S = 24 * 3600
STAMP = "etc/dogslow-root.json"
# What is mounted or started in them ends with them.
NAMESPACES = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child")
# The variables that tell clients where certificates and proxies are.
NETWORK_VARIABLES = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)


class NotAvailable(Exception):
    """There can be no root on this machine; the text says why."""


def say(text: str) -> None:
    print(f"sid root: {text}", file=sys.stderr, flush=True)


def cache_dir() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "dogslow"


def recipe() -> str:
    """Of what a root is made: one that was made of anything else is made anew."""
    return repr((VERSIONS, BASE_PACKAGES, apt_settings()))


def output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def mirror() -> str:
    """The Debian archive that this machine's own apt uses."""
    chosen = os.environ.get("DOGSLOW_DEBIAN_MIRROR")
    if chosen:
        return chosen
    for line in output(
        "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"
    ).splitlines():
        uri = line.strip().rstrip("/")
        if urlsplit(uri).scheme in {"http", "https"} and uri.endswith("/debian"):
            return uri
    return DEFAULT_MIRROR


def apt_settings() -> str:
    """What this machine's apt needs to reach its archive, for the root's apt: proxies, and whether
    the archive's dates are to be believed."""
    dates = ("Acquire::Check-Valid-Until", "Acquire::Check-Date")
    wanted = (*dates, "Acquire::http", "Acquire::https")
    kept = [
        line
        for line in output("apt-config", "dump").splitlines()
        if line.startswith(wanted) and not line.endswith(' "";')
    ]
    return "\n".join([*kept, 'APT::Install-Recommends "false";', 'Acquire::Languages "none";', ""])


def pip_settings() -> tuple[dict[str, str], list[Path]]:
    """pip's configuration of this machine as PIP_* variables, and the local files that it names."""
    variables: dict[str, str] = {}
    listing = output(sys.executable, "-m", "pip", "config", "list") or output(
        "python3", "-m", "pip", "config", "list"
    )
    for line in listing.splitlines():
        key, _, quoted = line.partition("=")
        name = key.rpartition(".")[2]
        if not quoted or not name:
            continue
        words = shlex.split(quoted)
        # The environment comes first in the listing, and wins over files as it does in pip.
        variables.setdefault("PIP_" + name.upper().replace("-", "_"), words[0] if words else "")
    for name in NETWORK_VARIABLES:
        if os.environ.get(name):
            variables[name] = os.environ[name]
    paths = []
    for name, value in variables.items():
        for word in value.split():
            path = Path(unquote(urlsplit(word).path) if word.startswith("file://") else word)
            if not path.is_absolute() or not path.exists():
                continue
            # The pages of an index lie in a folder beside that of the files that they name.
            if name.endswith("INDEX_URL") and len(path.parts) > 3:
                path = path.parent
            paths.append(path)
    return variables, list(dict.fromkeys(paths))


def check_no_mounts(folder: Path) -> None:
    """Never remove a folder in which something of the machine is mounted."""
    inside = f" {folder.resolve()}/"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        if inside in f" {line.split()[4]}/":
            raise NotAvailable(f"something is mounted in {folder}; unmount it first")


def remove(folder: Path) -> None:
    if folder.exists():
        check_no_mounts(folder)
        shutil.rmtree(folder)


class Root:
    def __init__(self, path: Path) -> None:
        self.path = path

    def command(
        self, *words: str, cwd: str = "/", env: dict[str, str] | None = None, pip: bool = True
    ) -> list[str]:
        """The command line, for the machine, that runs these words inside the root. With pip, it
        finds what this machine's pip is configured with; apt must go without, for a package cannot
        replace a file that is mounted."""
        variables, paths = pip_settings() if pip else ({}, [])
        root = shlex.quote(str(self.path))
        steps = [
            "set -e",
            f"mount -t proc proc {root}/proc",
            f"mount --rbind /sys {root}/sys",
            f"mount --rbind /dev {root}/dev",
        ]
        for path in paths:
            source, target = shlex.quote(str(path)), shlex.quote(f"{self.path}{path}")
            if path.is_dir():
                steps.append(f"mkdir -p {target}")
            else:
                steps.append(f"mkdir -p $(dirname {target}); [ -e {target} ] || : >{target}")
            steps.append(f"mount --bind {source} {target}")
            steps.append(f"mount -o remount,bind,ro {target}")
        inside = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            "PYTHONUNBUFFERED": "1",
            **variables,
            **(env or {}),
        }
        settings = [f"{name}={value}" for name, value in inside.items()]
        script = f"cd {shlex.quote(cwd)} && {shlex.join(words)}"
        # Not exec: this shell is the namespace's first process, and takes in its orphans.
        steps += [
            "set +e",
            f"chroot {root} env -i {shlex.join(settings)} sh -c {shlex.quote(script)}",
            "exit $?",
        ]
        return [*NAMESPACES, "sh", "-c", "\n".join(steps)]

    def run(self, *words: str, check: bool = True, quiet: bool = True) -> bool:
        done = subprocess.run(
            self.command(*words, pip=False),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            errors="replace",
        )
        if check and done.returncode != 0:
            tail = "\n".join((done.stdout or "").splitlines()[-15:])
            raise NotAvailable(f"{shlex.join(words)} failed in the root\n{tail}")
        return done.returncode == 0

    # -- what is known of it --

    def stamp(self) -> dict[str, object]:
        try:
            found = json.loads((self.path / STAMP).read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_stamp(self, missing: dict[str, str]) -> None:
        facts = {"recipe": recipe(), "missing": missing, "asked": time.time()}
        (self.path / STAMP).write_text(json.dumps(facts, indent=1) + "\n")

    def works(self, version: str) -> bool:
        probe = (
            "import ensurepip, sqlite3, ssl, sysconfig, venv; "
            "open(sysconfig.get_path('include') + '/Python.h').close()"
        )
        return self.run(f"python{version}", "-c", probe, check=False)

    def is_whole(self) -> bool:
        found = self.stamp()
        missing = found.get("missing")
        if found.get("recipe") != recipe() or not isinstance(missing, dict):
            return False
        return self.run("gcc", "--version", check=False) and all(
            self.works(version) for version in VERSIONS if version not in missing
        )

    # -- making it --

    def install_pythons(self, versions: tuple[str, ...] | list[str]) -> dict[str, str]:
        """Install each of them; those that cannot be had, with the reason."""
        missing = {}
        for version in versions:
            name = f"python{version}"
            packages = (name, f"{name}-dev", f"{name}-venv")
            try:
                self.run("apt-get", "install", "-y", "-q", *packages)
                if not self.works(version):
                    raise NotAvailable("it is installed but does not run")
            except NotAvailable as error:
                reason = str(error).splitlines()
                wanted = [line for line in reason if line.startswith("E:")]
                missing[version] = "Debian sid: " + (wanted or reason)[0].removeprefix("E: ")
        self.run("apt-get", "clean")
        return missing

    def make(self) -> None:
        """Make it beside its place, and move it there when it is whole."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        remove(fresh)
        fresh.mkdir(parents=True)
        source = mirror()
        say(f"making {self.path} from {source}: some minutes, about 1 GB")
        done = subprocess.run(
            [*NAMESPACES, "debootstrap", "--variant=minbase", "sid", str(fresh), source],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode != 0:
            log = fresh / "debootstrap" / "debootstrap.log"
            text = log.read_text(errors="replace") if log.exists() else done.stdout
            tail = "\n".join(text.splitlines()[-15:])
            remove(fresh)
            raise NotAvailable(f"debootstrap failed\n{tail}")
        root = Root(fresh)
        (fresh / "etc/apt/apt.conf.d/90dogslow").write_text(apt_settings())
        try:
            root.run("apt-get", "update", "-q")
            root.run("apt-get", "install", "-y", "-q", *BASE_PACKAGES)
            missing = root.install_pythons(VERSIONS)
        except NotAvailable:
            remove(fresh)
            raise
        root.write_stamp(missing)
        remove(self.path)
        fresh.rename(self.path)

    def ask_again(self) -> None:
        """Sid moves: what it did not have some time ago it may have now."""
        found = self.stamp()
        missing, asked = found.get("missing"), found.get("asked")
        if not missing or not isinstance(missing, dict) or not isinstance(asked, (int, float)):
            return
        if time.time() - asked < ASK_AGAIN_S:
            return
        if self.run("apt-get", "update", "-q", check=False):
            self.write_stamp(self.install_pythons(list(missing)))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One run at a time makes, checks and uses the root."""
    cache_dir().mkdir(parents=True, exist_ok=True)
    with (cache_dir() / "sid.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run that uses it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ready() -> tuple[Root, dict[str, str]]:
    """The root, whole, and the versions that it lacks with the reason. Raises NotAvailable.
    The caller is alone()."""
    if os.geteuid() != 0:
        raise NotAvailable("a root of Debian sid is made by root only (debootstrap and chroot)")
    for tool in ("debootstrap", "chroot", "unshare"):
        if not shutil.which(tool):
            raise NotAvailable(f"{tool} is missing: apt-get install debootstrap")
    root = Root(cache_dir() / "sid")
    if not root.is_whole():
        if root.path.exists():
            say("it is broken or of an older recipe; it is made anew")
        root.make()
    root.ask_again()
    missing = root.stamp().get("missing")
    return root, dict(missing) if isinstance(missing, dict) else {}


def main() -> int:
    try:
        with alone():
            root, missing = ready()
    except NotAvailable as error:
        say(f"not available: {error}")
        return 1
    if sys.argv[1:]:
        return subprocess.run(root.command(*sys.argv[1:]), check=False).returncode
    for version in VERSIONS:
        say(f"{version}: {missing.get(version, 'ready')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
