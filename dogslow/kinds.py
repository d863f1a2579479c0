"""The kinds of value that a setting can have: each takes what the project wrote and gives what
dogslow uses, or raises Wrong, which says what is allowed."""

import logging
import math
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, Literal, TypeGuard

# Some 31 years: longer is as good as never, and the core counts nanoseconds in 63 bits.
LONGEST_S: Final = 1e9
# More than a site has URLs, and what the core takes.
MOST_ENTRIES: Final = 100_000


class Wrong(ValueError):
    """The value is not allowed; the message says what is."""


def flag(value: object) -> bool:
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    raise Wrong("True or False")


def seconds(value: object) -> float:
    """Above 0 and finite; at most LONGEST_S, which means never."""
    allowed = "a finite number of seconds above 0, or a string of one"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Wrong(allowed)
    try:
        number = float(value)
    except ValueError:
        raise Wrong(allowed) from None
    except OverflowError:
        number = math.inf
    if not (math.isfinite(number) and number > 0):
        raise Wrong(allowed)
    return min(number, LONGEST_S)


def seconds_by_name(value: object) -> dict[str, float | None]:
    allowed = "a dict from URL name to a finite number of seconds above 0, or to None for never"
    if not isinstance(value, Mapping):
        raise Wrong(allowed)
    _limit(value)
    result: dict[str, float | None] = {}
    for name, limit in value.items():
        if not is_text(name):
            raise Wrong(f"{allowed}; this key is not text: {name!r}")
        try:
            result[name] = None if limit is None else seconds(limit)
        except Wrong:
            raise Wrong(f"{allowed}; wrong is the one of {name!r}") from None
    return result


class Whole:
    """A whole number within limits, both included."""

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __call__(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"a whole number from {self.least} to {self.most}")
        if not self.least <= value <= self.most:
            raise Wrong(f"a whole number from {self.least} to {self.most}")
        return value


def names(value: object) -> tuple[str, ...]:
    """Not one string: ("health") without a comma is a common slip. Nor an iterator, since the
    settings are read more than once."""
    allowed = 'a list, tuple or set of text, as in ["health"]'
    if not isinstance(value, list | tuple | set | frozenset):
        raise Wrong(allowed)
    _limit(value)
    result = tuple(value)
    if not all(is_text(name) for name in result):
        raise Wrong(allowed)
    return result


def _limit(value: Collection[object]) -> None:
    if len(value) > MOST_ENTRIES:
        raise Wrong(f"at most {MOST_ENTRIES} entries, and not {len(value)}")


def is_text(value: object) -> TypeGuard[str]:
    """Text that has bytes: no NUL, and no surrogate but those of a path that is not UTF-8."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def folder(value: object) -> str:
    """An absolute path; a `~` or `~user` at its beginning is the home folder of that user."""
    allowed = "the path of a folder, as text or pathlib.Path"
    if not isinstance(value, str | os.PathLike):
        raise Wrong(allowed)
    path = os.fspath(value)
    if not path or not is_text(path):
        raise Wrong(allowed)
    # Of pathlib "./~" would be the home folder too, and an unknown user no error of ours.
    path = os.path.expanduser(path)  # noqa: PTH111 - Path raises for an unknown user
    if path.startswith("~"):
        raise Wrong(f"{allowed}; the home folder {path.partition('/')[0]} is not known")
    return os.path.normpath(Path(path).absolute())


def folder_or_none(value: object) -> str | None:
    if value is None:
        return None
    try:
        return folder(value)
    except Wrong as wrong:
        raise Wrong(f"{wrong}, or None") from None


def address(value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _is_address(value):
        raise Wrong("a mail address, or None")
    return value


def addresses(value: object) -> tuple[str, ...]:
    allowed = "a mail address, a list of them, or None"
    if value is None or value == "":
        return ()
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, list | tuple | set | frozenset):
        raise Wrong(allowed)
    _limit(found)
    result = []
    for one in found:
        if not isinstance(one, str) or not _is_address(one):
            raise Wrong(allowed)
        result.append(one)
    return tuple(result)


def _is_address(text: str) -> bool:
    # Mail's own rules are the mail server's business. That it is one line is ours.
    return "@" in text and text.isprintable()


def logger(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Wrong("the name of a logger, or None for none")


def level(value: object) -> int:
    if isinstance(value, str):
        known = logging.getLevelNamesMapping().get(value.strip().upper())
        if known is not None:
            return known
    elif isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise Wrong('the name of a logging level, as "WARNING", or its number')


def variables(value: object) -> bool | Literal["app"]:
    if value == "app":
        return "app"
    try:
        return flag(value)
    except Wrong:
        raise Wrong('True, False or "app"') from None


def pattern(value: object) -> str:
    allowed = "a regular expression, as text"
    if not isinstance(value, str):
        raise Wrong(allowed)
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise Wrong(f"{allowed}; this one does not compile: {error}") from None
    return value
