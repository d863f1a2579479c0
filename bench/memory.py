"""Memory: of a request in flight, and what many requests and reports leave behind."""

import children
from figures import count, number
from scale import Scale
from tables import Row, Target, table

HEAD = ("what", "how many", "bytes each", "in all KB")
# A page of the last slab is not wholly used, and RSS comes in pages: one in a hundred is not ours.
EACH = Target(128 * 1.01, "128 bytes")
GROWTH = Target(2**20, "1 MB")


def in_flight(scale: Scale) -> list[Row]:
    options = {"count": scale.armed}
    armed = children.run("memory_child.py", options | {"what": "armed"})
    due = children.run("memory_child.py", options | {"what": "due"})
    many, each, an_object = count(scale.armed), armed["each"], armed["object"]

    def row(name: str, value: float, target: Target | None = None) -> Row:
        cells = [name, many, number(value), number(value * scale.armed / 1024)]
        return Row(cells, target, value if target else None)

    return [
        row("in flight: the slot", each - an_object, EACH),
        row("an async one: the Watch object, too", each),
        row("an async one past its deadline", due["each"]),
    ]


def growth(scale: Scale) -> list[Row]:
    requests = children.run("memory_child.py", {"what": "requests", "count": scale.requests})
    options = {"what": "reports", "count": scale.reports, "batch": scale.report_batch}
    reports = children.run("memory_child.py", options)

    def row(name: str, how_many: int, grown: float, target: Target | None) -> Row:
        cells = [name, count(how_many), "", number(grown / 1024)]
        return Row(cells, target, grown if target else None)

    return [
        row("growth after requests", scale.requests, requests["grown"], GROWTH),
        row("the first reports, once", 2 * scale.report_batch, reports["first"], None),
        row("growth after reports", reports["reports"], reports["grown"], GROWTH),
    ]


def measure(scale: Scale) -> tuple[str, list[Row]]:
    rows = in_flight(scale) + growth(scale)
    notes = (
        "Differences of Rss in /proc/self/smaps_rollup. The slot: of all that grew, less the "
        "object that an async request's watch is in Python. Past it: all in one period of the "
        "watchdog's scan, which then keeps a deadline of each. Requests: a thousand on each of a "
        "thousand threads."
    )
    return table("4. Memory", HEAD, rows, notes), rows
