"""Where the site is slow: a line with the comment `# slow: NAME` (or `# slow: NAME as QUALNAME`)."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .harness import SITE

_MARKER = re.compile(r"# slow: (\w+)(?: as (.+?))?\s*$")


@dataclass(frozen=True)
class Marker:
    file: Path
    line: int
    function: str  # qualified name
    source: str

    def where(self) -> dict[str, Any]:
        """As the report has it."""
        return {"file": str(self.file), "line": self.line, "function": self.function}


def marked(name: str) -> Marker:
    return _all_markers()[name]


@cache
def _all_markers() -> dict[str, Marker]:
    found: dict[str, Marker] = {}
    for file in sorted(SITE.rglob("*.py")):
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        for number, line in enumerate(text.splitlines(), 1):
            match = _MARKER.search(line)
            if match:
                name, qualname = match.groups()
                assert name not in found, f"two lines are marked {name}"
                found[name] = Marker(
                    file, number, qualname or _enclosing(tree, number), line.strip()
                )
    return found


def _enclosing(tree: ast.AST, line: int) -> str:
    """The qualified name of the innermost def around a line."""
    names: list[str] = []
    node = tree
    while True:
        for child in ast.iter_child_nodes(node):
            if getattr(child, "lineno", line + 1) <= line <= (getattr(child, "end_lineno", 0) or 0):
                if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    names += [child.name, "<locals>"]
                elif isinstance(child, ast.ClassDef):
                    names.append(child.name)
                node = child
                break
        else:
            if not names:
                return "<module>"
            return ".".join(names[:-1] if names[-1] == "<locals>" else names)
