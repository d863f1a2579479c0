"""What dogslow costs, beside its peers: all figures from one run.

    python bench/run.py [--quick] [SECTION]...    SECTION: cost late capture memory throughput

Figures are held against design's targets and said to be reached or MISSED; a miss is a fact, not
a failure: the exit code is 0 unless the bench itself breaks. --quick takes a few of everything, to
see that the bench works: its figures mean nothing.
"""

import argparse
import sys
import time

import capture
import cost
import late
import machine
import memory
import throughput
from children import Broken
from scale import FULL, QUICK
from tables import Row, summary

SECTIONS = {
    "cost": cost.measure,
    "late": late.measure,
    "capture": capture.measure,
    "memory": memory.measure,
    "throughput": throughput.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="What dogslow costs, beside its peers.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="a few of everything")
    chosen = parser.parse_args()
    for name in chosen.sections:
        if name not in SECTIONS:
            parser.error(f"no such section: {name}; there are {', '.join(SECTIONS)}")
    scale = QUICK if chosen.quick else FULL
    start = time.monotonic()
    print(machine.head(), flush=True)
    if chosen.quick:
        print("--quick: the figures mean nothing.\n")
    rows: list[Row] = []
    broken = 0
    for name in chosen.sections or SECTIONS:
        try:
            text, measured = SECTIONS[name](scale)
        except Broken as error:
            print(f"{name}: the bench is broken: {error}\n", flush=True)
            broken += 1
        else:
            print(text, flush=True)
            rows += measured
    print(summary(rows), f"The bench took {time.monotonic() - start:.0f} s.", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
