"""What dogslow says of itself: on the logger "dogslow", and each thing once a process."""

import logging
import threading
from typing import Final

from dogslow.text import one_line

_said: Final[dict[str, object]] = {}


def line(message: str, level: int = logging.WARNING) -> None:
    """One line. Never raises: a handler of the project's that fails must not take us along.

    But for what ends a program on its main thread: KeyboardInterrupt, and the SystemExit that a
    signal's handler raises there, are passed on.
    """
    try:
        # Not kept from when this was imported: a LOGGING that comes later disables loggers that are
        # there already, unless told otherwise.
        logging.getLogger("dogslow").log(level, "%s", one_line(message))
    except Exception:
        pass
    except BaseException:
        if threading.get_ident() == threading.main_thread().ident:
            raise


def once(message: str, level: int = logging.WARNING) -> None:
    """One line, but for a message that this process, or the one it was forked from, has said."""
    token = object()
    # One operation, so that of two threads one says it.
    if _said.setdefault(message, token) is token:
        line(message, level)
