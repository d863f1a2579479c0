import math
from fractions import Fraction
from pathlib import Path

import pytest

from dogslow.kinds import LONGEST_S
from dogslow.settings import KNOWN, Settings, read

CONTRACT = {
    "DOGSLOW", "DOGSLOW_TIMER", "DOGSLOW_TIMERS", "DOGSLOW_IGNORE_URLS", "DOGSLOW_LOG_TO_FILE",
    "DOGSLOW_OUTPUT", "DOGSLOW_STDERR", "DOGSLOW_STACK_VARS", "DOGSLOW_SHARE_STACK_VARS",
    "DOGSLOW_HIDE", "DOGSLOW_LOOKS", "DOGSLOW_REPEAT", "DOGSLOW_STREAMING", "DOGSLOW_EMAIL_TO",
    "DOGSLOW_EMAIL_FROM", "DOGSLOW_LOGGER", "DOGSLOW_LOG_LEVEL", "DOGSLOW_LOG_TO_SENTRY",
    "DOGSLOW_SENTRY", "DOGSLOW_LOG_TO_OTEL", "DOGSLOW_SINKS", "DOGSLOW_MAX_REPORTS",
    "DOGSLOW_MAX_NOTIFICATIONS", "DOGSLOW_MAX_DISK", "DOGSLOW_SOCKET",
}  # fmt: skip


class Hostile:
    """What a settings module should not hold, and what must not take a site down."""

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __iter__(self):  # type: ignore[no-untyped-def]
        raise RuntimeError("iter")

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")


def problem_ids(source: dict[str, object]) -> list[str]:
    return [problem.id for problem in read(source)[1]]


def test_every_setting_of_the_contract_is_known_and_no_other() -> None:
    assert KNOWN == CONTRACT


def test_without_settings_the_defaults_are_the_contracts() -> None:
    settings, problems = read({"ALLOWED_HOSTS": [], "DOGSLOWER": 1})
    assert problems == []
    assert (settings.enabled, settings.timer, settings.timers) == (True, 25.0, {})
    assert (settings.log_to_file, settings.stderr, settings.repeat) == (True, False, True)
    assert (settings.logger, settings.log_level) == ("dogslow", 30)
    assert (settings.max_reports, settings.max_notifications) == (20, 6)
    assert (settings.looks, settings.max_disk) == (20, 256 * 2**20)
    assert (settings.stack_vars, settings.share_stack_vars, settings.hide) == (True, False, "")
    assert not settings.mails
    assert Path(settings.output).is_dir()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(25, 25.0), (0.5, 0.5), ("2.5", 2.5), (" 3 ", 3.0), (1e300, LONGEST_S), ("1e12", LONGEST_S)],
)
def test_a_timer_is_an_int_a_float_or_a_string_of_one(value: object, seconds: float) -> None:
    settings, problems = read({"DOGSLOW_TIMER": value})
    assert (settings.timer, problems) == (seconds, [])


@pytest.mark.parametrize(
    "value",
    [0, -1, "0", "", "soon", "nan", math.nan, math.inf, "inf", 10**400, True, None, Fraction(1)],
)
def test_a_timer_that_is_no_time_is_an_error_and_the_default_is_used(value: object) -> None:
    settings, problems = read({"DOGSLOW_TIMER": value})
    assert settings.timer == 25.0
    assert [p.id for p in problems] == ["dogslow.E001"]
    assert "DOGSLOW_TIMER is " in problems[0].message
    assert "25" in problems[0].message
    assert "a finite number of seconds above 0" in str(problems[0].hint)


MANY = {f"name-{i}": 1 for i in range(100_001)}

WRONG: dict[str, list[object]] = {
    "DOGSLOW": ["yes", None, 2, []],
    "DOGSLOW_TIMERS": [[("a", 1)], {"a": 0}, {"a": "x"}, {1: 1}, "a", {"\ud800": 1}, MANY],
    "DOGSLOW_IGNORE_URLS": [
        "health",
        {"a": 1},
        [1],
        5,
        None,
        ["\ud800"],
        ["a\0"],
        iter("a"),
        list(MANY),
    ],
    "DOGSLOW_LOG_TO_FILE": ["True", 3],
    "DOGSLOW_OUTPUT": ["", b"/tmp", None, 5, "a\0b", "/\ud800", "~no-such-user/slow"],
    "DOGSLOW_STDERR": ["1"],
    "DOGSLOW_STACK_VARS": ["all", 2, None],
    "DOGSLOW_SHARE_STACK_VARS": ["app"],
    "DOGSLOW_HIDE": ["(", None, 5],
    "DOGSLOW_LOOKS": [-1, 1.5, True, "20", None],
    "DOGSLOW_REPEAT": ["no"],
    "DOGSLOW_STREAMING": [[]],
    "DOGSLOW_EMAIL_TO": [5, [5], "nobody", ["a@b", "x\n@y"], {"a@b": 1}, iter(["a@b"])],
    "DOGSLOW_EMAIL_FROM": [["a@b"], "nobody", 5, "a@b\nBcc: c@d"],
    "DOGSLOW_LOGGER": [5, True, ["dogslow"]],
    "DOGSLOW_LOG_LEVEL": ["LOUD", None, True, -1, 1.5],
    "DOGSLOW_LOG_TO_SENTRY": ["yes"],
    "DOGSLOW_SENTRY": ["yes"],
    "DOGSLOW_LOG_TO_OTEL": ["yes"],
    "DOGSLOW_SINKS": ["a.b", [None]],
    "DOGSLOW_MAX_REPORTS": [-1, "20", None, 1.0],
    "DOGSLOW_MAX_NOTIFICATIONS": [-1, 1001, "6"],
    "DOGSLOW_MAX_DISK": [-1, "1G"],
    "DOGSLOW_SOCKET": [5, "", True],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in WRONG.items() for v in vs])
