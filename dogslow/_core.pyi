"""The C core. Nothing here is public: use what `dogslow` itself offers.

Importing it never raises because of the interpreter it finds: `refusal` says what is wrong.
"""

from collections.abc import Callable
from typing import Literal, TypedDict

refusal: str | None
"""Why the self-check refused to watch on this interpreter; None: all is well."""

version: str

class ReportDelivery(TypedDict):
    kind: Literal["report"]
    path: str | None
    """Of the `.log` file; None: none was written."""
    json: bytes
    """The line of the `.jsonl`, UTF-8."""
    text: bytes
    """The text as in the `.log`, UTF-8."""

class ErrorDelivery(TypedDict):
    kind: Literal["error"]
    message: str

def configure(
    *,
    timer: float,
    timers: dict[str, float | None],
    ignore: tuple[str, ...],
    output: str | None,
    stderr: bool,
    repeat: bool,
    max_reports: int,
    deliver: Callable[[], None] | None,
    deliver_reports: bool,
    base_dirs: tuple[str, ...],
    library_dirs: tuple[str, ...],
    secure_proxy_header: tuple[str, str] | None,
    use_x_forwarded_host: bool,
    use_x_forwarded_port: bool,
    forced: bool,
) -> None:
    """Take settings for all requests from now on. Times are seconds. Any thread, any time.

    `output` None: no files are written. `deliver` None: nothing is ever delivered;
    without `deliver_reports` only the core's own troubles are. `forced`: also
    what stands at a debugger's prompt is reported.
    """

def note_timer(seconds: float) -> None:
    """Tell of a deadline that some view has: the smallest of all is what every watch gets."""

class Guard:
    """The synchronous middleware: calls `get_response` and watches the call."""

    def __init__(self, get_response: Callable[..., object], /) -> None: ...
    def __call__(self, request: object, /) -> object: ...
    def process_exception(self, request: object, exception: BaseException, /) -> None: ...

class Watch:
    """A watch that is under way. Ends with disarm(), or when it is dropped."""

def arm(request: object, /) -> Watch:
    """Watch a request that is served as a task; keeps the request alive meanwhile."""

def disarm(watch: Watch, response: object, exception: BaseException | None, /) -> None: ...
def stats() -> dict[str, int | float | str | bool | None]: ...
def pause() -> None: ...
def resume() -> None: ...
def next_delivery(timeout: float, /) -> ReportDelivery | ErrorDelivery | None:
    """What is to be delivered next; waits without the GIL, and None after `timeout` seconds.

    Delivery thread only.
    """
