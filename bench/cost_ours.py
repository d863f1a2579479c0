"""Child: the cost of a request through the guard, with watches in flight.

Options: rounds, calls, in_flight (list). Answer: for each of in_flight, by subject, ns a call for
each round, the loop and the view included.
"""

from typing import Any

import children
from calls import NoOp, Request, Subject, begin, interleave, view
from core import CORE, configure


def main() -> None:
    options = children.options()
    configure()
    guard = CORE.Guard(view)
    levels = {
        level: [Subject("direct", view), Subject("no-op", NoOp(view)), Subject("ours", guard)]
        for level in options["in_flight"]
    }
    for subjects in levels.values():
        begin(subjects, options["calls"])
    for turn in range(options["rounds"]):
        # All levels in each round: what is armed stays armed until its end.
        watches: list[Any] = []
        for level, subjects in sorted(levels.items()):
            watches += [CORE.arm(Request()) for _ in range(level - len(watches))]
            interleave(subjects, options["calls"], turn)
        for watch in watches:
            CORE.disarm(watch, None, None)
    unwatched = CORE.stats()["unwatched"]
    if unwatched:
        raise SystemExit(f"{unwatched} requests found no slot")
    children.answer({level: {s.name: s.ns for s in subjects} for level, subjects in levels.items()})


main()
