"""Stacks read from memory without the GIL, held against the interpreter's own answer."""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import pytest

from dogslow import _core

LIMIT_S = 30.0
Frames = list[tuple[str, int, str]]


def own_answer(ident: int) -> Frames:
    """The interpreter's stack of a thread, outermost first."""
    frames = [
        (frame.f_code.co_filename, line, frame.f_code.co_qualname)
        for frame, line in traceback.walk_stack(sys._current_frames()[ident])
    ]
    return frames[::-1]


def native_stack(
    body: Callable[[Callable[..., Any]], object], stack_size: int = 0
) -> tuple[Frames, dict[str, Any]]:
    """Run `body` in a thread until it calls what it was given; both answers about it."""
    reached, go_on = threading.Event(), threading.Event()
    failure: list[BaseException] = []

    def block(*_: object) -> int:
        reached.set()
        go_on.wait(LIMIT_S)
        return 0

    def run() -> None:
        try:
            body(block)
        except BaseException as error:
            failure.append(error)
            reached.set()

    before = threading.stack_size(stack_size)
    thread = threading.Thread(target=run)
    thread.start()
    threading.stack_size(before)
    try:
        assert reached.wait(LIMIT_S)
        assert not failure, failure
        # `wait` is a few calls further in: until two answers agree it is not there yet.
        assert thread.ident is not None and thread.native_id is not None
        expected: Frames = []
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            seen = own_answer(thread.ident)
            if seen == expected:
                break
            expected = seen
            time.sleep(0.05)
        return expected, _core._read_stack(thread.native_id)
    finally:
        go_on.set()
        thread.join(LIMIT_S)


def assert_same(body: Callable[[Callable[..., Any]], object]) -> Frames:
    expected, stack = native_stack(body)
    assert stack["frames"] == expected
    assert stack["complete"] and not stack["torn"]
    assert stack["omitted"] == 0
    return expected


def recursion(depth: int) -> Callable[[Callable[..., Any]], object]:
    def call(block: Callable[..., Any], left: int = depth) -> object:
        if left:
            return call(block, left - 1)
        return block()

    return call


def defined(source: str, name: str, filename: str = "<string>") -> Callable[..., Any]:
    namespace: dict[str, Any] = {}
    exec(compile(source, filename, "exec"), namespace)
    found: Callable[..., Any] = namespace[name]
    return found


def test_a_plain_call() -> None:
    assert_same(lambda block: block())


@pytest.mark.parametrize("depth", [1, 30, 100, 400, 490])
def test_a_recursion(depth: int) -> None:
    assert_same(recursion(depth))


def test_a_recursion_beyond_what_is_kept_shows_both_ends_and_counts_the_middle() -> None:
    expected, stack = native_stack(recursion(600))
    assert stack["omitted"] == len(expected) - 512
    assert stack["omitted_at"] == 128
    assert stack["frames"] == expected[:128] + expected[-384:]
    assert stack["complete"] and not stack["torn"]


def test_a_recursion_of_100_000_frames() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(200_000)
    try:
        expected, stack = native_stack(recursion(100_000), stack_size=512 * 2**20)
    finally:
        sys.setrecursionlimit(before)
    assert stack["omitted"] == len(expected) - 512 > 99_000
    assert stack["frames"] == expected[:128] + expected[-384:]
    assert stack["complete"] and not stack["torn"]


def test_generators_and_yield_from() -> None:
    def body(block: Callable[..., Any]) -> None:
        def inner() -> Iterator[int]:
            yield 1
            block()
            yield 2

        def outer() -> Iterator[int]:
            yield from inner()

        list(outer())

    assert_same(body)


def test_a_coroutine_and_an_async_generator() -> None:
    def body(block: Callable[..., Any]) -> None:
        async def numbers() -> Any:
            yield 1
            block()

        async def inner() -> None:
            async for _ in numbers():
                pass

        async def outer() -> None:
            await inner()

        with pytest.raises(StopIteration):
            outer().send(None)

    assert_same(body)


def test_a_callback_from_c() -> None:
    def body(block: Callable[..., Any]) -> None:
        sorted([1, 2], key=lambda item: max([item], key=block))

    assert_same(body)


def test_many_entries_from_c() -> None:
    def body(block: Callable[..., Any], left: int = 40) -> object:
        return sorted([0], key=lambda _: body(block, left - 1) if left else block())

    assert_same(body)


def test_a_class_body_a_comprehension_and_a_lambda() -> None:
    def body(block: Callable[..., Any]) -> None:
        class Body:
            values = tuple([(lambda: block())() for _ in range(1)])

        del Body

    assert_same(body)


def test_methods_constructors_properties_and_finalizers() -> None:
    def body(block: Callable[..., Any]) -> None:
        class Thing:
            def __init__(self) -> None:
                self.hidden = 1

            @property
            def shown(self) -> int:
                def finish(_: object) -> None:
                    block()

                class Dying:
                    __del__ = finish

                Dying()
                return self.hidden

        class More(Thing):
            def __init__(self) -> None:
                super().__init__()
                self.seen = self.shown

        More()

    assert_same(body)


