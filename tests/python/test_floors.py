"""The floors of src/: who may include whom, and who may speak to interpreter or system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"

# Lowest first. Floors of one line do not know each other.
HOUSE = (
    ("base",),
    ("os",),
    ("cpython",),
    ("watch", "snapshot", "privacy"),
    ("request",),
    ("diagnose",),
    ("render",),
    ("report",),
    ("engine",),
    ("ext",),
)
FLOORS = {floor for storey in HOUSE for floor in storey}

# The one file outside ext/ that sees the interpreter's headers.
FILLER = "cpython/fill.c"
# Headers of the language, not of a system: nothing in them asks the kernel for anything.
LANGUAGE = {
    "assert.h",
    "inttypes.h",
    "limits.h",
    "stdalign.h",
    "stdarg.h",
    "stdatomic.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdlib.h",
    "stdnoreturn.h",
    "string.h",
}
INTERPRETER = re.compile(
    r"Python\.h|pycore_|frameobject\.h|structmember\.h|opcode\.h|cpython/|internal/"
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)

SOURCES = sorted(path for path in SRC.rglob("*") if path.suffix in {".c", ".h"})


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def includes(path: Path) -> Iterator[tuple[str, bool]]:
    """Each included name, and whether it is one of ours (in quotes, and there)."""
    for match in INCLUDE.finditer(path.read_text(encoding="utf-8")):
        yield match[1] or match[2], match[2] is not None and (SRC / match[2]).is_file()


def floor_of(name: str) -> str:
    return name.split("/")[0]


def allowed(floor: str) -> set[str]:
    below: set[str] = set()
    for storey in HOUSE:
        if floor in storey:
            return below | {floor}
        below |= set(storey)
    return below


def report(offenders: list[str]) -> None:
    if offenders:
        pytest.fail("\n".join(["", *offenders]), pytrace=False)


def test_there_are_sources_to_look_at() -> None:
    assert SOURCES


def test_every_folder_is_a_floor() -> None:
    report(
        [
            f"{name_of(path)}: {floor_of(name_of(path))} is not a floor"
            for path in SOURCES
            if floor_of(name_of(path)) not in FLOORS
        ]
    )


def test_a_file_includes_only_its_own_floor_and_those_below() -> None:
    offenders = []
    for path in SOURCES:
        name = name_of(path)
        for included, ours in includes(path):
            if ours and floor_of(included) not in allowed(floor_of(name)):
                offenders.append(f"{name} includes {included}: not on a floor below")
    report(offenders)


def test_what_is_included_in_quotes_is_ours_and_named_from_src() -> None:
    offenders = []
    for path in SOURCES:
        name = name_of(path)
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            quoted = match[2]
            if quoted is None or (SRC / quoted).is_file():
                continue
            if name == FILLER and INTERPRETER.match(quoted):
                continue
            offenders.append(f'{name} includes "{quoted}": no such file under src/')
    report(offenders)


def test_a_source_includes_its_own_header_first() -> None:
    offenders = []
    for path in SOURCES:
        header = path.with_suffix(".h")
        if path.suffix != ".c" or not header.is_file():
            continue
        first = next(includes(path), ("nothing", False))[0]
        # Python.h wants to be before any system header: there, it goes before ours.
        if first not in {name_of(header), "Python.h"}:
            offenders.append(f"{name_of(path)} includes {first} before {name_of(header)}")
    report(offenders)


def test_only_the_extension_and_the_filler_see_the_interpreter() -> None:
    offenders = []
    for path in SOURCES:
        name = name_of(path)
        if floor_of(name) == "ext" or name == FILLER:
            continue
        for included, ours in includes(path):
            if not ours and INTERPRETER.match(included):
                offenders.append(f"{name} includes {included}")
    report(offenders)


def test_only_os_and_the_extension_ask_the_system() -> None:
    offenders = []
    for path in SOURCES:
        name = name_of(path)
        if floor_of(name) in {"os", "ext"}:
            continue
        for included, ours in includes(path):
            if ours or included in LANGUAGE or INTERPRETER.match(included):
                continue
            offenders.append(f"{name} includes <{included}>: what asks the system goes to os/")
    report(offenders)


def test_every_source_is_built_and_every_c_test_is_run() -> None:
    built = (SRC / "meson.build").read_text(encoding="utf-8")
    offenders = [
        f"{name_of(path)} is not listed in src/meson.build"
        for path in SOURCES
        if path.suffix == ".c" and f"'{name_of(path)}'" not in built
    ]
    listed = (ROOT / "tests" / "c" / "meson.build").read_text(encoding="utf-8")
    for path in sorted((ROOT / "tests" / "c").glob("test_*.c")):
        if f"'{path.stem.removeprefix('test_')}'" not in listed:
            offenders.append(f"tests/c/{path.name} is not listed in tests/c/meson.build")
    report(offenders)
