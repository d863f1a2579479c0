"""Settings that change while reports are under way."""

import json
from pathlib import Path

import program
import pytest

ENDS_AFTER_A_CHANGE = """
def view(number):
    configure(output=f"{FOLDER}/{number}")
    until(lambda facts: facts["reports"] > number)
    for other in range(CHANGES):
        configure(output=f"{FOLDER}/other-{number}-{other}")

for number in range(4):
    watched(lambda request: view(number))
    until(lambda facts: facts["finished"] > number)
print(_core.stats()["write_errors"])
"""


@pytest.mark.parametrize("changes", [0, 1, 3])
def test_a_report_ends_in_the_folder_where_it_began(tmp_path: Path, changes: int) -> None:
    errors = program.run(tmp_path, f"CHANGES = {changes}\n" + ENDS_AFTER_A_CHANGE)
    assert int(errors) == 0
    for number in range(4):
        (report,) = (tmp_path / "reports" / str(number)).glob("*.jsonl")
        events = [json.loads(line)["event"] for line in report.read_text().splitlines()]
        assert events == ["intercepted", "finished"]


MORE_FOLDERS_THAN_ARE_REMEMBERED = """
def slow(then=lambda: None):
    before = _core.stats()["reports"]
    watched(lambda request: (until(lambda facts: facts["reports"] > before), then()))

def report_into_others():
    for other in range(5):
        configure(output=f"{FOLDER}/other-{other}")
        inner = threading.Thread(target=slow)
        inner.start()
        inner.join()

configure(output=f"{FOLDER}/first")
slow(report_into_others)
until(lambda facts: facts["finished"] == 6)
print(_core.stats()["write_errors"])
"""


def test_an_end_that_has_no_folder_any_more_is_counted(tmp_path: Path) -> None:
    """Not a thing that a site does."""
    assert int(program.run(tmp_path, MORE_FOLDERS_THAN_ARE_REMEMBERED)) == 1
