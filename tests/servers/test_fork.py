"""A view that forks: the child has the memory of the parent, but not its requests."""

from __future__ import annotations

import json

import pytest

from .harness import Server
from .markers import marked


@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_a_forked_child_reports_nothing_of_its_parent(worker: str) -> None:
    with Server(worker=worker) as server:
        sent = server.send("/fork/", mark="forks")
        report = server.report("forks")
        assert sent.running
        answer = json.loads(sent.response().text)
        assert answer["exit"] == 7
        first = report.intercepted
        assert first["where"] == marked("fork").where()
        assert first["process"]["pid"] != answer["child"]
        assert report.finished()["status"] == 200
        assert server.marks() == ["forks"]


def test_a_fork_after_the_deadline_does_not_tell_the_end_twice() -> None:
    with Server() as server:
        # The watchdog runs, and has a report open, when the next request forks.
        server.send("/sleep/", mark="open", seconds=4)
        server.report("open")
        sent = server.send("/fork/", mark="forks")
        assert sent.response().status == 200
        assert server.report("forks").finished()["status"] == 200
        assert server.report("open").finished()["status"] == 200
        for mark in ("open", "forks"):
            assert len(server.report(mark).of("finished")) == 1
        server.send("/sleep/", mark="after")
        server.report("after")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_works_within_a_watched_request(method: str) -> None:
    # Not gthread: its children end with 1 where they are forked from a thread, with us or without.
    with Server(worker="sync") as server:
        sent = server.send("/multiprocess/", mark="one", method=method)
        report = server.report("one")
        answer = json.loads(sent.response().text)
        assert answer["exit"] == 0
        assert report.intercepted["where"] == marked("multiprocess").where()
        assert report.intercepted["process"]["pid"] != answer["child"]
        report.finished()
        assert server.marks() == ["one"]
