"""What a fork in a watched request's own process sees of the watchdog: nothing."""

from pathlib import Path

import program

FORKS_IN_A_WATCHED_REQUEST = """
delivered = []

def deliver():
    while (letter := _core.next_delivery(30.0)) is not None:
        delivered.append(letter)

def view(request):
    before = _core.stats()
    until(lambda facts: facts["reports"] > before["reports"])
    child = os.fork()
    if child == 0:
        facts = _core.stats()
        inherits = facts["running"] or facts["in_flight"] or facts["reports"]
        os._exit(1 if inherits else 0)
    assert os.waitpid(child, 0)[1] == 0, "the child inherits something"
    before = _core.stats()
    until(lambda facts: facts["peeks"] > before["peeks"])

configure(repeat=True, deliver=deliver, deliver_reports=True)
for number in range(5):
    watched(view)
until(lambda facts: len(delivered) == 5)
until(lambda facts: facts["finished"] == 5)
"""


def test_a_fork_in_a_process_of_one_thread_is_not_warned_of(tmp_path: Path) -> None:
    """From 3.12 on CPython warns of a fork while there are other threads, ours included."""
    program.run(tmp_path, FORKS_IN_A_WATCHED_REQUEST, "-W", "error")
