"""Where the site is slow: the line with the comment `# slow: NAME`.

`+1` after the name: or on the next line. `as QUALNAME`: in that function, where it is not the
innermost `def` around the line.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .harness import SITE

_MARKER = re.compile(r"# slow: (\w+)(?: \+(\d))?(?: as (.+?))?\s*$")


@dataclass(frozen=True)
class Marker:
    file: Path
    line: int
    more: int  # as many lines after it will do as well
    function: str  # qualified name
    source: str

    def where(self) -> dict[str, Any]:
        """As the report has it."""
        return {"file": str(self.file), "line": self.line, "function": self.function}

    def is_at(self, place: dict[str, Any]) -> bool:
        """Whether a frame, or a report's `where`, is here."""
        return (
            place["file"] == str(self.file)
            and self.line <= place["line"] <= self.line + self.more
            and place["function"] == self.function
        )


def marked(name: str) -> Marker:
    return all_markers()[name]


@cache
def all_markers() -> dict[str, Marker]:
    found: dict[str, Marker] = {}
    for file in sorted(SITE.rglob("*.py")):
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        for number, line in enumerate(text.splitlines(), 1):
            match = _MARKER.search(line)
            if match:
                name, more, function = match.groups()
                assert name not in found, f"two lines are marked {name}"
                function = function or _enclosing(tree, number)
                found[name] = Marker(file, number, int(more or 0), function, line.strip())
    return found


def _enclosing(tree: ast.AST, line: int) -> str:
    """The qualified name of the innermost def around a line."""
    name, inside_function = "", False
    node: ast.AST | None = tree
    while node is not None:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name += (".<locals>." if inside_function else ".") * bool(name) + node.name
            inside_function = not isinstance(node, ast.ClassDef)
        node = next((c for c in ast.iter_child_nodes(node) if _spans(c, line)), None)
    return name or "<module>"


def _spans(node: ast.AST, line: int) -> bool:
    return getattr(node, "lineno", line + 1) <= line <= getattr(node, "end_lineno", 0)
