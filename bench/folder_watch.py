"""Child: tells when files appear in a folder, as another process sees it.

Options: folder. Prints "real-time" or "ordinary", for how it is scheduled, then waits for its
standard input to end. Answer: by name of each .log, the monotonic clock in ns when inotify told
that it has its name.
"""

import ctypes
import os
import select
import struct
import sys
import time

import children

IN_MOVED_TO, IN_CREATE = 0x80, 0x100
_EVENT = struct.Struct("iIII")


def priority() -> str:
    """On a busy machine its own waking would be most of what it measures: it is asked to be woken
    before others, which may be refused."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return "ordinary"
    return "real-time"


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    folder = children.options()["folder"].encode()
    fd = libc.inotify_init1(os.O_CLOEXEC)
    if fd < 0 or libc.inotify_add_watch(fd, folder, IN_MOVED_TO | IN_CREATE) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    print(priority(), flush=True)
    seen: dict[str, int] = {}
    while True:
        readable, _, _ = select.select([fd, sys.stdin], [], [])
        if fd in readable:
            now = time.monotonic_ns()
            data = os.read(fd, 1 << 16)
            at = 0
            while at < len(data):
                length = _EVENT.unpack_from(data, at)[3]
                name = data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0").decode()
                at += _EVENT.size + length
                if name.endswith(".log") and not name.startswith("."):
                    seen.setdefault(name, now)
        elif sys.stdin in readable:
            break
    children.answer(seen)


main()
