"""What surrounds this process and decides whether it is watched: switches, platform, tests.

Environment variables: `DOGSLOW_DISABLE` turns dogslow off before its C module is loaded;
`DOGSLOW_FORCE` has it report also where it would keep quiet. Unset, empty, 0, false, no and off
mean no; anything else means yes, since who reaches for a kill switch wants it to work.
"""

import os
import sys
import sysconfig
from typing import Final

SUPPORTED: Final = ((3, 11), (3, 15))
"""The first and the last minor version of CPython whose layout the C core knows."""


def disabled() -> bool:
    return _is_on("DOGSLOW_DISABLE")


def forced() -> bool:
    return _is_on("DOGSLOW_FORCE")


def _is_on(variable: str) -> bool:
    value = os.environ.get(variable, "").strip().lower()
    return value not in {"", "0", "false", "no", "off"}


def unwatchable() -> str | None:
    """Why no request of this process can be watched; None: it can. Loads the C module."""
    if not sys.platform.startswith("linux"):
        return f"it runs on {sys.platform}, and dogslow watches on Linux only"
    if sys.implementation.name != "cpython":
        return f"it runs on {sys.implementation.name}, and dogslow watches CPython only"
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        known = " to ".join(".".join(map(str, version)) for version in SUPPORTED)
        return f"it runs on CPython {sys.version.split()[0]}, and this dogslow knows {known}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "it runs on a free-threaded CPython, which dogslow does not watch yet"
    try:
        from dogslow import _core
    except ImportError as error:
        return f"dogslow's C module cannot be loaded: {error}"
    return _core.refusal


def quiet() -> str | None:
    """Why nothing is to be reported now; None: report.

    Quiet is kept under a test runner (Django's setup_test_environment() has run, or pytest runs
    a test: PYTEST_CURRENT_TEST), and in the parent process of runserver's autoreloader. That a
    test library is merely imported means nothing. `DOGSLOW_FORCE` overrides all of it.
    """
    if forced():
        return None
    if "PYTEST_CURRENT_TEST" in os.environ:
        return "a test is running (PYTEST_CURRENT_TEST is set)"
    # Not imported for this: whoever has called setup_test_environment() has imported it.
    state = getattr(sys.modules.get("django.test.utils"), "_TestState", None)
    if hasattr(state, "saved_data"):
        return "tests are running (setup_test_environment() has been called)"
    if _is_reloader_parent():
        return "this is the parent process of the autoreloader"
    return None


def _is_reloader_parent() -> bool:
    return (
        sys.argv[1:2] == ["runserver"]
        and "--noreload" not in sys.argv
        and os.environ.get("RUN_MAIN") != "true"
    )
