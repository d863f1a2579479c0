import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django")

from django.test import RequestFactory, override_settings
from reports import delivered

import dogslow
from dogslow import control, delivery, log
from dogslow.report import Report

pytestmark = pytest.mark.usefixtures("forced")


@pytest.fixture
def deliver(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run a delivery of these, as if the core had them, to these sinks."""

    def run(*items: Any, sinks: tuple[Any, ...] = ()) -> None:
        waiting = iter(items)
        monkeypatch.setattr("dogslow._core.next_delivery", lambda timeout: next(waiting, None))
        monkeypatch.setattr(delivery, "_sinks", sinks)
        delivery.run()
        assert next(waiting, None) is None

    return run


class Sink:
    name = "the notice board"

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.got: list[Report] = []

    def __call__(self, report: Report) -> None:
        self.got.append(report)
        if self.error is not None:
            raise self.error


def test_every_report_goes_to_every_sink_and_then_the_delivery_ends(
    deliver: Callable[..., None],
) -> None:
    sinks = (Sink(), Sink())
    deliver(delivered(), delivered(id="other"), sinks=sinks)
    for sink in sinks:
        assert [report.part("id") for report in sink.got] == ["0123456789abcdef", "other"]


@pytest.mark.parametrize("error", [ValueError("a\nb"), SystemExit(1), KeyboardInterrupt()])
def test_a_sink_that_fails_is_one_line_and_stops_no_other(
    error: BaseException, deliver: Callable[..., None], said: Callable[[], list[str]]
) -> None:
    failing, other = Sink(error), Sink()
    deliver(delivered(), delivered(), sinks=(failing, other))
    assert len(other.got) == len(failing.got) == 2
    assert len(said()) == 2
    assert "could not go to the notice board: " + type(error).__name__ in said()[0]
    assert said()[0].isprintable()


def test_what_the_core_has_to_complain_of_is_one_line(
    deliver: Callable[..., None], said: Callable[[], list[str]]
) -> None:
    sink = Sink()
    deliver({"kind": "error", "message": "no space\nleft"}, delivered(), sinks=(sink,))
    assert said() == ["no space\\nleft"]
    assert len(sink.got) == 1


def test_something_of_a_kind_that_we_do_not_know_stops_nothing(
    deliver: Callable[..., None], said: Callable[[], list[str]]
) -> None:
    sink = Sink()
    deliver({"kind": "later"}, delivered(), sinks=(sink,))
    assert len(sink.got) == 1
    assert len(said()) == 1


def test_a_core_that_fails_is_one_line_and_the_end_of_this_delivery(
    monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]]
) -> None:
    def fail(timeout: float) -> None:
        raise OSError("no memory")

    monkeypatch.setattr("dogslow._core.next_delivery", fail)
    delivery.run()
    assert said() == ["A report could not be delivered: OSError('no memory')"]


def test_a_logging_handler_that_fails_stops_nothing(
    deliver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the handler's own")

    monkeypatch.setattr(logging.getLogger("dogslow"), "log", fail)
    sink = Sink()
    deliver({"kind": "error", "message": "x"}, delivered(), sinks=(Sink(ValueError()), sink))
    assert len(sink.got) == 1


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_a_logging_handler_that_would_end_the_program_ends_no_delivery(
    deliver: Callable[..., None], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(logging.getLogger("dogslow"), "log", fail)
    sink = Sink()
    thread = threading.Thread(
        target=deliver,
        args=({"kind": "error", "message": "x"}, delivered()),
        kwargs={"sinks": (Sink(ValueError()), sink)},
    )
    thread.start()
    thread.join()
    assert len(sink.got) == 1
    with pytest.raises(type(error)):
        log.line("on the main thread it may be what a signal's handler raised")


def test_when_tests_begin_the_next_report_goes_nowhere_and_the_core_falls_silent(
    deliver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configured: list[Any] = []
    monkeypatch.setattr("dogslow._core.configure", lambda **settings: configured.append(settings))
    monkeypatch.delenv("DOGSLOW_FORCE")
    sink = Sink()
    deliver(delivered(), sinks=(sink,))
    assert sink.got == []
    assert [given["output"] for given in configured] == [None]
    assert control.stats()["is_paused"] is True


def test_a_delivery_runs_on_a_thread_of_its_own_and_ends_when_there_is_no_more(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(delivery, "_IDLE_S", 0.05)

    def told() -> list[logging.LogRecord]:
        return [record for record in caplog.records if hasattr(record, "dogslow_path")]

    with override_settings(DOGSLOW_TIMER=0.05, DOGSLOW_OUTPUT=tmp_path):
        guard: Any = dogslow.WatchdogMiddleware(lambda request: eventually(told))
        guard(RequestFactory().get("/"))
    [record] = told()
    assert record.thread != threading.get_ident()
    eventually(lambda: record.thread not in sys._current_frames())
