import errno
import fcntl
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reports import report

from dogslow import notifications
from dogslow.notifications import HOUR_S, Kind, Notifications, admit, fingerprint


def the_file(folder: Path) -> Path:
    return folder / f".dogslow-notifications-{os.geteuid()}"


@pytest.fixture(autouse=True)
def no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept in the folder asked for is not kept in the machine's either.

    After tmp_path, which pytest makes in there.
    """
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/nonexistent")


def ask(folder: Path, times: int, limit: int = 2) -> list[int | None]:
    tickets = [Notifications(str(folder), limit).ask(report()) for _ in range(times)]
    return [ticket and ticket.suppressed for ticket in tickets]


def test_an_hour_has_as_many_as_allowed_and_the_rest_is_told_with_the_next() -> None:
    kind = Kind()
    assert [admit(kind, at, 2) for at in (0.0, 1.0, 2.0, 3.0)] == [0, 0, None, None]
    assert admit(kind, HOUR_S - 0.001, 2) is None
    assert admit(kind, HOUR_S, 2) == 3
    assert admit(kind, HOUR_S + 0.5, 2) is None
    assert admit(kind, HOUR_S + 1.0, 2) == 1


def test_none_are_allowed_if_that_is_the_limit() -> None:
    assert admit(Kind(), 0.0, 0) is None


def test_a_clock_that_was_set_back_does_not_silence() -> None:
    assert admit(Kind(sent=[5000.0, 5001.0], suppressed=4), 10.0, 2) == 4


def test_the_limit_holds_over_all_who_share_the_folder(tmp_path: Path) -> None:
    assert ask(tmp_path, 4) == [0, 0, None, None]
    other = report(where={"file": "a.py", "line": 1, "function": "other"})
    assert Notifications(str(tmp_path), 2).ask(other) is not None


def _ask_thrice(folder: str, ready: Any, results: Any) -> None:
    ready.wait()
    results.put([Notifications(folder, 5).ask(report()) is not None for _ in range(3)])


def test_the_limit_holds_over_processes_that_ask_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(5), context.Queue()
    processes = [
        context.Process(target=_ask_thrice, args=(str(tmp_path), ready, results)) for _ in range(5)
    ]
    for process in processes:
        process.start()
    allowed = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert sum(map(sum, allowed)) == 5
    [kept] = json.loads(the_file(tmp_path).read_bytes()).values()
    assert kept["suppressed"] == 10


def test_a_mail_that_failed_is_told_with_the_next_and_counts_for_the_hour(tmp_path: Path) -> None:
    limited = Notifications(str(tmp_path), 2)
    ticket = limited.ask(report())
    assert ticket is not None
    limited.give_back(ticket)
    assert ask(tmp_path, 2) == [1, None]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"id": "another", "elapsed_s": 9}, True),
        ({"where": {"file": "orders/views.py", "line": 42, "function": "pay"}}, True),
        ({"where": {"file": "orders/views.py", "line": 41, "function": "refund"}}, False),
        ({"verdict": {"code": "sleeping"}}, False),
        ({"request": {"method": "POST", "route": "pay"}}, False),
        ({"request": {"method": "GET", "route": "refund"}}, False),
    ],
)
def test_route_method_verdict_and_place_make_a_kind(changes: dict[str, Any], same: bool) -> None:
    assert (fingerprint(report(**changes)) == fingerprint(report())) == same


def test_a_client_cannot_make_kinds_with_methods_of_its_own() -> None:
    made = {fingerprint(report(request={"method": f"X{n}", "route": "pay"})) for n in range(9)}
    assert len(made) == 1


def test_the_file_is_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ask(tmp_path, 1)
    finally:
        os.umask(before)
    assert the_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [the_file(tmp_path).name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"' + b"a" * 32 + b'": 5}',
        b'{"' + b"a" * 32 + b'": {"sent": ["x"], "suppressed": 0, "last": 0}}',
        b'{"' + b"a" * 32 + b'": {"sent": [NaN], "suppressed": 0, "last": 0}}',
        b'{"' + b"a" * 32 + b'": {"sent": [1e999], "suppressed": 0, "last": 0}}',
        b'{"' + b"a" * 32 + b'": {"sent": [], "suppressed": 0.5, "last": 0}}',
        b'{"' + b"a" * 32 + b'": {"sent": [], "suppressed": 0, "last": 1' + b"0" * 400 + b"}}",
        b"[" * 500_000,
        b"\xff\xfe",
        b" " * 2**20 + b"{}",
        bytes(2**21),
    ],
)
def test_a_file_that_makes_no_sense_is_begun_anew(
    content: bytes, tmp_path: Path, said: Callable[[], list[str]]
) -> None:
    the_file(tmp_path).write_bytes(content)
    the_file(tmp_path).chmod(0o600)
    assert ask(tmp_path, 3) == [0, 0, None]
    assert len(json.loads(the_file(tmp_path).read_bytes())) == 1
    assert said() == []


def test_a_file_that_was_cut_at_any_byte_does_not_fail(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    whole = the_file(tmp_path).read_bytes()
    for size in range(len(whole)):
        the_file(tmp_path).write_bytes(whole[:size])
        assert ask(tmp_path, 1) == [0]


def _symlink(file: Path, victim: Path) -> None:
    file.symlink_to(victim)


def _dangling(file: Path, victim: Path) -> None:
    file.symlink_to(victim.with_name("nowhere"))


def _hardlink(file: Path, victim: Path) -> None:
    file.hardlink_to(victim)


def _pipe(file: Path, victim: Path) -> None:
    os.mkfifo(file, 0o600)


def _folder(file: Path, victim: Path) -> None:
    file.mkdir()


def _readable_by_all(file: Path, victim: Path) -> None:
    file.touch()
    file.chmod(0o644)


@pytest.mark.parametrize(
    "plant", [_symlink, _dangling, _hardlink, _pipe, _folder, _readable_by_all]
)
def test_what_is_not_our_file_is_left_alone_and_the_process_counts_for_itself(
    plant: Callable[[Path, Path], None], tmp_path: Path, said: Callable[[], list[str]]
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    victim.chmod(0o600)
    plant(the_file(tmp_path), victim)
    limited = Notifications(str(tmp_path), 2)
    tickets = [limited.ask(report()) for _ in range(4)]
    assert [t is not None for t in tickets] == [True, True, False, False]
    assert victim.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()
    assert len(said()) == 1
    assert "Mails are limited for each process by itself" in said()[0]


def test_a_file_of_another_user_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(tmp_path, 1)
    theirs = the_file(tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    theirs.rename(the_file(tmp_path))
    before = the_file(tmp_path).read_bytes()
    limited = Notifications(str(tmp_path), 1)
    assert [limited.ask(report()) is not None for _ in range(2)] == [True, False]
    assert the_file(tmp_path).read_bytes() == before


def test_a_lock_that_is_never_let_go_does_not_hold_us_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_LOCK_TRIES", 3)
    ask(tmp_path, 1)
    with the_file(tmp_path).open() as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        limited = Notifications(str(tmp_path), 1)
        assert [limited.ask(report()) is not None for _ in range(2)] == [True, False]
    assert ask(tmp_path, 2) == [0, None]


def test_a_full_disk_does_not_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.pwrite", full)
    assert ask(tmp_path, 3) == [0, 0, 0]


def test_the_temporary_folder_is_used_where_the_reports_folder_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert ask(tmp_path / "not" / "there", 3) == [0, 0, None]
    assert the_file(tmp_path).exists()


def test_what_nobody_needs_is_forgotten(tmp_path: Path) -> None:
    at = time.time() - 2 * HOUR_S
    kinds = {
        "e" * 32: {"sent": [at], "suppressed": 3, "last": at},
        "f" * 32: {"sent": [at], "suppressed": 0, "last": at},
    }
    the_file(tmp_path).write_text(json.dumps(kinds))
    the_file(tmp_path).chmod(0o600)
    ask(tmp_path, 1)
    kept = json.loads(the_file(tmp_path).read_bytes())
    assert sorted(kept) == sorted(["e" * 32, fingerprint(report())])


def test_the_file_stays_small_and_forgets_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    kinds: dict[str, Any] = {}
    while len(json.dumps(kinds)) < 5000:
        age = len(kinds) + 1
        kinds[f"{age:032x}"] = {"sent": [now - age], "suppressed": 0, "last": now - age}
    the_file(tmp_path).write_text(json.dumps(kinds))
    the_file(tmp_path).chmod(0o600)
    monkeypatch.setattr(notifications, "_MAX_BYTES", len(json.dumps(kinds)))
    ask(tmp_path, 1)
    kept = json.loads(the_file(tmp_path).read_bytes())
    assert the_file(tmp_path).stat().st_size < 5000
    assert fingerprint(report()) in kept
    assert f"{1:032x}" in kept
    assert f"{len(kinds):032x}" not in kept


def test_no_more_kinds_than_anybody_reads_are_kept(tmp_path: Path) -> None:
    now = time.time()
    kinds = {
        f"{n:032x}": {"sent": [now - 1], "suppressed": 0, "last": now - 1 - n} for n in range(1500)
    }
    the_file(tmp_path).write_text(json.dumps(kinds))
    the_file(tmp_path).chmod(0o600)
    ask(tmp_path, 1)
    kept = json.loads(the_file(tmp_path).read_bytes())
    assert len(kept) == 1000
    assert fingerprint(report()) in kept
    assert f"{0:032x}" in kept
    assert f"{1499:032x}" not in kept
