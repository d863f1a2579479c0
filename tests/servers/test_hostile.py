"""Clients, names and disks that mean ill: the site serves on, and what is lost is counted."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from .harness import Report, Server, wait_for

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def stat_of(server: Server, name: str) -> int:
    return json.loads(server.get("/stats/").text)[name]


def assert_harmless(report: Report) -> None:
    text = report.text
    assert CONTROL.search(text) is None, repr(CONTROL.search(text))
    assert sum(line.startswith("GET ") for line in text.split("\n")) == 1
    assert text.split("\n")[2].startswith("GET http://")
    assert report.finished()["status"] == 200


def test_control_characters_of_a_path_do_not_get_through() -> None:
    path = quote("/path/a\r\nGET http://forged/\r\nVerdict:    forged\x1b[31m\u202e\0b", safe="/")
    with Server() as server:
        server.send(path, mark="path")
        report = server.report("path")
        assert "\nVerdict:    forged" not in report.text
        assert_harmless(report)


def test_raw_bytes_of_a_request_do_not_get_through() -> None:
    with Server() as server:
        assert server.get("/hostile/").status == 200
        (report,) = [r for r in server.reports() if "evil" in (r.url or "")]
        assert "\nVerdict:    forged" not in report.text
        assert_harmless(report)
        # Escapes in JSON are JSON's business; but no line of it may be cut in two.
        assert len(report.jsonl.read_bytes().split(b"\n")) == len(report.events) + 1


def test_a_url_of_a_megabyte_is_cut() -> None:
    with Server(args=["--limit-request-line=0"], worker="gthread") as server:
        sent = server.send("/sleep/", mark="long", padding="x" * 1_000_000)
        report = server.report("long")
        assert_harmless(report)
        assert len(report.log.read_bytes()) < 200_000
        assert len(report.jsonl.read_bytes()) < 400_000
        assert sent.response().status == 200


def test_a_report_replaced_by_a_link_is_not_written_through(tmp_path: Path) -> None:
    victim, other = tmp_path / "victim", tmp_path / "other"
    for file in (victim, other):
        file.write_text("precious\n")
    with Server() as server:
        for mark, name in (("log", "log"), ("jsonl", "jsonl")):
            for link in (os.symlink, os.link):
                mark_of_it = f"{mark}-{link.__name__}"
                sent = server.send("/sleep/", mark=mark_of_it)
                report = server.report(mark_of_it)
                assert sent.running
                target = report.log.with_suffix(f".{name}")
                target.unlink()
                link(victim if link is os.symlink else other, target)
                assert sent.response().status == 200
        wait_for("four losses are counted", lambda: stat_of(server, "write_errors") >= 4)
        assert victim.read_text() == other.read_text() == "precious\n"


def test_a_folder_that_is_removed_is_made_anew() -> None:
    with Server() as server:
        sent = server.send("/sleep/", mark="before")
        server.report("before")
        shutil.rmtree(server.output)
        assert sent.response().status == 200
        wait_for("the lost end is counted", lambda: stat_of(server, "write_errors") >= 1)
        server.send("/sleep/", mark="after")
        assert server.report("after").finished()["status"] == 200


def test_a_folder_that_is_replaced_is_followed_by_its_path() -> None:
    with Server() as server:
        server.send("/sleep/", mark="before")
        server.report("before").finished()
        server.output.rename(server.folder / "rotated")
        server.output.mkdir(mode=0o700)
        server.send("/sleep/", mark="after")
        report = server.report("after")
        assert report.log.parent == server.output
        assert report.finished()["status"] == 200


def test_a_folder_that_cannot_be_made_is_counted_and_the_site_serves() -> None:
    with Server() as server:
        server.output.write_text("a file is in the way\n")
        assert server.send("/sleep/", mark="lost").response().status == 200
        wait_for("the loss is counted", lambda: stat_of(server, "write_errors") >= 1)
        wait_for("the loss is told", lambda: "dogslow" in server.stderr)
        server.output.unlink()
        server.send("/sleep/", mark="found")
        assert server.report("found").finished()["status"] == 200


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    command = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", str(disk)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small file system cannot be mounted here: {error}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_loses_reports_whole_and_counts_them(small_disk: Path) -> None:
    with Server(output=small_disk / "reports") as server:
        server.send("/sleep/", mark="fits")
        server.report("fits").finished()
        filler = small_disk / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 4096)
        except OSError:
            pass
        sent = [server.send("/sleep/", mark=f"lost-{i}", seconds=1) for i in range(4)]
        assert all(request.response().status == 200 for request in sent)
        wait_for("four losses are counted", lambda: stat_of(server, "write_errors") >= 4)
        names = {file.name for file in server.output.iterdir()}
        first = server.report("fits")
        assert names == {first.log.name, first.jsonl.name}
        filler.unlink()
        server.send("/sleep/", mark="again")
        assert server.report("again").finished()["status"] == 200
