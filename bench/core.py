"""The core as the bench uses it, without Django."""

from typing import Any

from dogslow import _core

# Also what its .pyi does not name: it is there for tests and for us.
CORE: Any = _core


def configure(**changes: Any) -> None:
    if _core.refusal is not None:
        raise SystemExit(f"dogslow does not run on this interpreter: {_core.refusal}")
    settings: dict[str, Any] = {
        "timer": 25.0,
        "timers": {},
        "ignore": (),
        "output": None,
        "stderr": False,
        "repeat": True,
        "max_reports": 0,
        "deliver": None,
        "deliver_reports": False,
        "base_dirs": (),
        "library_dirs": (),
        "secure_proxy_header": None,
        "use_x_forwarded_host": False,
        "use_x_forwarded_port": False,
        "forced": False,
    }
    _core.configure(**settings | changes)
