"""What is made of many measurements, and how a figure is written."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """By the nearest rank: a value that was measured. NaN if there are none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def number(value: float, digits: int = 1) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:,.{digits}f}" if abs(value) < 10_000 else f"{value:,.0f}"


def count(value: int) -> str:
    return f"{value:,}"
