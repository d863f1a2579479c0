import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dogslow import environment, origin

ROOT = Path(__file__).parents[2]


def test_importing_dogslow_loads_neither_django_nor_the_c_module(
    python: Callable[..., str],
) -> None:
    code = """
import sys, dogslow
dogslow.timer(3)(dogslow.ignore(lambda request: None))
print(sorted({"django", "dogslow._core", "asyncio"} & set(sys.modules)))
"""
    assert python(code).strip() == "[]"


def test_a_logging_configuration_that_comes_after_the_import_does_not_silence_us(
    python: Callable[..., str],
) -> None:
    code = """
import logging.config, dogslow
logging.config.dictConfig({"version": 1, "handlers": {"out": {"class": "logging.StreamHandler"}},
                           "root": {"handlers": ["out"]}})
from dogslow import log
log.line("heard")
"""
    assert python(code).strip() == "heard"


def test_the_version_is_that_of_the_project() -> None:
    import dogslow

    assert f'version = "{dogslow.__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    import dogslow

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dogslow.nothing


@pytest.mark.parametrize(
    ("value", "on"),
    [("1", True), ("true", True), ("YES", True), ("y", True), ("", False), ("0", False)]
    + [(value, False) for value in ("false", "No", " off ")],
)
def test_a_switch_is_on_unless_it_says_no(
    value: str, on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOGSLOW_DISABLE", value)
    monkeypatch.setenv("DOGSLOW_FORCE", value)
    assert (environment.disabled(), environment.forced()) == (on, on)


def test_switches_that_are_not_set_are_off() -> None:
    assert (environment.disabled(), environment.forced()) == (False, False)


def test_a_test_that_runs_keeps_it_quiet_unless_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PYTEST_CURRENT_TEST" in str(environment.quiet())
    monkeypatch.setenv("DOGSLOW_FORCE", "1")
    assert environment.quiet() is None


def test_a_test_environment_of_djangos_keeps_it_quiet_while_it_is_set_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("django")
    from django.test.utils import setup_test_environment, teardown_test_environment

    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    assert environment.quiet() is None
    setup_test_environment()
    try:
        assert "setup_test_environment()" in str(environment.quiet())
    finally:
        teardown_test_environment()
    assert environment.quiet() is None


def test_that_a_test_library_is_imported_means_nothing(python: Callable[..., str]) -> None:
    code = """
import unittest, pytest, django.test, django.test.utils
from dogslow import environment, origin
print(environment.quiet())
"""
    pytest.importorskip("django")
    assert python(code).strip() == "None"


@pytest.mark.parametrize(
    ("arguments", "run_main", "parent"),
    [
        (["manage.py", "runserver"], None, True),
        (["manage.py", "runserver", "8000"], "false", True),
        (["manage.py", "runserver"], "true", False),
        (["manage.py", "runserver", "--noreload"], None, False),
        (["manage.py", "migrate"], None, False),
        (["gunicorn", "site.wsgi"], None, False),
        ([], None, False),
    ],
)
def test_the_parent_of_the_autoreloader_is_quiet(
    arguments: list[str], run_main: str | None, parent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.delenv("RUN_MAIN", raising=False)
    if run_main is not None:
        monkeypatch.setenv("RUN_MAIN", run_main)
    assert (environment.quiet() is not None) == parent


def test_a_cpython_that_is_not_known_yet_is_refused_by_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 16, 0, "final", 0))
    assert "knows 3.11 to 3.15" in str(environment.unwatchable())


def test_a_free_threaded_build_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: int(name == "Py_GIL_DISABLED"))
    assert "free-threaded" in str(environment.unwatchable())


def test_another_platform_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "darwin" in str(environment.unwatchable())


def test_another_interpreter_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.implementation, "name", "pypy")
    assert "pypy" in str(environment.unwatchable())


def test_a_c_module_that_cannot_be_loaded_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("dogslow._core", raising=False)
    monkeypatch.setitem(sys.modules, "dogslow._core", None)  # type: ignore[arg-type]
    assert "cannot be loaded" in str(environment.unwatchable())


def test_this_interpreter_can_be_watched() -> None:
    assert environment.unwatchable() is None


@pytest.mark.parametrize("switch", [{}, {"DOGSLOW_DISABLE": "1"}])
def test_looking_at_the_watchdog_works_whether_it_is_disabled_or_not(
    switch: dict[str, str], python: Callable[..., str]
) -> None:
    code = """
import sys, dogslow
dogslow.pause(); dogslow.resume()
print(dogslow.stats().get("refusal"), "dogslow._core" in sys.modules)
"""
    expected = "DOGSLOW_DISABLE is set False" if switch else "None True"
    assert python(code, **switch).strip() == expected


def test_the_folders_of_libraries_are_absolute_and_never_the_root() -> None:
    folders = origin.library_dirs(None)
    assert sysconfig.get_path("stdlib") in folders
    assert sysconfig.get_path("purelib") in folders
    assert str(Path(environment.__file__).parent) in folders
    assert all(Path(folder).is_absolute() for folder in folders)
    assert "/" not in folders
    assert len(set(folders)) == len(folders)


def test_django_is_a_library_wherever_it_lies() -> None:
    django = pytest.importorskip("django")
    assert str(Path(django.__file__).parent) in origin.library_dirs(None)


def test_a_virtual_environment_is_no_project_unless_the_project_lies_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = tmp_path / "venv"
    (venv / "project").mkdir(parents=True)
    (tmp_path / "link").symlink_to(venv)
    monkeypatch.setattr(sys, "prefix", str(venv))
    assert str(venv) in origin.library_dirs(str(tmp_path))
    assert str(venv) in origin.library_dirs(str(tmp_path / "venv-of-another"))
    for inside in (venv / "project", venv, tmp_path / "link" / "project"):
        assert str(venv) not in origin.library_dirs(str(inside))
    assert str(venv) not in origin.library_dirs(None)
    monkeypatch.setattr(sys, "base_prefix", str(venv))
    assert str(venv) not in origin.library_dirs(str(tmp_path))


@pytest.mark.parametrize(
    ("value", "folders"),
    [
        ("/srv/app", ("/srv/app",)),
        (Path("/srv/app/site/.."), ("/srv/app",)),
        (None, ()),
        ("", ()),
        (5, ()),
        (b"/srv/app", ()),
        ("/srv\0", ()),
        ("/srv/\ud800", ()),
    ],
)
def test_the_projects_folder_is_any_path_of_base_dir(
    value: object, folders: tuple[str, ...]
) -> None:
    assert origin.base_dirs_of(value) == folders


def test_a_project_that_is_served_through_a_link_is_known_by_each_of_its_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, current = tmp_path / "releases" / "1", tmp_path / "current"
    packages = release / "venv" / "lib" / "python3" / "site-packages"
    for folder in (release / "src", packages, tmp_path / "other"):
        folder.mkdir(parents=True)
    current.symlink_to(release)
    monkeypatch.setattr(sys, "prefix", str(release / "venv"))
    assert origin.base_dirs_of(release) == (str(release),)
    assert origin.base_dirs_of(current) == (str(current), str(release))
    through = current / packages.relative_to(release)
    for entry in (current, current / "src"):
        path: list[Any] = ["", "src", 5, str(tmp_path / "other"), str(through), str(entry)]
        monkeypatch.setattr(sys, "path", path)
        assert origin.base_dirs_of(release) == (str(release), str(current))
    # A link to a part of the project is that part's path and no other's.
    (tmp_path / "link").symlink_to(release / "src")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "link")])
    assert origin.base_dirs_of(release) == (str(release), str(tmp_path / "link"))
