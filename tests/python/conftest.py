"""A Django project in the test process: settings from here, URLs and views in site_urls.py."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Generous: a machine that builds something beside the tests must not fail them.
LIMIT_S = 30.0


def pytest_configure() -> None:
    try:
        import django
        from django.conf import settings
    except ImportError:
        # The modules that need it are skipped.
        return
    sys.path.insert(0, str(HERE))
    settings.configure(
        SECRET_KEY="tests",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="site_urls",
        MIDDLEWARE=["dogslow.WatchdogMiddleware"],
        INSTALLED_APPS=["dogslow"],
        USE_TZ=True,
    )
    django.setup()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without our environment variables and with nothing said yet."""
    for name in [name for name in os.environ if name.startswith("DOGSLOW")]:
        monkeypatch.delenv(name)
    from dogslow import log

    monkeypatch.setattr(log, "_said", {})


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report, though a test is running."""
    monkeypatch.setenv("DOGSLOW_FORCE", "1")


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], object]:
    """Wait until a condition is true and return what it returned; fails when it never is."""

    def wait(condition: Callable[[], object]) -> object:
        end = time.monotonic() + LIMIT_S
        while True:
            found = condition()
            if found:
                return found
            assert time.monotonic() < end, f"not within {LIMIT_S} s: {condition}"
            time.sleep(0.01)

    return wait


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The lines on the logger "dogslow" so far."""
    with caplog.at_level(logging.INFO, logger="dogslow"):
        yield lambda: [r.getMessage() for r in caplog.records if r.name == "dogslow"]


@pytest.fixture
def python() -> Callable[..., str]:
    """Run code in a Python of its own, with variables added to the environment; its output."""

    def run(code: str, **variables: str) -> str:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("DOGSLOW", "PYTEST"))}
        env["PYTHONPATH"] = os.pathsep.join([str(HERE), *filter(None, [env.get("PYTHONPATH")])])
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=env | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run
