"""Reports as the core delivers them, for the tests of what is told of a report."""

import json
from typing import Any

from dogslow.report import Report

TEXT = "Undead request intercepted at: 16-05-2011 02:10:12 UTC\n\nGET http://localhost/pay\n"


def delivered(**changes: Any) -> Any:
    data = {
        "schema": 1,
        "event": "intercepted",
        "id": "0123456789abcdef",
        "elapsed_s": 2.5,
        "request": {
            "method": "GET",
            "url": "http://localhost/pay?id=%5",
            "route": "pay",
            "view": "orders:pay",
            "label": None,
        },
        "verdict": {"code": "unknown", "text": "not judged yet"},
        "where": {"file": "orders/views.py", "line": 41, "function": "pay"},
    } | changes
    return {
        "kind": "report",
        "path": "/tmp/slow_request_x.log",
        "json": json.dumps(data).encode(),
        "text": TEXT.encode(),
    }


def report(**changes: Any) -> Report:
    return Report.of(delivered(**changes))
