"""One log record a report: DOGSLOW_LOGGER, DOGSLOW_LOG_LEVEL."""

import logging

from dogslow.report import Report
from dogslow.text import one_line


class LoggerSink:
    """The message has the request, the verdict, where it is, and the path of the file.

    For handlers that write JSON or index fields, each is also an attribute of the record:
    dogslow_id, _request, _route, _view, _verdict, _where, _elapsed_s, _path. All are text of one
    line, "" where unknown.
    """

    def __init__(self, logger: str, level: int) -> None:
        self.name = f"the logger {logger!r}"
        self._logger = logging.getLogger(logger)
        self._level = level

    def __call__(self, report: Report) -> None:
        path = one_line(report.path or "")
        self._logger.log(
            self._level,
            "Slow request: %s - %s%s%s",
            report.request,
            report.verdict,
            f" - at {report.where}" if report.where else "",
            f" - {path}" if path else "",
            extra={
                "dogslow_id": report.part("id"),
                "dogslow_request": report.request,
                "dogslow_route": report.part("request", "route"),
                "dogslow_view": report.part("request", "view"),
                "dogslow_verdict": report.part("verdict", "code"),
                "dogslow_where": report.where,
                "dogslow_elapsed_s": report.part("elapsed_s"),
                "dogslow_path": path,
            },
        )
