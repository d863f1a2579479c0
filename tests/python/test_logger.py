import logging

import pytest
from reports import delivered, report

from dogslow.report import Report
from dogslow.sinks.logger import LoggerSink


def test_a_report_is_one_record_with_request_verdict_place_and_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    LoggerSink("dogslow", logging.WARNING)(report())
    assert [(r.name, r.levelname) for r in caplog.records] == [("dogslow", "WARNING")]
    assert caplog.messages == [
        "Slow request: GET http://localhost/pay?id=%5 - unknown: not judged yet"
        " - at orders/views.py:41 in pay - /tmp/slow_request_x.log"
    ]
    fields = {k: v for k, v in vars(caplog.records[0]).items() if k.startswith("dogslow_")}
    assert fields == {
        "dogslow_id": "0123456789abcdef",
        "dogslow_request": "GET http://localhost/pay?id=%5",
        "dogslow_route": "pay",
        "dogslow_view": "orders:pay",
        "dogslow_verdict": "unknown",
        "dogslow_where": "orders/views.py:41 in pay",
        "dogslow_elapsed_s": "2.5",
        "dogslow_path": "/tmp/slow_request_x.log",
    }


def test_logger_and_level_are_those_of_the_settings(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="ops.slow"):
        LoggerSink("ops.slow", logging.INFO)(report())
        LoggerSink("ops.slow", logging.DEBUG)(report())
    assert [(r.name, r.levelname) for r in caplog.records] == [("ops.slow", "INFO")]


def test_without_a_file_there_is_no_path(caplog: pytest.LogCaptureFixture) -> None:
    LoggerSink("dogslow", logging.WARNING)(Report.of(delivered() | {"path": None}))
    assert caplog.messages[0].endswith("not judged yet - at orders/views.py:41 in pay")


def test_what_a_client_sent_cannot_begin_a_line_or_steer_a_terminal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hostile = "http://x/\r\nERROR forged\x1b[2J\x00\x85\u2028\u202e\ud800%s{}"
    LoggerSink("dogslow", logging.WARNING)(
        report(
            request={"method": "G\nET", "url": hostile, "route": hostile, "view": hostile},
            verdict={"code": hostile, "text": hostile},
            where={"file": hostile, "line": 1, "function": hostile},
        )
    )
    texts = [caplog.messages[0]]
    texts += [v for k, v in vars(caplog.records[0]).items() if k.startswith("dogslow_")]
    for text in texts:
        assert text.isprintable(), text
        text.encode()
    assert "\\r\\nERROR forged\\x1b[2J\\x00\\x85\\u2028\\u202e\\ud800%s{}" in texts[0]


def test_a_url_of_a_million_characters_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    LoggerSink("dogslow", logging.WARNING)(report(request={"url": "/\n" * 10**6}))
    assert len(caplog.messages[0]) < 3000


@pytest.mark.parametrize(
    "broken", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 100_000, b'{"request": 5, "verdict": []}']
)
def test_a_line_of_json_that_cannot_be_read_is_told_of_all_the_same(
    broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    LoggerSink("dogslow", logging.WARNING)(Report.of(delivered() | {"json": broken}))
    assert caplog.messages == ["Slow request: a request - unknown - /tmp/slow_request_x.log"]


def test_a_watched_block_is_named_by_its_label(caplog: pytest.LogCaptureFixture) -> None:
    request = {"method": None, "url": None, "label": "nightly import"}
    LoggerSink("dogslow", logging.WARNING)(report(request=request))
    assert caplog.messages[0].startswith("Slow request: nightly import - ")
