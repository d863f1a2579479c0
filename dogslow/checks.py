"""The system checks. Their ids are stable: SILENCED_SYSTEM_CHECKS may name them.

dogslow.E001  a setting has a value that is not allowed
dogslow.W001  a setting is unknown
dogslow.W002  only one of DOGSLOW_EMAIL_TO and DOGSLOW_EMAIL_FROM is set
dogslow.W003  the middleware is not in MIDDLEWARE
dogslow.W004  the middleware is not among the first
dogslow.W005  this Python or platform cannot be watched
dogslow.W006  the folder of the reports cannot be written
dogslow.W007  the middleware is more than once in MIDDLEWARE
dogslow.W008  the checks could not be made
dogslow.I001  a setting has no effect in this version
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Info, Warning

from dogslow import environment
from dogslow.configuration import of_django
from dogslow.settings import Settings
from dogslow.text import represented

_OURS: Final = frozenset({"dogslow.WatchdogMiddleware", "dogslow.middleware.WatchdogMiddleware"})
# Some projects have to have one or two before it; more, and too much goes unseen.
_FIRST: Final = 3

_CLASSES: Final = {"E": Error, "W": Warning, "I": Info}


def check(**_: object) -> list[CheckMessage]:
    """All of dogslow's checks. With dogslow turned off, only what is wrong with the settings.

    Never raises: runserver and migrate run the checks too, and are not to die of ours.
    """
    try:
        return _all()
    except Exception as error:
        return [
            Warning(
                f"dogslow's checks could not be made: {represented(error)}.",
                hint="This is a defect of dogslow's, or of an object in its settings.",
                id="dogslow.W008",
            )
        ]


def _all() -> list[CheckMessage]:
    settings, problems = of_django()
    messages: list[CheckMessage] = [
        _CLASSES[problem.id.removeprefix("dogslow.")[0]](
            problem.message, hint=problem.hint, id=problem.id
        )
        for problem in problems
    ]
    if settings.enabled and not environment.disabled():
        messages += _place()
        messages += _interpreter()
        messages += _folder(settings)
    return messages


def _place() -> Iterator[CheckMessage]:
    middleware = list(getattr(django_settings, "MIDDLEWARE", None) or [])
    place = next((i for i, path in enumerate(middleware) if path in _OURS), None)
    if place is None:
        yield Warning(
            "No request is watched: the middleware is not in MIDDLEWARE.",
            hint='Make "dogslow.WatchdogMiddleware" the first of MIDDLEWARE.',
            id="dogslow.W003",
        )
    elif place >= _FIRST:
        yield Warning(
            f"What {place} other middlewares do is not watched: they come before dogslow's.",
            hint='Make "dogslow.WatchdogMiddleware" the first of MIDDLEWARE.',
            id="dogslow.W004",
        )
    times = sum(path in _OURS for path in middleware)
    if times > 1:
        yield Warning(
            f"A slow request is reported {times} times: so often is the middleware in MIDDLEWARE.",
            hint='Keep the first "dogslow.WatchdogMiddleware" of MIDDLEWARE and remove the others.',
            id="dogslow.W007",
        )


def _interpreter() -> Iterator[CheckMessage]:
    refusal = environment.unwatchable()
    if refusal is not None:
        yield Warning(
            f"This process is not watched: {refusal}.",
            hint="The site runs, without dogslow. DOGSLOW = False silences this.",
            id="dogslow.W005",
        )


def _folder(settings: Settings) -> Iterator[CheckMessage]:
    if not settings.log_to_file:
        return
    reason = _unwritable(settings.output)
    if reason is not None:
        yield Warning(
            f"Reports cannot be written to {settings.output}: {reason}.",
            hint="Set DOGSLOW_OUTPUT to a folder that this user can write.",
            id="dogslow.W006",
        )


def _unwritable(folder: str) -> str | None:
    """Why; None if it can be written, or made with all its parents. Makes nothing."""
    path = nearest = Path(folder)
    try:
        # The root is always there.
        while not _is_there(nearest):
            nearest = nearest.parent
        name = "it" if nearest == path else str(nearest)
        # Its links are followed: one that leads nowhere is no folder either.
        if not nearest.is_dir():
            return f"{name} is no folder"
    except OSError as error:
        return error.strerror or repr(error)
    if os.access(nearest, os.W_OK | os.X_OK):
        return None
    return "this user may not write there" if nearest == path else f"this user may not write {name}"


def _is_there(path: Path) -> bool:
    """Also a link that leads nowhere. Raises OSError if it cannot be known."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
