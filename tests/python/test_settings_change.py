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


def test_an_end_that_has_no_folder_any_more_is_counted(tmp_path: Path) -> None:
    """More folders than are remembered: not a thing that a site does."""
    program_ = "CHANGES = 10\n" + ENDS_AFTER_A_CHANGE.replace(
        'configure(output=f"{FOLDER}/other-{number}-{other}")',
        'configure(output=f"{FOLDER}/other-{number}-{other}")\n'
        '        before = _core.stats()["reports"]\n'
        "        inner = threading.Thread(target=watched, args=(lambda request: until(\n"
        '            lambda facts: facts["reports"] > before),))\n'
        "        inner.start()\n"
        "        inner.join()",
    ).replace('facts["reports"] > number)', 'facts["reports"] > 0)').replace("range(4)", "range(1)")
    assert int(program.run(tmp_path, program_)) == 1
