"""What stats() counts: only what is out is a report, and nothing is lost in silence."""

import json
from pathlib import Path
from typing import Any

import program


def facts_of(folder: Path, body: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(program.run(folder, body))
    return answer


def test_a_report_that_could_not_be_written_is_an_error_and_no_report(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file stands in the way of the folder")
    facts = facts_of(
        tmp_path,
        """
configure()
watched(lambda request: until(lambda facts: facts["write_errors"]))
print(json.dumps(_core.stats()))
""",
    )
    assert (facts["reports"], facts["write_errors"]) == (0, 1)


def test_the_suppressed_are_said_by_the_next_report_that_is_out(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
configure(max_reports=0)
watched(lambda request: until(lambda facts: facts["suppressed"] == 1))
watched(lambda request: until(lambda facts: facts["suppressed"] == 2))
configure(output="/proc/nothing-can-be-made-here")
watched(lambda request: until(lambda facts: facts["write_errors"]))
configure()
watched(lambda request: until(lambda facts: facts["reports"]))
until(lambda facts: facts["finished"] == 2)
print(json.dumps(_core.stats()))
""",
    )
    assert (facts["reports"], facts["suppressed"], facts["write_errors"]) == (1, 2, 1)
    (report,) = (tmp_path / "reports").glob("*.jsonl")
    assert json.loads(report.read_text().splitlines()[0])["suppressed"] == 2


def test_without_a_sink_no_delivery_thread_is_started(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
def deliver():
    while _core.next_delivery(30.0) is not None:
        pass

def threads():
    names = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/comm") as name:
            names.append(name.read().strip())
    return names

configure(deliver=deliver)
watched(lambda request: until(lambda facts: facts["reports"] == 1))
until(lambda facts: facts["finished"] == 1)
without = threads()
configure(deliver=deliver, deliver_reports=True)
watched(lambda request: until(lambda facts: facts["reports"] == 2))
until(lambda facts: "dogslow-deliver" in threads())
print(json.dumps(without))
""",
    )
    assert "dogslow-deliver" not in facts


def test_requests_in_flight_are_counted_now(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """
configure(timer=3600.0)
watches = [_core.arm(object()) for _ in range(1000)]
armed = _core.stats()["in_flight"]
for watch in watches[:990]:
    _core.disarm(watch, None, None)
left = _core.stats()["in_flight"]
del watch, watches
print(json.dumps({"armed": armed, "left": left, "dropped": _core.stats()["in_flight"]}))
""",
    )
    assert facts == {"armed": 1000, "left": 10, "dropped": 0}
