"""The documents against the code: what they name is there, and what is there they name."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dogslow import settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"\bDOGSLOW(?:_[A-Z]+)*\b")
VARIABLES = {"DOGSLOW_DISABLE", "DOGSLOW_FORCE", "DOGSLOW_DEBUG_LAYOUT"}


def text_of(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def section(document: str, heading: str) -> str:
    """From a heading to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", document, re.MULTILINE)
    assert found, heading
    rest = document[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> Iterator[list[str]]:
    """The cells of a table's lines, but for its head."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split(" |")]


def first_names(text: str) -> list[str]:
    """What stands in backticks in the first cell of each row."""
    return [name for row in rows(text) for name in re.findall(r"`([^`]+)`", row[0])]


def anchors(document: str) -> set[str]:
    """The names that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(CODE.sub("", document.read_text("utf-8"))):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text("utf-8")), target


def test_there_are_documents_with_links() -> None:
    names = {path.name for path in DOCUMENTS}
    assert {"README.md", "settings.md", "report.md", "safety.md", "architecture.md"} <= names
    assert len(LINK.findall(text_of("README.md"))) > 10


def test_every_setting_is_listed_where_it_belongs_and_no_other() -> None:
    document = text_of("docs/settings.md")
    due = first_names(section(document, "Due in this version"))
    later = first_names(section(document, "Known and without effect"))
    assert sorted(due + later) == sorted(settings.KNOWN)
    said = {
        name
        for name in settings.KNOWN - {"DOGSLOW"}
        for value in (True, 1, "x", ["x"], "app")
        for problem in settings.read({name: value})[1]
        if problem.id == "dogslow.I001"
    }
    assert set(later) == said


def test_the_defaults_are_those_of_the_code() -> None:
    defaults = settings.Settings()
    for row in [*rows(text_of("docs/settings.md"))]:
        name = row[0].strip("`")
        field = "enabled" if name == "DOGSLOW" else name.removeprefix("DOGSLOW_").lower()
        if name not in settings.KNOWN or not hasattr(defaults, field) or field == "output":
            continue
        written, used = row[2].strip("`"), getattr(defaults, field)
        if field == "log_level":
            assert written == '"WARNING"' and used == 30
        elif field == "email_to":
            assert written == "None" and used == ()
        else:
            assert eval(written, {}) == used, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_setting_that_is_named_is_there(document: Path) -> None:
    named = set(SETTING.findall(document.read_text("utf-8")))
    assert named <= settings.KNOWN | VARIABLES


def test_every_setting_of_the_original_is_dealt_with() -> None:
    listed = first_names(section(text_of("docs/from-the-original.md"), "Settings"))
    assert set(listed) == {
        "DOGSLOW",
        "DOGSLOW_TIMER",
        "DOGSLOW_OUTPUT",
        "DOGSLOW_LOG_TO_FILE",
        "DOGSLOW_EMAIL_TO",
        "DOGSLOW_EMAIL_FROM",
        "DOGSLOW_LOGGER",
        "DOGSLOW_LOG_LEVEL",
        "DOGSLOW_IGNORE_URLS",
        "DOGSLOW_STACK_VARS",
        "DOGSLOW_LOG_TO_SENTRY",
        "DOGSLOW_SENTRY",
    }


def test_every_environment_variable_is_listed() -> None:
    used = set()
    for path in [*(ROOT / "dogslow").rglob("*.py"), *(ROOT / "src").rglob("*.c")]:
        used |= set(
            re.findall(
                r'(?:_is_on|environ\.get|getenv)\("(DOGSLOW_[A-Z_]+)"', path.read_text("utf-8")
            )
        )
    listed = first_names(section(text_of("docs/settings.md"), "Environment variables"))
    assert set(listed) == used == VARIABLES


def test_every_system_check_is_listed_and_no_other() -> None:
    made = set()
    for path in (ROOT / "dogslow").rglob("*.py"):
        made |= set(re.findall(r'id="(dogslow\.[EWI]\d{3})"', path.read_text("utf-8")))
    listed = first_names(section(text_of("docs/settings.md"), "System checks"))
    assert len(made) > 5
    assert sorted(listed) == sorted(made)


def test_every_counter_is_listed_and_no_other() -> None:
    import dogslow

    listed = first_names(section(text_of("docs/settings.md"), "From the project's code"))
    assert sorted(listed) == sorted(dogslow.stats())


def test_the_readme_names_the_commands() -> None:
    readme = text_of("README.md")
    assert "`make demo`" in readme
    assert "`make test`" in readme


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_command_that_is_named_is_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", document.read_text("utf-8"), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_file_of_ours_that_is_named_is_there(document: Path) -> None:
    named = re.findall(
        r"`((?:src|tests|tools|dogslow|docs|example)/[\w./-]+)`", document.read_text("utf-8")
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def keys_of(value: Any, at: str = "") -> set[str]:
    """Every key, as "stack.frames[].file"; the view's arguments have names of the project's."""
    if isinstance(value, dict) and value and at not in ("request.view_kwargs", "omitted"):
        return set().union(
            *(keys_of(inner, f"{at}.{key}" if at else key) for key, inner in value.items())
        )
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return set().union(*(keys_of(inner, f"{at}[]") for inner in value))
    return {at}


@pytest.fixture
def events(
    tmp_path: Path, forced: None, eventually: Callable[..., Any]
) -> Iterator[dict[str, dict[str, Any]]]:
    """A report of the core's, by the names of its events."""
    pytest.importorskip("django")
    import site_urls
    from django.test import Client, override_settings

    def read() -> dict[str, dict[str, Any]]:
        lines = [
            json.loads(line)
            for file in tmp_path.glob("slow_request_*.jsonl")
            for line in file.read_text("utf-8").splitlines()
        ]
        return {line["event"]: line for line in lines}

    site_urls.release.clear()
    with override_settings(DOGSLOW_TIMER=0.05, DOGSLOW_OUTPUT=tmp_path):
        thread = threading.Thread(target=lambda: Client().get("/slow"))
        thread.start()
        try:
            eventually(lambda: "peek" in read())
        finally:
            site_urls.release.set()
            thread.join()
        eventually(lambda: "finished" in read())
    yield read()


def test_the_example_of_a_report_has_the_keys_of_one(events: dict[str, dict[str, Any]]) -> None:
    blocks = re.findall(r"^```json\n(.*?)^```$", text_of("docs/report.md"), re.M | re.S)
    shown = {event["event"]: event for event in map(json.loads, blocks)}
    assert list(shown) == ["intercepted", "peek", "finished"]
    for name, event in shown.items():
        assert keys_of(event) == keys_of(events[name]), name
        assert list(event) == list(events[name]), name


def test_every_key_of_a_report_is_explained(events: dict[str, dict[str, Any]]) -> None:
    document = text_of("docs/report.md")
    of_all = set(first_names(section(document, "Every event")))
    first = section(document, "`intercepted`, and `peek` where it says so")
    in_peek = set()
    for row in rows(first):
        names = re.findall(r"`([^`]+)`", row[0])
        marked = re.findall(r"`([^`]+)`", row[2])
        in_peek |= set(marked or (names if row[2] == "yes" else ()))
    in_finished = set(first_names(section(document, "`finished`")))
    assert of_all | set(first_names(first)) == keys_of(events["intercepted"])
    assert of_all | in_peek == keys_of(events["peek"])
    assert of_all | in_finished == keys_of(events["finished"])
