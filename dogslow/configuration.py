"""From Django's settings to the core, at start and whenever they change.

Quiet (see environment.quiet()) is decided when a handler loads its middleware, when a setting
changes (override_settings), and when a report is delivered. That covers test clients and live
servers, which load their handler after the test environment is set up. An application that
was built before that may write one report file, of the first request that passes its deadline in
a test, before it is noticed. A request pays for none of this.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings as django_settings
from django.core.signals import setting_changed

from dogslow import control, decorators, delivery, environment, kinds, log, origin
from dogslow.settings import Problem, Settings, is_ours, read

_OF_DJANGO: Final = frozenset(
    {
        "BASE_DIR",
        "SECURE_PROXY_SSL_HEADER",
        "USE_X_FORWARDED_HOST",
        "USE_X_FORWARDED_PORT",
    }
)

# Held while the core is configured, so that of two changes the later one stays.
_lock: Final = threading.Lock()
_started = False


@dataclass(frozen=True, slots=True)
class Site:
    """What dogslow needs of Django's own settings."""

    base_dirs: tuple[str, ...]
    secure_proxy_header: tuple[str, str] | None
    use_x_forwarded_host: bool
    use_x_forwarded_port: bool


def of_django() -> tuple[Settings, list[Problem]]:
    """dogslow's settings as they are now."""
    return read(_ours())


def start() -> str | None:
    """Ready the core for this process. Returns why it is not watched, None if it is.

    Says on the log whatever the project should know; once, however often it is called.
    """
    settings, problems = of_django()
    if not settings.enabled:
        return "DOGSLOW is False"
    reason = environment.quiet()
    if reason is not None:
        if _started:
            apply()
        return reason
    refusal = environment.unwatchable()
    if refusal is not None:
        log.once(f"This process is not watched: {refusal}.")
        return refusal
    apply()
    _say(problems)
    return None


def apply() -> None:
    """Give the core the settings as they are now. Any Python thread; takes a lock."""
    global _started
    with _lock:
        _give_to_core()
        if not _started:
            _started = True
            setting_changed.connect(_on_setting_changed, dispatch_uid="dogslow")


def hush() -> str | None:
    """Why nothing is to be reported now, None if it is; if so, the core is told.

    Context: delivery thread. Waits for no lock: gevent may have made it one of its own.
    """
    reason = environment.quiet()
    if reason is not None and _lock.acquire(blocking=False):
        try:
            _give_to_core()
        finally:
            _lock.release()
    return reason


def _give_to_core() -> None:
    from dogslow import _core

    settings, _ = of_django()
    site = _site()
    silent = not settings.enabled or environment.quiet() is not None
    delivery.use(settings)
    if silent:
        # A decorator's deadline may still pass.
        control.silence(True)
    noted = decorators.smallest()
    if noted is not None:
        _core.note_timer(noted)
    _core.configure(
        timer=kinds.LONGEST_S if silent else settings.timer,
        timers={} if silent else dict(settings.timers),
        ignore=settings.ignore_urls,
        output=settings.output if settings.log_to_file and not silent else None,
        stderr=settings.stderr and not silent,
        repeat=settings.repeat and not silent,
        max_reports=settings.max_reports,
        # Also without a sink: the core's own troubles are log lines.
        deliver=None if silent else delivery.run,
        deliver_reports=bool(delivery.sinks()),
        forced=environment.forced(),
        base_dirs=site.base_dirs,
        library_dirs=origin.library_dirs(next(iter(site.base_dirs), None)),
        secure_proxy_header=site.secure_proxy_header,
        use_x_forwarded_host=site.use_x_forwarded_host,
        use_x_forwarded_port=site.use_x_forwarded_port,
    )
    if not silent:
        control.silence(False)


def _on_setting_changed(*, setting: str, **_: object) -> None:
    if not is_ours(setting) and setting not in _OF_DJANGO:
        return
    try:
        apply()
        _say(of_django()[1])
    except Exception as error:
        log.line(f"A change of {setting} could not be followed: {error!r}")


def _say(problems: list[Problem]) -> None:
    for problem in problems:
        log.once(f"{problem.message} {problem.hint or ''}".rstrip())


def _ours() -> Mapping[str, object]:
    return {name: getattr(django_settings, name) for name in dir(django_settings) if is_ours(name)}


def _site() -> Site:
    header = getattr(django_settings, "SECURE_PROXY_SSL_HEADER", None)
    return Site(
        base_dirs=origin.base_dirs_of(getattr(django_settings, "BASE_DIR", None)),
        secure_proxy_header=_two_texts(header),
        use_x_forwarded_host=bool(getattr(django_settings, "USE_X_FORWARDED_HOST", False)),
        use_x_forwarded_port=bool(getattr(django_settings, "USE_X_FORWARDED_PORT", False)),
    )


def _two_texts(value: object) -> tuple[str, str] | None:
    if isinstance(value, tuple | list) and len(value) == 2:
        name, wanted = value
        # Of another one, no request can have the header.
        if kinds.is_text(name) and kinds.is_text(wanted):
            return name, wanted
    return None
