"""Looking at the watchdog and holding it, from the project's own code.

Where the process is not watched (DOGSLOW_DISABLE, an interpreter that is not supported) these do
nothing, so that no caller has to ask first.
"""

from dogslow import environment

# Why nothing is to be reported: two reasons, of which the end of one is not that of the other.
_paused = False
_silent = False


def stats() -> dict[str, int | float | str | bool | None]:
    """The watchdog's counters. Where it cannot run: why, under `refusal`."""
    refusal = _refusal()
    if refusal is not None:
        return {"running": False, "refusal": refusal}
    from dogslow import _core

    return _core.stats()


def pause() -> None:
    """Report nothing new until resume(); what would have been reported is counted in stats()."""
    global _paused
    _paused = True
    _tell_core()


def resume() -> None:
    """End a pause()."""
    global _paused
    _paused = False
    _tell_core()


def silence(silent: bool) -> None:
    """The same for dogslow's own reasons (DOGSLOW = False, a test runs). Not public."""
    global _silent
    _silent = silent
    _tell_core()


def _tell_core() -> None:
    if _refusal() is not None:
        return
    from dogslow import _core

    while True:
        held = _paused or _silent
        if held:
            _core.pause()
        else:
            _core.resume()
        # No lock: gevent may have made it one that the delivery thread cannot wait for. Who has
        # changed his mind meanwhile is seen here, and who does so later tells the core later.
        if held == (_paused or _silent):
            return


def _refusal() -> str | None:
    if environment.disabled():
        return "DOGSLOW_DISABLE is set"
    return environment.unwatchable()
