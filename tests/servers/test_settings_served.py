"""What the settings and the decorators do to the requests of a real server."""

from __future__ import annotations

import json
import stat
import time
from typing import Any

import pytest

from .harness import TIMER, Server, wait_for
from .markers import marked


def stats(server: Server) -> dict[str, Any]:
    return json.loads(server.get("/stats/").text)


def settle(server: Server) -> None:
    """Until a request sent now has been reported: by then, whatever was due before has been."""
    mark = f"settle-{time.monotonic_ns()}"
    server.send("/sleep/", mark=mark)
    server.report(mark).finished()


def test_timers_by_name_win_in_both_directions() -> None:
    timers = {"shop": 0.3, "sleep": None, "battery:time_sleep": 1.0, "timer_short": 1000}
    with Server(timer=0.6, settings={"DOGSLOW_TIMERS": timers}) as server:
        sent = [
            server.send("/shop/17/socks/", mark="shorter"),
            server.send("/battery/time_sleep/", mark="longer"),
            server.send("/sleep/", mark="never"),
            server.send("/timer_short/", mark="over-decorator"),
            server.send("/path/x", mark="default"),
        ]
        assert all(request.response().status == 200 for request in sent)
        elapsed = {
            mark: server.report(mark).intercepted["elapsed_s"]
            for mark in ("shorter", "default", "longer")
        }
        assert elapsed["shorter"] >= 0.3
        assert elapsed["default"] >= 0.6
        assert elapsed["longer"] >= 1.0
        assert server.report("shorter").intercepted["request"]["view_kwargs"] == {
            "number": "17",
            "word": "'socks'",
        }
        assert server.marks() == sorted(elapsed)


def test_ignored_urls_are_not_reported() -> None:
    ignored = ["sleep", "battery:time_sleep"]
    with Server(settings={"DOGSLOW_IGNORE_URLS": ignored}) as server:
        for path in ("/sleep/", "/battery/time_sleep/"):
            server.send(path, mark=path)
        assert server.send("/shop/1/a/", mark="seen").response().status == 200
        server.report("seen").finished()
        assert server.marks() == ["seen"]


def test_decorators_are_heeded_on_functions_and_classes() -> None:
    with Server(timer=1.0) as server:
        names = ["timer_short", "timer_class", "timer_long", "ignored", "ignored_class"]
        sent = {name: server.send(f"/{name}/", mark=name) for name in names}
        for name in ("timer_short", "timer_class"):
            report = server.report(name)
            assert sent[name].running
            assert report.intercepted["where"] == marked(name).where()
            assert report.intercepted["elapsed_s"] >= 0.2
        assert all(request.response().status == 200 for request in sent.values())
        settle(server)
        assert set(server.marks()) & set(names) == {"timer_short", "timer_class"}


def test_the_folder_is_made_for_its_owner_alone() -> None:
    with Server() as server:
        assert not server.output.exists()
        server.send("/sleep/", mark="one")
        report = server.report("one")
        assert stat.S_IMODE(server.output.stat().st_mode) == 0o700
        for file in (report.log, report.jsonl):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        report.finished()
        assert {f.name for f in server.output.iterdir()} == {report.log.name, report.jsonl.name}


def test_files_are_private_whatever_the_umask() -> None:
    with Server(args=["--umask", "0"]) as server:
        server.send("/sleep/", mark="one")
        report = server.report("one")
        for file in (report.log, report.jsonl):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def json_lines(server: Server, event: str) -> list[dict[str, Any]]:
    lines = [line for line in server.stderr.splitlines() if line.startswith('{"schema"')]
    return [found for line in lines if (found := json.loads(line))["event"] == event]


def test_stderr_gets_a_line_of_at_most_8_kilobytes() -> None:
    with Server(settings={"DOGSLOW_STDERR": True}) as server:
        # The deepest stack and the longest URL are what would not fit.
        server.send("/battery/recursion_2000/", mark="deep", padding="x" * 3000)
        server.send("/hog/", mark="hog")
        for mark in ("deep", "hog"):
            assert server.report(mark).finished()["status"] == 200
        intercepted = wait_for("two lines", lambda: json_lines(server, "intercepted")[1:])
        assert len(intercepted) == 1
        by_id = {line["id"]: line for line in json_lines(server, "intercepted")}
        for mark in ("deep", "hog"):
            first = server.report(mark).intercepted
            line = by_id[first["id"]]
            assert set(line) == set(first)
            assert line["where"] == first["where"]
            assert (
                line["stack"]["frames"][-1]["function"] == first["stack"]["frames"][-1]["function"]
            )
        for line in server.stderr.splitlines():
            if line.startswith('{"schema"'):
                assert len(line.encode()) + 1 <= 8192


