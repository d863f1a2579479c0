"""The layout of the interpreter's memory: what the check at import refuses."""

import os
import subprocess
import sys

import pytest

from dogslow import _core

FIELDS = _core._layout_fields()


def test_the_running_interpreter_is_as_the_headers_say() -> None:
    assert _core._check_layout(FIELDS[0], 0) is None
    assert _core.refusal is None


def test_every_field_is_listed_once() -> None:
    assert len(FIELDS) == len(set(FIELDS)) > 50


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_of_any_one_field_is_refused(field: str) -> None:
    for delta in (8, -8, 16, -16, 4, -4, 1, -1):
        reason = _core._check_layout(field, delta)
        assert reason is not None, f"{field} off by {delta} was not noticed"
        assert "is not laid out as expected" in reason
        assert "\n" not in reason


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("tstate_native_thread_id", "tstate_native_thread_id"),
        ("code_filename", "code_filename"),
        ("frame_ip", "frame_ip"),
        ("heap_qualname", "heap_qualname"),
        ("none", "none"),
    ],
)
def test_the_reason_names_the_field(field: str, named: str) -> None:
    assert named in str(_core._check_layout(field, 8))


def test_the_check_leaves_nothing_behind() -> None:
    import gc
    import threading

    _core._check_layout(FIELDS[0], 0)
    gc.collect()
    objects, threads = len(gc.get_objects()), threading.active_count()
    for _ in range(20):
        _core._check_layout(FIELDS[0], 0)
    gc.collect()
    assert abs(len(gc.get_objects()) - objects) < 20
    assert threading.active_count() == threads


def test_an_interpreter_that_disagrees_is_refused_at_import_and_nothing_raises() -> None:
    program = "from dogslow import _core; print(_core.refusal)"
    environment = dict(os.environ, DOGSLOW_DEBUG_LAYOUT="code_qualname:8")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert "code_qualname" in done.stdout
    assert done.stderr == ""


def test_the_check_passes_deep_in_a_stack_and_while_tracing() -> None:
    def deep(left: int) -> object:
        return deep(left - 1) if left else _core._check_layout(FIELDS[0], 0)

    assert deep(300) is None
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        assert deep(3) is None
    finally:
        sys.settrace(before)


def test_without_room_for_the_probe_the_reason_says_so() -> None:
    def deepest() -> object:
        try:
            return deepest()
        except RecursionError:
            return _core._check_layout(FIELDS[0], 0)

    reason = deepest()
    assert reason is None or "RecursionError" in str(reason)
