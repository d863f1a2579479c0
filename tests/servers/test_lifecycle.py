"""Workers that are killed, stopped, reloaded and recycled while requests are slow."""

from __future__ import annotations

import signal

from .harness import Server, wait_for
from .markers import marked


def assert_no_worker_died(server: Server) -> None:
    for trouble in ("was sent SIG", "Fatal Python error", "Segmentation", "exited with code"):
        assert trouble not in server.stderr


def test_the_report_is_whole_before_gunicorn_kills_a_worker_that_is_stuck() -> None:
    """No Python code of that worker ever runs again: not a signal handler, not a thread."""
    with Server(worker="sync", args=["--timeout=3"]) as server:
        sent = server.send("/stuck/", mark="stuck")
        report = server.report("stuck")
        assert sent.running
        assert sent.broken()
        wait_for("the worker was killed", lambda: "SIGKILL" in server.stderr)
        assert report.intercepted["where"] == marked("stuck").where()
        assert [event["event"] for event in report.events] == ["intercepted"]
        assert server.get("/fast/").status == 200
        server.send("/sleep/", mark="after")
        assert server.report("after").finished()["status"] == 200


def test_sigterm_lets_a_slow_request_end_and_its_end_be_told() -> None:
    for worker in ("sync", "gthread"):
        with Server(worker=worker, args=["--graceful-timeout=30"]) as server:
            sent = server.send("/sleep/", mark="last")
            report = server.report("last")
            server.signal(signal.SIGTERM)
            assert sent.response().status == 200
            assert server.process.wait(60) == 0
            assert report.finished()["status"] == 200
            assert_no_worker_died(server)


def test_sigterm_while_the_gil_is_held_ends_as_without_us() -> None:
    with Server(worker="sync", args=["--graceful-timeout=30"]) as server:
        sent = server.send("/battery/re_backtrack/", mark="none")
        assert sent.response().status == 500  # not prepared: None is no text
        server.get("/prepare/re_backtrack/")
        sent = server.send("/battery/re_backtrack/", mark="last")
        server.report("last")
        server.signal(signal.SIGTERM)
        assert sent.response().status == 200
        assert server.process.wait(60) == 0
        assert_no_worker_died(server)


def test_a_reload_begins_anew_in_the_new_worker() -> None:
    with Server(worker="gthread", args=["--graceful-timeout=30"]) as server:
        sent = server.send("/sleep/", mark="before")
        report = server.report("before")
        old = server.children()
        server.signal(signal.SIGHUP)
        assert sent.response().status == 200
        assert report.finished()["status"] == 200
        wait_for("the old worker is gone", lambda: not set(old) & set(server.children()))
        server.send("/sleep/", mark="after")
        after = server.report("after")
        assert after.intercepted["process"]["pid"] not in old
        assert after.finished()["status"] == 200
        assert server.marks() == ["after", "before"]
        assert_no_worker_died(server)


def test_recycled_workers_end_in_peace() -> None:
    with Server(worker="sync", workers=2, args=["--max-requests=2"]) as server:
        for turn in range(30):
            assert server.get("/fast/").status == 200
            if turn % 10 == 0:
                assert server.send("/sleep/", mark=str(turn), seconds=1).response().status == 200
                assert server.report(str(turn)).finished()["status"] == 200
        assert server.marks() == ["0", "10", "20"]
        assert_no_worker_died(server)


def test_the_threads_of_a_worker_are_those_without_us_and_one() -> None:
    with Server() as server:
        server.send("/sleep/", mark="one")
        server.report("one").finished()
        # The one that delivers is there only while there is something to deliver.
        wait_for(
            "one thread of ours is left",
            lambda: server.get("/threads/").text.count("dogslow") == 1,
        )
    with Server(settings={"MIDDLEWARE": []}) as server:
        server.send("/sleep/").response()
        without = server.get("/threads/").text
    assert "dogslow" not in without
