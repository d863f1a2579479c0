"""gunicorn --preload: the application is loaded, and may have served, before the workers are
forked."""

from __future__ import annotations

import sys

import pytest

from .harness import Server, wait_for
from .markers import marked

WORKERS = 4


def preloaded(at_import: str, middleware: bool = True, **facts: object) -> Server:
    settings = {} if middleware else {"MIDDLEWARE": []}
    env = {"SLOWSITE_AT_IMPORT": at_import}
    return Server(worker="sync", workers=WORKERS, preload=True, settings=settings, env=env, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("at_import", ["nothing", "warm-up"])
def test_each_of_four_workers_reports_its_own_requests(at_import: str) -> None:
    with preloaded(at_import) as server:
        pids = set()
        # A sync worker serves one at a time, so as many at once go to as many workers.
        for turn in range(2):
            sent = {f"{turn}-{i}": server.send("/sleep/", mark=f"{turn}-{i}") for i in range(4)}
            for mark in sent:
                server.report(mark)
            assert all(request.running for request in sent.values())
            for mark, request in sent.items():
                report = server.report(mark)
                assert report.intercepted["where"] == marked("sleep").where()
                process = report.intercepted["process"]
                assert str(process["pid"]) == request.response().text
                assert process["ppid"] == server.process.pid
                assert report.finished()["status"] == 200
                pids.add(process["pid"])
        assert pids == set(server.children())
        assert len(server.marks()) == 8


def test_a_request_under_way_in_the_master_is_not_inherited() -> None:
    with preloaded("slow") as server:
        report = server.report("loader")
        assert report.intercepted["process"]["pid"] == server.process.pid
        assert report.finished()["status"] == 200

        # By now a worker's copy of that watch would have been reported, were there one.
        sent = [server.send("/sleep/", mark=str(i)) for i in range(WORKERS)]
        for mark, request in enumerate(sent):
            own = server.report(str(mark)).intercepted["process"]["pid"]
            assert str(own) == request.response().text
        assert server.marks() == [*map(str, range(WORKERS)), "loader"]


def fork_warnings(at_import: str, middleware: bool) -> list[str]:
    with preloaded(at_import, middleware, python=["-W", "always::DeprecationWarning"]) as server:
        wait_for("all workers run", lambda: len(server.children()) == WORKERS)
        for request in [server.send("/sleep/", seconds=0.1) for _ in range(2 * WORKERS)]:
            assert request.response().status == 200
        return [
            line
            for line in server.stderr.splitlines()
            if "DeprecationWarning" in line and "fork" in line
        ]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="CPython warns of such forks from 3.12 on")
def test_forking_warns_no_more_than_without_us() -> None:
    # That there would be a warning is shown by a thread that is not ours.
    assert fork_warnings("thread", middleware=False) != []
    assert fork_warnings("warm-up", middleware=False) == []
    # The watchdog is given 5 ms to be gone before a fork, which a machine that is busy with other
    # things may not grant every time; never granted is a defect.
    assert [] in (fork_warnings("warm-up", middleware=True) for _ in range(3))


def test_workers_are_forked_where_warnings_are_errors() -> None:
    with preloaded(
        "warm-up", python=["-W", "error::DeprecationWarning:gunicorn.arbiter"]
    ) as server:
        wait_for("all workers run", lambda: len(server.children()) == WORKERS)
        assert server.get("/fast/").status == 200
        assert "DeprecationWarning" not in server.stderr
