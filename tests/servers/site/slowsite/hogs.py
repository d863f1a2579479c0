"""Ways to be slow in one C call that has the GIL from its first to its last instruction.

Not one lets another Python thread run meanwhile.
"""

import collections
import csv
import ctypes
import decimal
import gc
import itertools
import json
import math
import pickle
import random
import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

from .calibrate import Load
from .cases import SECONDS, slow

_exhaust = collections.deque(maxlen=0).extend

_backtracking = re.compile(r"(?:a+)+$")
_subject = Load(lambda n: "a" * n + "b", _backtracking.match, start=8, by=2)


@slow("hog", prepare=_subject.prepare)
def re_backtrack() -> None:
    _backtracking.match(_subject.value)  # slow: re_backtrack


_exponent = Load(lambda n: n, lambda n: pow(3, n), start=1 << 14, power=1.58)


@slow("hog", prepare=_exponent.prepare)
def big_power() -> None:
    pow(3, _exponent.value)  # slow: big_power


# Many texts of a length below the limit of sys.set_int_max_str_digits().
_digits = Load(lambda n: ["7" * 4000] * n, lambda texts: _exhaust(map(int, texts)), start=16)


@slow("hog", prepare=_digits.prepare)
def text_to_int() -> None:
    _exhaust(map(int, _digits.value))  # slow: text_to_int


_factorial = Load(lambda n: n, math.factorial, start=1 << 12, power=1.7)


@slow("hog", prepare=_factorial.prepare)
def factorial() -> None:
    math.factorial(_factorial.value)  # slow: factorial


_shuffled = Load(lambda n: [random.random() for _ in range(n)], sorted, start=1 << 15)


@slow("hog", prepare=_shuffled.prepare)
def sort_a_list() -> None:
    sorted(_shuffled.value)  # slow: sort_a_list


_words = Load(
    lambda n: [f"Überprüfung {random.random()}" for _ in range(n)],
    lambda words: sorted(words, key=str.casefold),
    start=1 << 14,
)


@slow("hog", prepare=_words.prepare)
def sort_with_key() -> None:
    list(_words.value).sort(key=str.casefold)  # slow: sort_with_key


_rows = Load(lambda n: [{"id": 1.5, "name": "a name"}] * n, json.dumps, start=1 << 12)


@slow("hog", prepare=_rows.prepare, innermost="JSONEncoder.iterencode")
def json_dumps() -> None:
    json.dumps(_rows.value)  # slow: json_dumps


_document = Load(lambda n: f"[{'[1.5,2.5],' * n}0]", json.loads, start=1 << 12)


@slow("hog", prepare=_document.prepare, innermost="JSONDecoder.raw_decode")
def json_loads() -> None:
    json.loads(_document.value)  # slow: json_loads


_text = "ab" * 500_000
_replacements = Load(
    lambda n: n,
    lambda n: _exhaust(map(_text.replace, itertools.repeat("ab", n), itertools.repeat("cde"))),
    start=1,
)


@slow("hog", prepare=_replacements.prepare)
def string_replace() -> None:
    pairs = itertools.repeat("ab", _replacements.value), itertools.repeat("cde")
    _exhaust(map(_text.replace, *pairs))  # slow: string_replace


_haystack = b"a" * 1_000_000
_needles = Load(
    lambda n: n,
    lambda n: sum(map(_haystack.count, itertools.repeat(b"ab" * 8, n))),
    start=1,
)


@slow("hog", prepare=_needles.prepare)
def bytes_count() -> None:
    sum(map(_haystack.count, itertools.repeat(b"ab" * 8, _needles.value)))  # slow: bytes_count


_numbers = Load(range, sum, start=1 << 16)


@slow("hog", prepare=_numbers.prepare)
def sum_of_range() -> None:
    sum(_numbers.value)  # slow: sum_of_range


# Their hashes are all the same: each is compared with each before it.
_colliding = Load(
    lambda n: [i * sys.hash_info.modulus for i in range(1, n + 1)], set, start=500, power=2
)


@slow("hog", prepare=_colliding.prepare)
def hash_collisions() -> None:
    set(_colliding.value)  # slow: hash_collisions


_permutations = Load(lambda n: n, lambda n: _exhaust(_some_permutations(n)), start=1 << 14)


def _some_permutations(n: int) -> "itertools.islice[tuple[int, ...]]":
    return itertools.islice(itertools.permutations(range(14)), n)


@slow("hog", prepare=_permutations.prepare)
def permutations() -> None:
    _exhaust(_some_permutations(_permutations.value))  # slow: permutations


_objects = Load(lambda n: [(i, str(i)) for i in range(n)], pickle.dumps, start=1 << 13)


@slow("hog", prepare=_objects.prepare)
def pickle_dumps() -> None:
    pickle.dumps(_objects.value)  # slow: pickle_dumps


_accents = Load(
    lambda n: "é한ﬁ" * n, lambda text: unicodedata.normalize("NFKD", text), start=1 << 13
)


@slow("hog", prepare=_accents.prepare)
def unicode_normalize() -> None:
    unicodedata.normalize("NFKD", _accents.value)  # slow: unicode_normalize


_graph = [[i] for i in range(100_000)]
_collections = Load(lambda n: n, lambda n: _exhaust(map(gc.collect, [2] * n)), start=1)


@slow("hog", prepare=_collections.prepare)
def garbage_collection() -> None:
    _exhaust(map(gc.collect, [2] * _collections.value))  # slow: garbage_collection


_source = Load(
    lambda n: "x = a + b * (c - 1)\n" * n, lambda text: compile(text, "<text>", "exec"), start=256
)


@slow("hog", prepare=_source.prepare)
def compile_source() -> None:
    compile(_source.value, "<text>", "exec")  # slow: compile_source


_table = Load(lambda n: ["a,b,'c d',1"] * n, lambda lines: _exhaust(csv.reader(lines)), start=4096)


@slow("hog", prepare=_table.prepare)
def csv_rows() -> None:
    _exhaust(csv.reader(_table.value))  # slow: csv_rows


_xml = Load(lambda n: "<r>" + "<a b='c'>d</a>" * n + "</r>", ElementTree.fromstring, start=2048)


@slow("hog", prepare=_xml.prepare, innermost="XML")
def xml_parse() -> None:
    ElementTree.fromstring(_xml.value)  # slow: xml_parse


_precision = Load(
    lambda n: decimal.Context(prec=n),
    lambda context: context.exp(decimal.Decimal("1.7")),
    start=128,
    power=1.7,
)


@slow("hog", prepare=_precision.prepare)
def decimal_exp() -> None:
    _precision.value.exp(decimal.Decimal("1.7"))  # slow: decimal_exp


# A C library that waits, called without letting go of the GIL.
_libc = ctypes.PyDLL(None)


def sleep_with_gil(seconds: float) -> None:
    _libc.usleep(int(seconds * 1e6))  # slow: sleep_with_gil


@slow("hog")
def c_library_sleeps() -> None:
    _libc.usleep(int(SECONDS * 1e6))  # slow: c_library_sleeps
