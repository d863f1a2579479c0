"""How often one and the same thing is mailed: so many an hour on this host, over all processes.

What was sent is kept in a file `.dogslow-notifications-<uid>` of mode 0600 in the folder of the
reports, or else in the system's temporary folder, and is locked while it is read and written. A
file that is not ours, or that cannot be locked, is left alone, and this process counts for itself.
A file that makes no sense is begun anew.
"""

import fcntl
import hashlib
import json
import math
import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dogslow import log
from dogslow.report import Report

HOUR_S: Final = 3600.0
# A count of what was not sent is told with the next mail; after this it is no news any more.
_KEEP_S: Final = 24 * HOUR_S
# Some 1000 kinds a day are more than anybody reads mails of; the file stays small.
_MAX_KINDS: Final = 1000
_MAX_BYTES: Final = 2**20
# A holder has the lock for a millisecond, unless it was stopped meanwhile.
_LOCK_TRIES: Final = 100
_LOCK_TRY_S: Final = 0.01

_METHODS: Final = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)


@dataclass(slots=True)
class Kind:
    """What was and was not sent of one fingerprint."""

    sent: list[float] = field(default_factory=list)
    """When, in seconds of the wall clock, oldest first; of the last hour only."""
    suppressed: int = 0
    last: float = 0.0
    """When it was last asked for."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one notification."""

    kind: str
    suppressed: int
    """How many of this kind were not sent since the last one."""


def fingerprint(report: Report) -> str:
    """Of host, route, method, verdict and where, the latter without the line.

    The lines of one busy function would else be as many kinds. A method is what the client says,
    so one that is not of HTTP is "other": it must not make kinds at will.
    """
    method = report.part("request", "method").upper()
    parts = (
        os.uname().nodename,
        report.part("request", "route") or report.part("request", "label"),
        method if method in _METHODS else "other",
        report.part("verdict", "code"),
        report.part("where", "file"),
        report.part("where", "function"),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def admit(kind: Kind, now: float, limit: int) -> int | None:
    """Count one that is due `now`. Returns how many before it were not sent; None: nor is this."""
    # A time to come is a clock set back, or a lie: neither may silence us.
    kind.sent = [at for at in kind.sent if now - HOUR_S < at <= now]
    kind.last = now
    if len(kind.sent) >= limit:
        kind.suppressed += 1
        return None
    suppressed, kind.suppressed = kind.suppressed, 0
    kind.sent.append(now)
    return suppressed


class Notifications:
    """The limit of one folder. Context: delivery thread, or any one thread at a time."""

    def __init__(self, folder: str, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._own: dict[str, Kind] = {}

    def ask(self, report: Report) -> Ticket | None:
        """Leave to send a notification of this report; None: it is one too many, and counted."""
        name = fingerprint(report)
        with self._kinds() as kinds:
            suppressed = admit(kinds.setdefault(name, Kind()), time.time(), self._limit)
        return None if suppressed is None else Ticket(name, suppressed)

    def miss(self, report: Report) -> None:
        """It is not even tried: the next one will tell of it."""
        with self._kinds() as kinds:
            _count_unsent(kinds, fingerprint(report), 1)

    def give_back(self, ticket: Ticket) -> None:
        """It could not be sent: the next one will tell of it.

        It has been tried, and counts for the hour, so a mail server that is down is not asked
        more often than one that works.
        """
        with self._kinds() as kinds:
            _count_unsent(kinds, ticket.kind, ticket.suppressed + 1)

    @contextmanager
    def _kinds(self) -> Iterator[dict[str, Kind]]:
        """All kinds, to be changed; of the host, or if that is not to be had, of this process."""
        file = self._open()
        if file is None:
            yield self._own
            _prune(self._own, time.time())
            return
        try:
            kinds = _read(file)
            yield kinds
            _prune(kinds, time.time())
            _write(file, kinds)
        finally:
            os.close(file)

    def _open(self) -> int | None:
        name = f".dogslow-notifications-{os.geteuid()}"
        reason = "no folder to be had"
        for folder in (self._folder, tempfile.gettempdir()):
            try:
                return _open_locked(Path(folder, name))
            except OSError as error:
                reason = f"{error.strerror or error}: {Path(folder, name)}"
        log.once(f"Mails are limited for each process by itself, not for the host: {reason}")
        return None


def _count_unsent(kinds: dict[str, Kind], name: str, count: int) -> None:
    kind = kinds.setdefault(name, Kind())
    kind.suppressed += count
    kind.last = time.time()


def _open_locked(path: Path) -> int:
    """The file, ours alone and locked until it is closed; raises OSError."""
    # O_RDWR also so that a pipe which somebody put there does not hold us up.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    file = os.open(path, flags, 0o600)
    try:
        found = os.fstat(file)
        if (
            not stat.S_ISREG(found.st_mode)
            or found.st_uid != os.geteuid()
            or found.st_nlink != 1
            or stat.S_IMODE(found.st_mode) & 0o077
        ):
            raise PermissionError(0, "it is not a file that only we can write")
        _lock(file)
    except BaseException:
        os.close(file)
        raise
    return file


def _lock(file: int) -> None:
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # A sleep that gevent and eventlet do not replace: this is a native thread.
            signal.sigtimedwait((), _LOCK_TRY_S)
    raise TimeoutError(0, "another process does not let go of its lock")


def _read(file: int) -> dict[str, Kind]:
    raw = os.pread(file, _MAX_BYTES + 1, 0)
    if len(raw) > _MAX_BYTES:
        return {}
    try:
        found = json.loads(raw)
        return {name: _kind(value) for name, value in found.items() if len(name) == 32}
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return {}


def _kind(value: Any) -> Kind:
    times = [float(at) for at in value["sent"]]
    last, suppressed = float(value["last"]), value["suppressed"]
    if not all(map(math.isfinite, [*times, last])) or type(suppressed) is not int:
        raise ValueError("not what we wrote")
    return Kind(sent=sorted(times), suppressed=min(max(suppressed, 0), 10**9), last=last)


def _prune(kinds: dict[str, Kind], now: float) -> None:
    """Forget what nobody needs, and of too many what was longest not asked for."""
    for name, kind in list(kinds.items()):
        keep_s = _KEEP_S if kind.suppressed else HOUR_S
        if not now - keep_s < kind.last <= now + HOUR_S:
            del kinds[name]
    if len(kinds) > _MAX_KINDS:
        for name in sorted(kinds, key=lambda name: kinds[name].last)[: len(kinds) - _MAX_KINDS]:
            del kinds[name]


def _write(file: int, kinds: dict[str, Kind]) -> None:
    while True:
        raw = json.dumps(
            {
                name: {"sent": kind.sent, "suppressed": kind.suppressed, "last": kind.last}
                for name, kind in kinds.items()
            }
        ).encode()
        if len(raw) <= _MAX_BYTES:
            break
        # Hundreds of kinds with hundreds of mails each: half of them are enough to know.
        for name in sorted(kinds, key=lambda name: kinds[name].last)[: len(kinds) // 2 or 1]:
            del kinds[name]
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, raw, 0)
    except OSError as error:
        # A full disk: the next one begins anew, and may send some more mails than it should.
        log.once(f"Mails cannot be counted for the host: {error.strerror}")
