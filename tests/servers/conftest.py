from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from .harness import LIVE
from .table import TABLE


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """A failed test shows what the servers that still run have printed."""
    report = yield
    if report.failed:
        for server in LIVE:
            report.sections.append((f"server on port {server.port}", server.stderr[-8000:]))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE:
        terminalreporter.section("ways to be slow, and when they were reported")
        terminalreporter.write_line(TABLE.rendered())
