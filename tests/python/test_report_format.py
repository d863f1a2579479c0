"""The .jsonl as Python's own parser reads it: every event has every key, whatever the room.

The events are of the renderer alone, compiled here with what it needs: no interpreter, no server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

# The contract: key by key, in its order. A list is of one kind of element; None is any scalar.
Shape = dict[str, Any]

FRAME: Shape = {
    "file": None,
    "line": None,
    "function": None,
    "source": None,
    "app": None,
    "arguments": None,
    "locals": None,
}
VERDICT = {
    "code": None,
    "text": None,
    "confidence": None,
    "mode": None,
    "next": None,
    "evidence": {
        "syscall": None,
        "wchan": None,
        "fd": None,
        "peer": None,
        "path": None,
        "child": None,
        "sql": None,
        "variable": None,
        "owner": None,
        "looks": [],
        "missing": [None],
    },
}
GIL = {"held": None, "holder_native_thread_id": None, "holder_frames": [FRAME]}
STACK = {
    "of": None,
    "complete": None,
    "torn": None,
    "omitted_frames": None,
    "frames": [FRAME],
}
INTERCEPTED: Shape = {
    "schema": None,
    "event": None,
    "id": None,
    "at": None,
    "started_at": None,
    "elapsed_s": None,
    "cpu_s": None,
    "cpu_since_s": None,
    "request": {
        "method": None,
        "url": None,
        "route": None,
        "view": None,
        "view_kwargs": "any",
        "label": None,
        "request_id": None,
        "trace_id": None,
        "remote_addr": None,
        "user_pk": None,
    },
    "process": {
        "hostname": None,
        "pid": None,
        "ppid": None,
        "thread_id": None,
        "native_thread_id": None,
        "thread_name": None,
        "python": None,
        "release": None,
    },
    "verdict": VERDICT,
    "where": {"file": None, "line": None, "function": None},
    "gil": GIL,
    "stack": STACK,
    "await_chain": None,
    "profile": {
        "planned": None,
        "taken": None,
        "from_s": None,
        "to_s": None,
        "waits": None,
        "tree": [],
    },
    "related": [],
    "in_flight": [],
    "omitted": "any",
    "suppressed": None,
}
PEEK = {
    "schema": None,
    "event": None,
    "id": None,
    "at": None,
    "elapsed_s": None,
    "cpu_s": None,
    "verdict": VERDICT,
    "gil": GIL,
    "stack": STACK,
}
FINISHED = {
    "schema": None,
    "event": None,
    "id": None,
    "at": None,
    "duration_s": None,
    "status": None,
    "exception": None,
    "peeks": None,
    "moved": None,
}
CONTRACT = {"intercepted": INTERCEPTED, "peek": PEEK, "finished": FINISHED}


@dataclass(frozen=True)
class Line:
    name: str
    room: int
    raw: bytes
    event: dict[str, Any]


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), f"a key comes twice in {[key for key, _ in pairs]}"
    return found


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    compiler = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    program = tmp_path_factory.mktemp("samples") / "report_samples"
    src = ROOT / "src"
    sources = [
        ROOT / "tests/c/report_samples.c",
        *sorted((src / "base").glob("*.c")),
        *sorted((src / "render").glob("*.c")),
        src / "snapshot/stack.c",
    ]
    flags = ["-std=gnu17", "-D_GNU_SOURCE", "-O1", f"-I{src}", f"-I{ROOT / 'tests/c'}"]
    subprocess.run([compiler, *flags, *map(str, sources), "-o", str(program)], check=True)
    # Without what the sanitizers' run preloads into this interpreter.
    env = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    printed = subprocess.run([program], check=True, capture_output=True, env=env).stdout
    assert printed.endswith(b"\n")
    found = []
    for line in printed[:-1].split(b"\n"):
        name, room, raw = line.split(b"\t")
        event = json.loads(raw.decode("utf-8"), object_pairs_hook=no_key_twice)
        found.append(Line(name.decode(), int(room), raw, event))
    return found


def named(lines: list[Line], name: str) -> list[Line]:
    found = [line for line in lines if line.name == name]
    assert found, f"no sample is called {name}"
    return found


def check_shape(value: Any, shape: Any, path: str) -> None:
    if shape is None:
        assert value is None or isinstance(value, (str, int, float, bool)), path
    elif isinstance(shape, list):
        assert isinstance(value, list), path
        for number, element in enumerate(value):
            check_shape(element, shape[0] if shape else None, f"{path}[{number}]")
    elif isinstance(shape, dict):
        assert isinstance(value, dict), path
        assert list(value) == list(shape), f"keys of {path}"
        for key, inner in shape.items():
            check_shape(value[key], inner, f"{path}.{key}")


def test_every_event_has_the_keys_of_the_contract_in_its_order(lines: list[Line]) -> None:
    assert {line.event["event"] for line in lines} == set(CONTRACT)
    for line in lines:
        check_shape(line.event, CONTRACT[line.event["event"]], line.name)


def test_no_line_is_longer_than_its_room(lines: list[Line]) -> None:
    assert min(line.room for line in lines) == 8192
    for line in lines:
        assert len(line.raw) + 1 <= line.room, line.name


def test_all_frames_are_shown_or_counted(lines: list[Line]) -> None:
    for name, frames in [("long", 60), ("long-peek", 60), ("hostile", 30), ("worst", 30)]:
        some_were_left_out = False
        for line in named(lines, name):
            stack = line.event["stack"]
            assert stack["omitted_frames"] + len(stack["frames"]) == frames
            some_were_left_out |= stack["omitted_frames"] > 0
            # It is the outermost that are missing.
            numbers = [frame["line"] for frame in stack["frames"]]
            assert numbers == list(range(frames - len(numbers) + 1, frames + 1))
        assert some_were_left_out


def test_all_of_a_report_is_there_when_there_is_room(lines: list[Line]) -> None:
    (example,) = named(lines, "example")
    assert example.event["request"]["view_kwargs"] == {"pk": "17"}
    assert example.event["omitted"] == {}
    assert [frame["source"] for frame in example.event["stack"]["frames"]] == [
        "response = wrapped_callback(request, *callback_args, **callback_kwargs)",
        'order.save(update_fields=["state"])',
    ]
    widest = max(named(lines, "long"), key=lambda line: line.room)
    assert widest.event["stack"]["omitted_frames"] == 0
    assert widest.event["stack"]["frames"][0]["source"].endswith("# 日本")


def test_a_text_comes_back_as_it_was(lines: list[Line]) -> None:
    widest = max(named(lines, "hostile"), key=lambda line: line.room)
    url = widest.event["request"]["url"]
    assert url.startswith('\r\n\x1b[31m"\\%s{}\u202e\ufffd\x00\x07\ufffd\r\n')


def test_a_line_has_no_character_that_a_terminal_obeys(lines: list[Line]) -> None:
    for line in lines:
        text = line.raw.decode("utf-8")
        assert text.isprintable() or not [
            char for char in text if ord(char) < 0x20 or ord(char) in (0x7F, 0x85, 0x2028, 0x202E)
        ]


def test_what_was_cut_says_so(lines: list[Line]) -> None:
    for line in named(lines, "worst"):
        request = line.event["request"]
        cut = line.event["omitted"].get("texts", 0)
        assert (cut > 0) == request["url"].endswith("…")
        assert line.event["omitted"]["view_kwargs"] in (3, 35)
        assert (line.event["omitted"]["view_kwargs"] == 35) == (request["view_kwargs"] == {})
    for line in named(lines, "long"):
        missing = sum(frame["source"] is None for frame in line.event["stack"]["frames"])
        assert line.event["omitted"].get("sources", 0) == missing


def test_the_end_says_how_it_ended(lines: list[Line]) -> None:
    (well,) = named(lines, "finished")
    assert (well.event["status"], well.event["exception"]) == (200, None)
    (badly,) = named(lines, "finished-badly")
    assert (badly.event["status"], badly.event["exception"]) == (500, "ValueError")
    assert badly.event["duration_s"] == 61.3
    (hostile,) = named(lines, "finished-hostile")
    assert hostile.event["status"] is None
    assert hostile.event["exception"].endswith("…")
