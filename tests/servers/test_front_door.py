"""The front door: what dogslow is for, seen from outside."""

from __future__ import annotations

from .harness import Server
from .markers import marked


def test_a_regular_expression_that_backtracks_is_reported_while_it_runs() -> None:
    """The whole process stands still: `re` has the GIL, and no Python thread can run."""
    with Server(worker="sync") as server:
        server.get("/prepare/re_backtrack/")
        slow = server.send("/battery/re_backtrack/", mark="front-door")

        report = server.report("front-door")
        first = report.intercepted
        assert slow.running, "the report came when the request had ended"

        marker = marked("re_backtrack")
        url = f"http://127.0.0.1:{server.port}/battery/re_backtrack/?mark=front-door"
        assert first["request"]["method"] == "GET"
        assert first["request"]["url"] == url
        assert first["where"] == marker.where()
        innermost = first["stack"]["frames"][-1]
        assert (innermost["file"], innermost["line"]) == (str(marker.file), marker.line)
        assert innermost["source"] == marker.source
        assert f"\nGET {url}\n" in report.head
        assert f'  File "{marker.file}", line {marker.line}, in {marker.function}\n' in report.head

        assert slow.response().status == 200
        assert report.finished()["status"] == 200
