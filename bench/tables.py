"""Aligned tables with what was to be reached beside what was measured."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

REACHED, MISSED = "reached", "MISSED"
NOTE_WIDTH = 100


@dataclass(frozen=True)
class Target:
    """At most `limit`, or at least, if `least`; `text` is how the contract puts it."""

    limit: float
    text: str
    least: bool = False

    def judge(self, value: float) -> str:
        return REACHED if (value >= self.limit if self.least else value <= self.limit) else MISSED


@dataclass(frozen=True)
class Row:
    """One line. With a target, `value` is what is held against it."""

    cells: Sequence[str]
    target: Target | None = None
    value: float | None = None

    def verdict(self) -> tuple[str, str]:
        if self.target is None:
            return "", ""
        if self.value is None:
            return self.target.text, "not measured"
        return self.target.text, self.target.judge(self.value)


def unavailable(name: str, why: str) -> Row:
    return Row([name, f"not available: {' '.join(why.split())}"])


def table(title: str, head: Sequence[str], rows: Iterable[Row], notes: str = "") -> str:
    """The text of a table. A row of fewer cells than the head says something: it is not aligned."""
    rows = list(rows)
    whole = [[*row.cells, *row.verdict()] for row in rows if len(row.cells) == len(head)]
    lines = [[*head, "target", ""], *whole]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]

    def put(cells: Sequence[str]) -> str:
        # Names to the left, figures to the right, the target and its verdict to the left.
        last = len(cells) - 2
        texts = [
            cell.ljust(width) if i == 0 or i >= last else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(texts).rstrip()

    out = [title, "-" * len(title), put(lines[0])]
    for row in rows:
        if len(row.cells) == len(head):
            out.append(put([*row.cells, *row.verdict()]))
        else:
            name, *words = row.cells
            out.append(f"{name.ljust(widths[0])}  {' '.join(words)}")
    wrapped = textwrap.wrap(notes, NOTE_WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join([*out, *wrapped, ""])


def summary(rows: Iterable[Row]) -> str:
    rows = list(rows)
    missed = [
        f"{' '.join(row.cells[:2])} ({row.target.text})"
        for row in rows
        if row.target is not None and row.verdict()[1] == MISSED
    ]
    judged = [row for row in rows if row.target is not None]
    if not judged:
        return "Nothing was held against a target."
    if not missed:
        return f"All {len(judged)} targets reached."
    return f"{len(missed)} of {len(judged)} targets missed: {'; '.join(missed)}."
