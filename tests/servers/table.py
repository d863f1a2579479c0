"""The table that the tests print: every way to be slow, and how dogslow saw it."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field


@dataclass
class Row:
    name: str
    gil: str
    late_ms: float | None = None
    where: str = "-"
    problems: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        return "; ".join(self.problems) or "reported while it lasted"


class Table:
    def __init__(self) -> None:
        self.rows: list[Row] = []

    def __bool__(self) -> bool:
        return bool(self.rows)

    def rendered(self) -> str:
        gil = sum(row.gil != "" for row in self.rows)
        good = sum(not row.problems for row in self.rows)
        lines = [f"{'way to be slow':28} {'GIL':13} {'late by':>9}  {'where':58} verdict"]
        for row in sorted(self.rows, key=lambda row: (row.gil == "", row.gil, row.name)):
            late = "-" if row.late_ms is None else f"{row.late_ms:.1f} ms"
            lines.append(f"{row.name:28} {row.gil:13} {late:>9}  {row.where:58} {row.verdict}")
        lines.append(
            f"{good} of {len(self.rows)} ways, {gil} of them with the GIL held, as they should be "
            f"(CPython {platform.python_version()})"
        )
        return "\n".join(lines)


TABLE = Table()
