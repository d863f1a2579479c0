"""Text that others wrote, made fit for one line of a log or of a mail's header."""

import re
from typing import Final

# Control characters, what ends a line elsewhere (NEL, LS, PS), what turns the direction of
# writing, and surrogates, which no encoder takes.
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str, limit: int = 2000) -> str:
    """`text` with unfit characters escaped as Python would, cut to `limit` characters."""
    if len(text) > limit:
        text = text[: limit - 3] + "..."
    line = _UNFIT.sub(_escape, text)
    # Escapes are longer than what they stand for.
    return line if len(line) <= limit else line[: limit - 3] + "..."


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def shown(value: object, limit: int = 80) -> str:
    """`value` and its type, for a message about a wrong one; never raises."""
    return f"{represented(value, limit)} ({type(value).__name__})"


def represented(value: object, limit: int = 80) -> str:
    """The repr() of `value` in one line; never raises."""
    try:
        text = repr(value)
    except Exception:
        text = "<a value that cannot be shown>"
    return one_line(text, limit)