def test_an_ill_typed_value_is_one_error_that_names_it_and_the_default_is_used(
    name: str, value: object
) -> None:
    settings, problems = read({name: value})
    assert settings == Settings()
    assert [(p.id, p.setting) for p in problems] == [("dogslow.E001", name)]
    assert problems[0].message.startswith(f"{name} is ")
    assert str(problems[0].hint).startswith("Allowed is ")


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_an_object_whose_methods_raise_is_a_problem_like_any_other(name: str) -> None:
    settings, problems = read({name: Hostile()})
    assert settings == Settings()
    assert [p.id for p in problems] == ["dogslow.E001"]


def test_the_hint_for_an_object_whose_methods_raise_says_what_was_raised() -> None:
    class Folder:
        def __fspath__(self) -> str:
            raise LookupError("no home")

    problem = read({"DOGSLOW_OUTPUT": Folder()})[1][0]
    assert problem.hint == "It could not be read: LookupError('no home')."


def test_every_setting_has_wrong_values_tried() -> None:
    assert set(WRONG) == CONTRACT - {"DOGSLOW_TIMER"}


def test_a_project_may_write_its_values_in_any_sensible_way() -> None:
    settings, problems = read(
        {
            "DOGSLOW_TIMERS": {"orders:pay": "60", "export": None},
            "DOGSLOW_IGNORE_URLS": {"health"},
            "DOGSLOW_OUTPUT": Path("/srv/app/../reports"),
            "DOGSLOW_EMAIL_TO": "ops@example.com",
            "DOGSLOW_EMAIL_FROM": "dogslow@example.com",
            "DOGSLOW_LOG_LEVEL": "error",
            "DOGSLOW_LOGGER": None,
        }
    )
    assert problems == []
    assert settings.timers == {"orders:pay": 60.0, "export": None}
    assert settings.ignore_urls == ("health",)
    assert settings.output == "/srv/reports"
    assert settings.email_to == ("ops@example.com",)
    assert settings.mails
    assert settings.log_level == 40
    assert settings.logger is None


def test_a_relative_folder_is_where_the_process_started() -> None:
    settings, _ = read({"DOGSLOW_OUTPUT": "reports"})
    assert settings.output == str(Path.cwd() / "reports")


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/site")
    for value in ("~/slow", Path("~/slow")):
        assert read({"DOGSLOW_OUTPUT": value})[0].output == "/home/site/slow"
    assert read({"DOGSLOW_OUTPUT": "./~/slow"})[0].output == str(Path.cwd() / "~" / "slow")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DOGSLOW_TIMEOUT", "DOGSLOW_TIMER"),
        ("DOGSLOW_EMAILTO", "DOGSLOW_EMAIL_TO"),
        ("DOGSLOW_IGNORE_URL", "DOGSLOW_IGNORE_URLS"),
    ],
)
def test_an_unknown_name_is_a_warning_with_a_suggestion(name: str, meant: str) -> None:
    settings, problems = read({name: 5})
    assert settings == Settings()
    assert [p.id for p in problems] == ["dogslow.W001"]
    assert name in problems[0].message
    assert problems[0].hint == f"Did you mean {meant}?"


def test_an_unknown_name_that_is_like_no_other_has_no_suggestion() -> None:
    assert read({"DOGSLOW_XYZZY": 5})[1][0].hint == "Remove it."


@pytest.mark.parametrize("name", ["DOGSLOW_SENTRY", "DOGSLOW_LOG_TO_SENTRY"])
def test_sentry_is_turned_on_by_either_of_its_names(name: str) -> None:
    both = {"DOGSLOW_SENTRY": False, "DOGSLOW_LOG_TO_SENTRY": False}
    assert read(both | {name: True})[0].log_to_sentry


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOGSLOW_STACK_VARS", "app"),
        ("DOGSLOW_SHARE_STACK_VARS", True),
        ("DOGSLOW_HIDE", "iban"),
        ("DOGSLOW_LOOKS", 5),
        ("DOGSLOW_STREAMING", True),
        ("DOGSLOW_LOG_TO_SENTRY", True),
        ("DOGSLOW_LOG_TO_OTEL", True),
        ("DOGSLOW_SINKS", ["project.sink"]),
        ("DOGSLOW_MAX_DISK", 2**20),
        ("DOGSLOW_SOCKET", "/run/dogslow"),
    ],
)
def test_what_this_version_does_not_do_yet_is_said_when_it_is_asked_for(
    name: str, value: object
) -> None:
    assert problem_ids({name: value}) == ["dogslow.I001"]


def test_what_this_version_does_not_do_yet_may_be_turned_off_in_silence() -> None:
    off: dict[str, object] = {
        "DOGSLOW_STACK_VARS": False,
        "DOGSLOW_LOOKS": 0,
        "DOGSLOW_STREAMING": False,
        "DOGSLOW_SINKS": [],
        "DOGSLOW_SOCKET": None,
        "DOGSLOW_HIDE": "",
    }
    assert problem_ids(off) == []


@pytest.mark.parametrize("name", ["DOGSLOW_EMAIL_TO", "DOGSLOW_EMAIL_FROM"])
def test_half_of_the_mail_settings_is_a_warning(name: str) -> None:
    settings, problems = read({name: "ops@example.com"})
    assert not settings.mails
    assert [p.id for p in problems] == ["dogslow.W002"]
    assert problem_ids({name: "ops@example.com", "DOGSLOW": False}) == []