def test_closures_with_cells() -> None:
    def body(block: Callable[..., Any]) -> None:
        count = 0

        def inner(step: int) -> None:
            nonlocal count
            count += step

            def innermost() -> int:
                block()
                return count + step

            innermost()

        inner(1)

    assert_same(body)


def test_code_that_was_executed_from_text() -> None:
    source = "def called(block):\n\n  block(\n    1,\n    2,\n  )\n"
    frames = assert_same(lambda block: defined(source, "called")(block))
    assert ("<string>", 3, "called") in frames


def test_the_line_of_a_call_over_many_lines() -> None:
    def body(block: Callable[..., Any]) -> None:
        block(
            1,
            block.__name__,
            [
                2,
            ],
        )

    assert_same(body)


def test_names_that_are_not_ascii() -> None:
    source = "def fünf(b): b()\ndef 日本(b): fünf(b)\ndef 𐐀ni(b): 日本(b)\ndef start(b): 𐐀ni(b)\n"
    start = defined(source, "start", "/srv/ünï/日本/𐐀.py")
    frames = assert_same(lambda block: start(block))
    assert {"fünf", "日本", "𐐀ni"} <= {frame[2] for frame in frames}


def test_a_lone_surrogate_in_a_file_name_is_escaped() -> None:
    start = defined("def start(b): b()", "start", "/srv/\udcff.py")
    expected, stack = native_stack(lambda block: start(block))
    files = [file for file, _, _ in expected]
    assert "/srv/\udcff.py" in files
    assert stack["frames"][files.index("/srv/\udcff.py")] == ("/srv/\\udcff.py", 1, "start")


def test_a_frame_larger_than_a_chunk_of_the_data_stack() -> None:
    names = " = ".join(f"v{i}" for i in range(3000))
    large = defined(f"def large(call):\n {names} = None\n call()\n", "large")
    assert_same(lambda block: large(lambda: large(lambda: recursion(20)(block))))


def every_line(code: CodeType) -> dict[int, int | None]:
    """Unit of the bytecode -> its line, as the interpreter says."""
    return {unit: position[0] for unit, position in enumerate(code.co_positions())}


def test_every_line_of_a_body_of_all_kinds_of_statements() -> None:
    """Each call in a long body, some hundred lines apart or on the line before, in turn."""
    lines = ["def body(call):"]
    for i in range(60):
        lines += [" (call", f"  ({i},", "\n" * (i * i // 10) + "   0)) if True else None"]
        lines += [" try: call(); 1/0", " except ZeroDivisionError: call()"]
        lines += [f" [call() for _ in range({i % 2})]"]
    body = defined("\n".join(lines), "body")
    native_id = threading.get_native_id()
    ident = threading.get_ident()
    wrong: list[object] = []

    def call(*_: object) -> None:
        expected = own_answer(ident)
        stack = _core._read_stack(native_id)
        # The calls of this function itself are on other lines of it.
        size = next(i for i, frame in enumerate(expected) if frame[2].endswith(".call"))
        if stack["frames"][:size] != expected[:size]:
            wrong.append((expected[:size], stack["frames"][:size]))

    body(call)
    assert not wrong
    assert set(every_line(body.__code__).values()) > {2}


def test_a_thread_that_calls_and_returns_all_the_time_is_never_shown_as_it_cannot_be() -> None:
    source = "\n".join(f"def {c}3(): pass\ndef {c}2(): {c}3()\ndef {c}1(): {c}2()" for c in "ab")
    source += "\ndef storm(stop):\n    while not stop:\n        a1()\n        b1()\n"
    storm = defined(source, "storm", "/srv/storm.py")
    stop: list[int] = []
    thread = threading.Thread(target=storm, args=(stop,))
    thread.start()
    chains = {
        ("storm", *(f"{c}{i}" for i in range(1, depth + 1))) for c in "ab" for depth in range(4)
    }
    whole = torn = 0
    try:
        assert thread.native_id is not None
        for _ in range(3000):
            stack = _core._read_stack(thread.native_id)
            names = tuple(name for file, _, name in stack["frames"] if file == "/srv/storm.py")
            if stack["torn"]:
                torn += 1
            else:
                whole += 1
                assert names in chains
                assert stack["complete"]
    finally:
        stop.append(1)
        thread.join(LIMIT_S)
    assert whole + torn == 3000


def test_a_thread_that_ended_is_not_found() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    assert thread.native_id is not None
    with pytest.raises(LookupError):
        _core._read_stack(thread.native_id)


def test_threads_that_come_and_go_do_not_break_the_search() -> None:
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            threads = [threading.Thread(target=lambda: None) for _ in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    churning = threading.Thread(target=churn)
    churning.start()
    try:
        for _ in range(300):
            try:
                stack = _core._read_stack(threading.get_native_id())
            except LookupError:
                continue
            assert stack["complete"]
    finally:
        stop.set()
        churning.join(LIMIT_S)
