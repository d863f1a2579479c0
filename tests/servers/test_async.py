"""Under ASGI the requests of a loop share its thread: that thread's stack is no request's own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from .harness import Report, Server, wait_for


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Nothing in its stack of middlewares is synchronous."""
    settings = {"MIDDLEWARE": ["dogslow.WatchdogMiddleware"]}
    with Server(worker="uvicorn", settings=settings) as server:
        yield server


def assert_claims_no_frame(report: Report) -> None:
    first = report.intercepted
    assert first["stack"]["of"] == "event-loop thread"
    assert first["where"] in (None, {"file": None, "line": None, "function": None})
    assert first["await_chain"] is None
    head = report.text.split("\n\n")[2]
    assert head.startswith("Verdict:    unknown: not judged yet")
    assert "\nWhere:      " not in head
    assert "event-loop thread" in report.text or "event loop" in report.text


def request_of(report: Report) -> dict[str, Any]:
    keys = ("method", "url", "route", "view")
    return {key: report.intercepted["request"][key] for key in keys}


def test_a_slow_async_view_is_reported_without_a_claim(server: Server) -> None:
    sent = server.send("/async_sleep/", mark="one")
    report = server.report("one")
    assert sent.running
    assert_claims_no_frame(report)
    assert request_of(report) == {
        "method": "GET",
        "url": f"http://127.0.0.1:{server.port}/async_sleep/?mark=one",
        "route": "async_sleep/",
        "view": "async_sleep",
    }
    assert sent.response().text == "one"
    assert report.finished()["status"] == 200


def test_a_hundred_at_once_are_each_served_and_reported(server: Server) -> None:
    marks = [f"many-{i}" for i in range(100)]
    sent = {mark: server.send("/async_sleep/", mark=mark) for mark in marks}
    for mark, request in sent.items():
        assert request.response().text == mark
        report = server.report(mark)
        assert request_of(report)["view"] == "async_sleep"
        assert_claims_no_frame(report)
        assert report.finished()["status"] == 200


def test_an_exception_is_answered_and_named(server: Server) -> None:
    sent = server.send("/async_sleep/", mark="raises", **{"raise": 1})
    report = server.report("raises")
    assert sent.response().status == 500
    finished = report.finished()
    assert (finished["status"], finished["exception"]) == (500, "ValueError")
    assert "500 (ValueError)" in report.text


def test_a_sync_view_under_asgi_is_served_and_reported_without_a_claim(server: Server) -> None:
    sent = server.send("/sleep/", mark="sync")
    report = server.report("sync")
    assert sent.running
    assert request_of(report)["view"] == "sleep"
    assert_claims_no_frame(report)
    assert sent.response().status == 200
    assert report.finished()["status"] == 200


def test_who_waits_for_a_blocked_loop_is_reported_while_it_is_blocked(server: Server) -> None:
    waits = server.send("/async_sleep/", mark="waits", seconds=1)
    # Else the loop might be blocked before that request is there.
    wait_for("it is in its view", lambda: server.get("/started/waits/").text == "yes")
    blocks = server.send("/async_blocks/", mark="blocks", seconds=3)
    for mark, view in (("waits", "async_sleep"), ("blocks", "async_blocks")):
        report = server.report(mark)
        assert request_of(report)["view"] == view
        assert_claims_no_frame(report)
    assert waits.running and blocks.running
    assert (waits.response().text, blocks.response().text) == ("waits", "blocks")


def test_a_client_that_leaves_costs_nothing(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as gone:
        gone.sendall(b"GET /async_sleep/?mark=gone HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        server.report("gone")
    assert server.report("gone").finished() is not None
    assert server.get("/fast/").status == 200


def test_a_synchronous_middleware_has_a_thread_and_that_is_the_requests_own() -> None:
    with Server(worker="uvicorn") as server:
        sent = {
            "async": server.send("/async_sleep/", mark="async"),
            "sync": server.send("/sleep/", mark="sync"),
        }
        for mark, view in (("async", "async_sleep"), ("sync", "sleep")):
            report = server.report(mark)
            assert request_of(report)["view"] == view
            assert report.intercepted["stack"]["of"] == "thread"
            assert "slow_middleware.<locals>.middleware" in report.functions
            assert sent[mark].response().status == 200
            assert report.finished()["status"] == 200
