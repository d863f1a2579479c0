"""Looking at the watchdog and holding it, from the project's own code.

Where the process is not watched (DOGSLOW_DISABLE, an interpreter that is not supported) these do
nothing, so that no caller has to ask first.
"""

from dogslow import environment


def stats() -> dict[str, int | float | str | bool | None]:
    """The watchdog's counters. Where it cannot run: why, under `refusal`."""
    refusal = _refusal()
    if refusal is not None:
        return {"running": False, "refusal": refusal}
    from dogslow import _core

    return _core.stats()


def pause() -> None:
    """Report nothing new until resume(); what would have been reported is counted in stats()."""
    if _refusal() is None:
        from dogslow import _core

        _core.pause()


def resume() -> None:
    """End a pause()."""
    if _refusal() is None:
        from dogslow import _core

        _core.resume()


def _refusal() -> str | None:
    if environment.disabled():
        return "DOGSLOW_DISABLE is set"
    return environment.unwatchable()
