"""Ways to be slow by computing: Python code, or C code that lets go of the GIL."""

import copy
import fractions
import hashlib
import itertools
import sqlite3
import threading
import time
import zlib

from .cases import SECONDS, slow


def _end() -> float:
    return time.monotonic() + SECONDS


@slow("busy")
def python_loop() -> None:
    end = _end()
    while time.monotonic() < end:  # slow: python_loop +1
        pass


@slow("busy")
def membership_in_a_list() -> None:
    end = _end()
    numbers = list(range(100_000))
    while time.monotonic() < end:  # slow: membership_in_a_list +1
        _ = -1 in numbers


@slow("busy", innermost="*")
def deep_copy() -> None:
    end = _end()
    tree = {i: [i] * 10 for i in range(1000)}
    while time.monotonic() < end:  # slow: deep_copy +1
        copy.deepcopy(tree)


@slow("busy", innermost="*")
def sum_of_fractions() -> None:
    end = _end()
    while time.monotonic() < end:  # slow: sum_of_fractions +1
        sum(map(fractions.Fraction, itertools.repeat(1, 99), range(1, 100)))


@slow("busy")
def sqlite_query() -> None:
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    threading.Timer(SECONDS, connection.interrupt).start()
    try:
        connection.execute(count).fetchone()  # slow: sqlite_query
    except sqlite3.OperationalError:
        pass


@slow("busy")
def password_hash() -> None:
    begin = time.perf_counter()
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 50_000)
    rounds = int(50_000 * SECONDS / (time.perf_counter() - begin))
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", rounds)  # slow: password_hash


@slow("busy")
def compression() -> None:
    end = _end()
    data = bytes(range(256)) * 100_000
    while time.monotonic() < end:  # slow: compression +1
        zlib.compress(data)
