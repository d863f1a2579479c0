"""What a watched request costs over a direct call."""

import os
from statistics import median

import children
from figures import count, number
from scale import Scale
from tables import Row, Target, table, unavailable

Rounds = dict[str, list[float]]
HEAD = ("in flight", "subject", "median ns", "of the best", "/ no-op", "/ alone")
NO_MORE = Target(1.0, "/ no-op <= 1")
FLAT = Target(1.2, "/ alone <= 1.2")


def added(rounds: Rounds, name: str) -> float:
    """Over the direct call of the same round: the median."""
    return median(a - b for a, b in zip(rounds[name], rounds["direct"], strict=True))


def best(rounds: Rounds, name: str) -> float:
    return min(rounds[name]) - min(rounds["direct"])


def rows_of(levels: dict[int, Rounds], name: str, targets: bool) -> list[Row]:
    rows = []
    alone = added(levels[0], name)
    for level, rounds in levels.items():
        ours, no_op = added(rounds, name), added(rounds, "no-op")
        where = "alone" if level == 0 else count(level)
        if targets:
            cells = [where, "no-op", number(no_op), number(best(rounds, "no-op")), "1.00", ""]
            rows.append(Row(cells))
        cells = [where, name, number(ours), number(best(rounds, name))]
        cells += [number(ours / no_op, 2), number(ours / alone, 2)]
        if not targets:
            rows.append(Row(cells))
        elif level == 0:
            rows.append(Row(cells, NO_MORE, ours / no_op))
        else:
            rows.append(Row(cells, FLAT, ours / alone))
    return rows


def original(scale: Scale) -> list[Row]:
    python = os.environ.get("DOGSLOW_BENCH_PEER")
    if not python:
        return [unavailable("original", "DOGSLOW_BENCH_PEER names no Python; make bench makes one")]
    options = {"rounds": scale.original_rounds, "in_flight": scale.original_in_flight}
    try:
        answer = children.run("cost_original.py", options, python)
    except (children.Broken, OSError) as error:
        return [unavailable("original", str(error).splitlines()[-1])]
    return rows_of({int(level): rounds for level, rounds in answer.items()}, "original", False)


def measure(scale: Scale) -> tuple[str, list[Row]]:
    options = {
        "rounds": scale.cost_rounds,
        "calls": scale.cost_calls,
        "in_flight": scale.in_flight,
    }
    answer = children.run("cost_ours.py", options)
    rows = rows_of({int(level): rounds for level, rounds in answer.items()}, "ours", True)
    rows += original(scale)
    notes = (
        "Added to a direct call of an empty view, from a loop in Python, as Django calls; medians "
        f"of {scale.cost_rounds} rounds of {scale.cost_calls:,} calls in turn. Best: the fastest "
        "round less the fastest direct one. The original is dogslow-sentry."
    )
    return table("1. Cost of a watched request", HEAD, rows, notes), rows
