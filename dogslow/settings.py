"""The settings: their names, defaults and kinds, and what is wrong with those of a project.

`read()` never raises for what it finds: a wrong value is a problem, and the default is used.
"""

import difflib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from dogslow import kinds
from dogslow.text import represented, shown


def _default_folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        # No temporary folder can be written, and the core will say so of this one.
        return "/tmp"


@dataclass(frozen=True, slots=True)
class Settings:
    """What dogslow uses; one field a setting of the contract, times in seconds."""

    enabled: bool = True
    timer: float = 25.0
    timers: Mapping[str, float | None] = field(default_factory=dict)
    ignore_urls: tuple[str, ...] = ()
    log_to_file: bool = True
    output: str = field(default_factory=_default_folder)
    stderr: bool = False
    stack_vars: bool | Literal["app"] = True
    share_stack_vars: bool = False
    hide: str = ""
    looks: int = 20
    repeat: bool = True
    streaming: bool = True
    email_to: tuple[str, ...] = ()
    email_from: str | None = None
    logger: str | None = "dogslow"
    log_level: int = 30
    log_to_sentry: bool = False
    log_to_otel: bool = False
    sinks: tuple[str, ...] = ()
    max_reports: int = 20
    max_notifications: int = 6
    max_disk: int = 256 * 2**20
    socket: str | None = None

    @property
    def mails(self) -> bool:
        return bool(self.email_to and self.email_from)


_KINDS: Final[dict[str, Callable[[object], object]]] = {
    "enabled": kinds.flag,
    "timer": kinds.seconds,
    "timers": kinds.seconds_by_name,
    "ignore_urls": kinds.names,
    "log_to_file": kinds.flag,
    "output": kinds.folder,
    "stderr": kinds.flag,
    "stack_vars": kinds.variables,
    "share_stack_vars": kinds.flag,
    "hide": kinds.pattern,
    "looks": kinds.Whole(0, 1000),
    "repeat": kinds.flag,
    "streaming": kinds.flag,
    "email_to": kinds.addresses,
    "email_from": kinds.address,
    "logger": kinds.logger,
    "log_level": kinds.level,
    "log_to_sentry": kinds.flag,
    "log_to_otel": kinds.flag,
    "sinks": kinds.names,
    "max_reports": kinds.Whole(0, 10**9),
    # All times of an hour's mails are kept, for each fingerprint.
    "max_notifications": kinds.Whole(0, 1000),
    "max_disk": kinds.Whole(0, 2**62),
    "socket": kinds.folder_or_none,
}

# What this version knows and does not do yet: said, never passed over.
_NOT_YET: Final = frozenset(
    {
        "stack_vars",
        "share_stack_vars",
        "hide",
        "looks",
        "streaming",
        "log_to_sentry",
        "log_to_otel",
        "sinks",
        "max_disk",
        "socket",
    }
)


def _name_of(field_name: str) -> str:
    return "DOGSLOW" if field_name == "enabled" else f"DOGSLOW_{field_name.upper()}"


_FIELDS: Final = {_name_of(f.name): f.name for f in fields(Settings)} | {
    "DOGSLOW_SENTRY": "log_to_sentry"
}

KNOWN: Final = frozenset(_FIELDS)
"""The name of every setting, of every version."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the settings that the project should know of."""

    id: str
    """Of the system check: dogslow.E001, dogslow.W001, ..."""
    setting: str
    message: str
    hint: str | None = None


def is_ours(name: str) -> bool:
    return name == "DOGSLOW" or name.startswith("DOGSLOW_")


def read(source: Mapping[str, object]) -> tuple[Settings, list[Problem]]:
    """The settings in `source`, by their full names; what is not dogslow's is left alone."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in sorted(filter(is_ours, source)):
        field_name = _FIELDS.get(name)
        if field_name is None:
            problems.append(_unknown(name))
            continue
        try:
            value = _KINDS[field_name](source[name])
        except kinds.Wrong as wrong:
            problems.append(_wrong(name, source[name], f"Allowed is {wrong}."))
            continue
        except Exception as error:
            # An odd object of the project's: its own methods raised.
            hint = f"It could not be read: {represented(error)}."
            problems.append(_wrong(name, source[name], hint))
            continue
        if field_name in _NOT_YET and value not in (False, None, "", ()):
            problems.append(_not_yet(name))
        # The alias and its setting: either turns it on.
        values[field_name] = value or values.get(field_name, value)
    settings = Settings(**values)
    if settings.enabled:
        problems += _halves(settings)
    return settings, problems


def _unknown(name: str) -> Problem:
    short = {known.removeprefix("DOGSLOW_"): known for known in KNOWN}
    close = difflib.get_close_matches(name.removeprefix("DOGSLOW_"), short, n=1)
    return Problem(
        id="dogslow.W001",
        setting=name,
        message=f"{name} is no setting of dogslow's.",
        hint=f"Did you mean {short[close[0]]}?" if close else "Remove it.",
    )


def _wrong(name: str, value: object, hint: str) -> Problem:
    default = getattr(Settings(), _FIELDS[name])
    return Problem(
        id="dogslow.E001",
        setting=name,
        message=f"{name} is {shown(value)}; the default, {default!r}, is used.",
        hint=hint,
    )


def _not_yet(name: str) -> Problem:
    return Problem(
        id="dogslow.I001",
        setting=name,
        message=f"{name} has no effect yet: this version of dogslow does not do it.",
        hint="Nothing to do: a later version will. Remove it to silence this.",
    )


def _halves(settings: Settings) -> list[Problem]:
    if bool(settings.email_to) == bool(settings.email_from):
        return []
    present, missing = (
        ("DOGSLOW_EMAIL_TO", "DOGSLOW_EMAIL_FROM")
        if settings.email_to
        else ("DOGSLOW_EMAIL_FROM", "DOGSLOW_EMAIL_TO")
    )
    return [
        Problem(
            id="dogslow.W002",
            setting=missing,
            message=f"No report is mailed: {present} is set and {missing} is not.",
            hint=f"Set {missing} too, or remove {present}.",
        )
    ]
