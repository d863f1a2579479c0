"""Whose deadline it is, read while the request's attributes are set and deleted all the time."""

import json
from pathlib import Path

import program

MOVES = """
class Match:
    view_name = url_name = route = None

class Request:
    pass

def view(request):
    end = time.monotonic() + 0.03
    while time.monotonic() < end:
        for number in range(40):
            setattr(request, f"attribute_{number}", number)
        for number in range(40):
            delattr(request, f"attribute_{number}")

def serve(name, count):
    for _ in range(count):
        request = Request()
        request.resolver_match = match = Match()
        match.view_name = match.url_name = name
        match.func, match.kwargs, match.route = view, {}, "health/"
        _core.Guard(view)(request)
    return _core.stats()["reports"]

# A scan comes every 5 ms: the deadline passes while the attributes move.
configure(timer=0.01, ignore=("health",), max_reports=10000)
ignored = serve("health", 100)
print(json.dumps({"ignored": ignored, "all": serve("pay", 20)}))
"""


def test_an_ignored_url_is_not_reported_however_its_request_moves(tmp_path: Path) -> None:
    reports = json.loads(program.run(tmp_path, MOVES))
    assert reports["ignored"] == 0
    assert reports["all"] > 0
