"""Many ways to be slow, each sent through gunicorn and reported while it lasts.

Those that hold the GIL run one after the other on a plain sync worker; those that wait for
something run at the same time on a threaded one.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .harness import Report, Sent, Server, wait_for
from .markers import Marker, marked
from .site.slowsite.cases import CASE_MODULES, CASES, Case
from .table import TABLE, Row

for module in CASE_MODULES:
    importlib.import_module(f"{__package__}.site.slowsite.{module}")

GIL = {"hog": "holds it", "starved": "waits for it", "busy": "", "idle": ""}
DEEP = {"recursion_100000": 100_000}  # frames that are counted, not shown


def test_there_are_enough_ways_to_be_slow() -> None:
    kinds = [case.kind for case in CASES.values()]
    assert len(kinds) >= 28
    assert kinds.count("hog") + kinds.count("starved") >= 14


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CASES))
def test_is_reported_while_it_lasts(name: str, outcomes: dict[str, Row]) -> None:
    assert outcomes[name].problems == []


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[str, Row]]:
    """What became of each selected case; all are run by the first test that asks."""
    items = [i for i in request.session.items if isinstance(i, pytest.Function)]
    wanted = {
        CASES[item.callspec.params["name"]]
        for item in items
        if item.originalname == test_is_reported_while_it_lasts.__name__
    }
    with (
        Server(worker="sync") as alone,
        Server(threads=64) as together,
        ThreadPoolExecutor() as pool,
    ):
        main = [case for case in wanted if case.kind == "hog" or case.main]
        others = [case for case in wanted if case not in main]
        runs = pool.submit(run_each, alone, main), pool.submit(run_together, together, others)
        rows = [row for run in runs for row in run.result()]
        TABLE.rows += rows
        yield {row.name: row for row in rows}


def run_each(server: Server, cases: list[Case]) -> list[Row]:
    return [judge(server, case, send(server, case)) for case in ordered(cases)]


def run_together(server: Server, cases: list[Case]) -> list[Row]:
    idle = [case for case in ordered(cases) if case.kind == "idle"]
    with ThreadPoolExecutor(len(idle) or 1) as pool:
        runs = []
        for case in idle:
            runs.append(pool.submit(judge, server, case, send(server, case)))
            time.sleep(0.05)  # lest the lateness in the table be that of a queue
        rows = [run.result() for run in runs]
    return rows + run_each(server, [case for case in cases if case.kind != "idle"])


def ordered(cases: list[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: case.name)


def send(server: Server, case: Case) -> Sent:
    if case.prepare:
        server.get(f"/prepare/{case.name}/")
    if case.held:
        server.send(f"/hold/{case.held}/", mark=f"{case.name}-holder")
        wait_for("it is held", lambda: server.get(f"/held/{case.held}/").text == "yes")
    sent = server.send(f"/battery/{case.name}/", mark=case.name)
    if case.then:
        time.sleep(0.1)
        server.send(f"/battery/{case.then}/", mark=f"{case.name}-other")
    return sent


def judge(server: Server, case: Case, sent: Sent) -> Row:
    """Waits for the report and for the answer, and says all that is not as it should be."""
    row = Row(case.name, GIL[case.kind])
    try:
        report = server.report(case.name)
        first = report.intercepted
        if not sent.running:
            row.problems.append("the report came after the answer")
        row.late_ms = report.late_ms(server.timer)
        where = first["where"] or {"file": "?", "line": 0, "function": "?"}
        row.where = f"{Path(where['file']).name}:{where['line']} in {where['function']}"
        row.problems += wrong_place(case, first) + wrong_request(server, case, first)
        row.problems += wrong_text(report, marked(case.name))
        status = sent.response().status
        finished = report.finished()
        if (status, finished["status"]) != (200, 200):
            row.problems.append(f"answered {status}, 'finished' says {finished['status']}")
        if case.held:
            holder = server.report(f"{case.name}-holder")
            if not marked("hold").is_at(holder.intercepted["where"]):
                row.problems.append(f"its holder is at {holder.intercepted['where']}")
        if case.then:
            other = server.report(f"{case.name}-other")
            if not marked(case.then).is_at(other.intercepted["where"]):
                row.problems.append(f"the other request is at {other.intercepted['where']}")
    except Exception as error:  # one case's trouble must not hide the others' rows
        row.problems.append(f"{type(error).__name__}: {error}")
    return row


def wrong_place(case: Case, first: dict[str, object]) -> list[str]:
    marker = marked(case.name)
    where, stack = first["where"], first["stack"]
    assert isinstance(stack, dict)
    frames = stack["frames"]
    problems = []
    if not where or not marker.is_at(where):
        problems.append(f"where is {where}, not {marker.where()}")
    if stack["of"] != "thread" or not stack["complete"]:
        problems.append(f"a stack of {stack['of']}, complete: {stack['complete']}")
    if not any(frame["app"] and marker.is_at(frame) for frame in frames):
        problems.append("no frame is at the line")
    innermost = frames[-1]
    if case.innermost is None and not marker.is_at(innermost):
        problems.append(f"innermost is {innermost['function']}:{innermost['line']}")
    if case.innermost not in (None, "*", innermost["function"]):
        problems.append(f"innermost is {innermost['function']}, not {case.innermost}")
    if not any(frame["function"] == "BaseHandler._get_response" for frame in frames):
        problems.append("Django's handler is not in the stack")
    counted = len(frames) + stack["omitted_frames"]
    if case.name in DEEP and not DEEP[case.name] < counted < DEEP[case.name] + 200:
        problems.append(f"{counted} frames are shown or counted")
    if case.name not in DEEP and stack["omitted_frames"] and case.name != "recursion_2000":
        problems.append(f"{stack['omitted_frames']} frames are left out")
    return problems


def wrong_request(server: Server, case: Case, first: dict[str, object]) -> list[str]:
    request = first["request"]
    assert isinstance(request, dict)
    expected = {
        "method": "GET",
        "url": f"http://127.0.0.1:{server.port}/battery/{case.name}/?mark={case.name}",
        "route": f"battery/{case.name}/",
        "view": f"battery:{case.name}",
        "view_kwargs": {},
        "remote_addr": "127.0.0.1",
    }
    return [
        f"{key} is {request[key]!r}, not {value!r}"
        for key, value in expected.items()
        if request[key] != value
    ]


def wrong_text(report: Report, marker: Marker) -> list[str]:
    first = report.intercepted
    must = [
        "Undead request intercepted at: ",
        f"\n{first['request']['method']} {first['request']['url']}\n",
        f"\nProcess ID: {first['process']['pid']}\n",
        f"\nThread ID:  {first['process']['thread_id']}\n",
        "\nVerdict:    unknown: not judged yet\n",
        f'\n  File "{marker.file}", line ',
    ]
    if marker.more == 0:
        must.append(f"\n    {marker.source}\n")
    return [f"the text lacks {part!r}" for part in must if part not in report.head]