def test_a_request_that_lasts_is_looked_at_again_and_its_end_is_told() -> None:
    with Server(settings={"DOGSLOW_REPEAT": True}) as server:
        sent = server.send("/move/", mark="moves", seconds=5)
        report = server.report("moves")
        wait_for("looks at 2 and 4 times the deadline", lambda: len(report.of("peek")) >= 2)
        assert sent.running
        assert sent.response().status == 200
        finished = report.finished()
        events = report.events
        peeks = [event for event in events if event["event"] == "peek"]
        assert [event["event"] for event in events] == [
            "intercepted",
            *["peek"] * len(peeks),
            "finished",
        ]
        for number, peek in enumerate(peeks, 1):
            assert peek["elapsed_s"] >= TIMER * 2**number
        lines = [peek["stack"]["frames"][-1]["line"] for peek in peeks]
        assert lines[0] == marked("move_first").line
        assert lines[-1] == marked("move_second").line
        assert finished["peeks"] == len(peeks)
        assert finished["moved"] is True
        assert finished["duration_s"] >= 5
        assert {event["id"] for event in events} == {events[0]["id"]}
        text = report.text
        assert text.count("Still running at: ") == len(peeks)
        assert text.count("Finished at: ") == 1


def test_without_repeat_there_is_one_look_and_the_end() -> None:
    with Server(settings={"DOGSLOW_REPEAT": False}) as server:
        server.send("/sleep/", mark="one", seconds=3)
        finished = server.report("one").finished()
        assert [event["event"] for event in server.report("one").events] == [
            "intercepted",
            "finished",
        ]
        assert (finished["peeks"], finished["moved"]) == (0, False)


def test_how_a_request_ended_is_told() -> None:
    with Server() as server:
        server.send("/sleep/", mark="teapot", status=418)
        server.send("/sleep/", mark="raises", **{"raise": 1})
        teapot, raises = (server.report(mark).finished() for mark in ("teapot", "raises"))
        assert (teapot["status"], teapot["exception"]) == (418, None)
        assert (raises["status"], raises["exception"]) == (500, "ValueError")
        assert "500 (ValueError)" in server.report("raises").text


def test_above_max_reports_none_is_written_and_all_are_counted() -> None:
    with Server(settings={"DOGSLOW_MAX_REPORTS": 3}, threads=16) as server:
        sent = [server.send("/sleep/", mark=str(i), seconds=1) for i in range(10)]
        assert all(request.response().status == 200 for request in sent)
        assert stats(server)["suppressed"] >= 7
        assert len(server.reports()) == 3


@pytest.mark.slow
def test_what_was_suppressed_is_told_by_the_next_report() -> None:
    """A minute later: the budget is that of 60 seconds."""
    with Server(settings={"DOGSLOW_MAX_REPORTS": 1}) as server:
        sent = [server.send("/sleep/", mark=str(i), seconds=1) for i in range(4)]
        assert all(request.response().status == 200 for request in sent)
        (first,) = server.reports()
        assert first.intercepted["suppressed"] == 0

        def next_one() -> bool:
            server.send("/sleep/", mark="later", seconds=0.7).response()
            return len(server.reports()) > 1

        wait_for("the next report that is allowed", next_one, limit=120)
        told = server.reports()[1].intercepted["suppressed"]
        assert told == stats(server)["suppressed"] >= 3


def test_without_files_the_logger_still_tells() -> None:
    with Server(settings={"DOGSLOW_LOG_TO_FILE": False}) as server:
        server.send("/sleep/", mark="unfiled")
        wait_for("a record on stderr", lambda: "mark=unfiled" in server.stderr)
        assert not server.output.exists()


def test_the_kill_switches_leave_nothing_of_us() -> None:
    for facts in ({"env": {"DOGSLOW_DISABLE": "1"}}, {"settings": {"DOGSLOW": False}}):
        with Server(**facts) as server:  # type: ignore[arg-type]
            assert server.send("/sleep/", mark="unseen", seconds=1).response().status == 200
            names = json.loads(server.get("/threads/").text)["threads"]
            assert not [name for name in names if "dogslow" in name]
            assert not server.output.exists()
            assert "dogslow" not in server.stderr.replace(str(server.folder), "")


def test_a_pause_is_kept_and_ended() -> None:
    with Server() as server:
        server.get("/control/pause/")
        assert server.send("/sleep/", mark="paused", seconds=1).response().status == 200
        assert stats(server)["paused"] == 1
        server.get("/control/resume/")
        server.send("/sleep/", mark="resumed")
        server.report("resumed")
        assert server.marks() == ["resumed"]


def test_wrong_settings_do_not_stop_the_site() -> None:
    wrong = {"DOGSLOW_TIMERS": 3, "DOGSLOW_OUTPOT": "/tmp", "DOGSLOW_REPEAT": "perhaps"}
    with Server(settings=wrong) as server:
        server.send("/sleep/", mark="one")
        assert server.report("one").finished()["status"] == 200
        for name in wrong:
            assert server.stderr.count(f"{name} ") == 1, name
