import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django")

from django.core.checks import CheckMessage, run_checks
from django.test import override_settings

from dogslow import checks
from dogslow.settings import Settings

FIRST = ["dogslow.WatchdogMiddleware"]


def ours(**settings: Any) -> list[CheckMessage]:
    with override_settings(**settings):
        return [m for m in run_checks() if str(m.id).startswith("dogslow.")]


def ids(**settings: Any) -> list[str | None]:
    return [message.id for message in ours(**settings)]


def test_a_project_that_is_right_has_nothing_to_hear() -> None:
    assert ours() == []


def test_a_wrong_value_is_an_error_with_a_hint() -> None:
    messages = ours(DOGSLOW_TIMER="soon")
    assert [m.id for m in messages] == ["dogslow.E001"]
    assert messages[0].is_serious()
    assert messages[0].msg == "DOGSLOW_TIMER is 'soon' (str); the default, 25.0, is used."
    assert messages[0].hint == "Allowed is a finite number of seconds above 0, or a string of one."


def test_an_unknown_setting_is_a_warning_with_a_suggestion() -> None:
    messages = ours(DOGSLOW_TIMEOUT=5)
    assert [m.id for m in messages] == ["dogslow.W001"]
    assert not messages[0].is_serious()
    assert messages[0].hint == "Did you mean DOGSLOW_TIMER?"


def test_half_of_the_mail_settings_is_a_warning() -> None:
    assert ids(DOGSLOW_EMAIL_TO="ops@example.com") == ["dogslow.W002"]


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        ([], ["dogslow.W003"]),
        (["a", "b"], ["dogslow.W003"]),
        (["a", "b", *FIRST], []),
        (["a", "dogslow.middleware.WatchdogMiddleware"], []),
        (["a", "b", "c", *FIRST], ["dogslow.W004"]),
        (("a", "b", "c", *FIRST), ["dogslow.W004"]),
        (FIRST * 2, ["dogslow.W007"]),
        (["a", *FIRST, "b", "dogslow.middleware.WatchdogMiddleware"], ["dogslow.W007"]),
    ],
)
def test_the_middleware_has_to_be_among_the_first_and_once(
    middleware: Any, expected: list[str]
) -> None:
    assert ids(MIDDLEWARE=middleware) == expected


def test_an_interpreter_that_is_refused_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dogslow._core.refusal", "the layout of a frame is not what it should be")
    messages = ours()
    assert [m.id for m in messages] == ["dogslow.W005"]
    assert "the layout of a frame" in messages[0].msg


def test_a_c_module_that_cannot_be_loaded_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("dogslow._core", raising=False)
    monkeypatch.setitem(sys.modules, "dogslow._core", None)  # type: ignore[arg-type]
    assert ids() == ["dogslow.W005"]


def test_a_folder_that_is_there_or_can_be_made_is_right(tmp_path: Path) -> None:
    assert ids(DOGSLOW_OUTPUT=tmp_path) == []
    assert ids(DOGSLOW_OUTPUT=tmp_path / "reports") == []
    assert ids(DOGSLOW_OUTPUT=tmp_path / "a" / "b" / "c") == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    assert ids(DOGSLOW_OUTPUT=file) == ["dogslow.W006"]
    assert ids(DOGSLOW_OUTPUT=dangling) == ["dogslow.W006"]
    assert ids(DOGSLOW_OUTPUT=file / "a" / "b") == ["dogslow.W006"]
    assert ids(DOGSLOW_OUTPUT=file, DOGSLOW_LOG_TO_FILE=False) == []
    # As root may write everywhere, access() is what says no here.
    monkeypatch.setattr("os.access", lambda *_: False)
    assert ids(DOGSLOW_OUTPUT=tmp_path) == ["dogslow.W006"]
    assert ids(DOGSLOW_OUTPUT=tmp_path / "reports") == ["dogslow.W006"]


def test_a_folder_that_cannot_even_be_looked_at_is_a_warning_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = ours(DOGSLOW_OUTPUT=tmp_path / ("x" * 300))
    assert [m.id for m in messages] == ["dogslow.W006"]
    assert messages[0].msg.endswith(": File name too long.")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # As root may look everywhere, lstat() is what says no here.
    monkeypatch.setattr("dogslow.checks.os.lstat", refuse)
    found = list(checks._folder(Settings(output="/private/slow")))
    assert [m.id for m in found] == ["dogslow.W006"]
    assert found[0].msg == "Reports cannot be written to /private/slow: Permission denied."


def test_checks_that_fail_are_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise LookupError("of_django")

    monkeypatch.setattr("dogslow.checks.of_django", fail)
    messages = ours()
    assert [m.id for m in messages] == ["dogslow.W008"]
    assert "LookupError('of_django')" in messages[0].msg


def test_what_this_version_does_not_do_yet_is_an_info() -> None:
    messages = ours(DOGSLOW_LOG_TO_SENTRY=True)
    assert [m.id for m in messages] == ["dogslow.I001"]
    assert not messages[0].is_serious()


def test_turned_off_only_the_settings_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    off = {"DOGSLOW": False, "MIDDLEWARE": [], "DOGSLOW_OUTPUT": "/nowhere/at/all"}
    assert ids(**off) == []
    assert ids(**off, DOGSLOW_TIMEOUT=5) == ["dogslow.W001"]
    monkeypatch.setenv("DOGSLOW_DISABLE", "1")
    assert ids(MIDDLEWARE=[]) == []


def test_every_message_has_a_hint_and_an_id_that_the_manual_lists() -> None:
    messages = ours(DOGSLOW_TIMER=0, DOGSLOW_TIMEOUT=5, DOGSLOW_LOOKS=5, MIDDLEWARE=[])
    assert len(messages) == 4
    assert all(m.hint and str(m.id) in str(checks.__doc__) for m in messages)


def test_the_checks_run_with_nothing_but_the_app_installed(python: Callable[..., str]) -> None:
    code = """
from django.conf import settings
settings.configure(SECRET_KEY="x", INSTALLED_APPS=["dogslow"])
import django
django.setup()
from django.apps import apps
from django.core.checks import run_checks
print(apps.get_app_config("dogslow").__class__.__name__, [m.id for m in run_checks()])
"""
    assert python(code).strip() == "DogslowConfig ['dogslow.W003']"
