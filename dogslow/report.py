"""A report as the sinks get it: what the core wrote, and the parts that most of them want."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from dogslow.text import one_line

if TYPE_CHECKING:
    from dogslow._core import ReportDelivery


@dataclass(frozen=True, slots=True)
class Report:
    """One "intercepted" event. The parts are one line each, "" where unknown."""

    path: str | None
    """Of the `.log` file; None: none was written."""
    text: str
    """The text of the report, many lines."""
    data: Mapping[str, object] = field(default_factory=dict)
    """The line of the `.jsonl`; empty if it could not be read."""

    @classmethod
    def of(cls, delivered: "ReportDelivery") -> Self:
        try:
            data = json.loads(delivered["json"])
        except (ValueError, RecursionError):
            data = {}
        return cls(
            path=delivered["path"],
            text=delivered["text"].decode("utf-8", "replace"),
            data=data if isinstance(data, dict) else {},
        )

    def part(self, *keys: str) -> str:
        """The text or number at data[key][key]..., on one line."""
        found: object = self.data
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            return ""
        return one_line(str(found))

    @property
    def request(self) -> str:
        """ "GET http://localhost/", or a watch's label."""
        line = f"{self.part('request', 'method')} {self.part('request', 'url')}".strip()
        return line or self.part("request", "label") or "a request"

    @property
    def verdict(self) -> str:
        """ "unknown: not judged yet"."""
        code, text = self.part("verdict", "code"), self.part("verdict", "text")
        return f"{code}: {text}" if code and text else code or text or "unknown"

    @property
    def where(self) -> str:
        """ "orders/views.py:41 in pay"."""
        file, line = self.part("where", "file"), self.part("where", "line")
        function = self.part("where", "function")
        if not file:
            return ""
        return f"{file}:{line or '?'} in {function or '?'}"
