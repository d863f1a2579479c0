"""Ways to be slow in one C call that has the GIL from its first to its last instruction."""

import re

from .calibrate import Load
from .cases import case

_backtracking = re.compile(r"(?:a+)+$")
_subject = Load(lambda n: "a" * n + "b", lambda text: _backtracking.match(text), start=8, by=2)


@case(holds_gil=True, prepare=_subject.prepare)
def re_backtrack() -> None:
    _backtracking.match(_subject.value)  # slow: re_backtrack
