import os
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from aictui.batch.ledger import Ledger, content_hash, open_ledger
from aictui.errors import OutputError


def test_results_are_found_by_content_and_settings(ledger: Ledger) -> None:
    ledger.record("source", "16x", "first", 10)
    ledger.record("source", "16x", "second", 11)
    ledger.record("source", "32x", "third", 5)
    assert ledger.results("source", "16x") == {"first": 10, "second": 11}
    assert ledger.results("source", "8x") == {}


def test_a_content_hash_is_kept_until_the_file_is_touched(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one")
    status = file.stat()
    ledger.remember(file, status.st_size, status.st_mtime_ns, status.st_ino, content_hash(b"one"))
    assert ledger.content(file) == content_hash(b"one")
    file.write_bytes(b"three")
    assert ledger.content(file) is None


def test_a_name_that_is_no_utf8_has_a_content_hash_too(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        file.write_bytes(b"one")
    except OSError:
        pytest.skip("this file system wants UTF-8")
    status = file.stat()
    ledger.remember(file, status.st_size, status.st_mtime_ns, status.st_ino, content_hash(b"one"))
    assert ledger.content(file) == content_hash(b"one")


@pytest.mark.parametrize("modified", [10**19, -(10**18)])
def test_a_date_of_another_century_has_a_content_hash_too(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modified: int
) -> None:
    file = tmp_path / "a"
    status = SimpleNamespace(st_size=3, st_mtime_ns=modified, st_ino=1)
    monkeypatch.setattr(Path, "stat", lambda path: status)
    ledger.remember(file, 3, modified, 1, "hash")
    assert ledger.content(file) == "hash"
    status.st_mtime_ns += 1
    assert ledger.content(file) is None


def test_rows_survive_closing_and_are_shared_by_threads(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    ledger = Ledger(path)
    threads = [threading.Thread(target=ledger.record, args=("s", "k", str(n), n)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.close()
    again = Ledger(path)
    assert len(again.results("s", "k")) == 20
    again.close()


def test_a_file_system_without_shared_memory_has_a_ledger_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(sqlite3.Connection):
        def execute(self, query: str, *values: object) -> sqlite3.Cursor:
            if "WAL" in query:
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(query, *values)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Plain))
    ledger = Ledger(tmp_path / "l.sqlite")
    ledger.record("source", "16x", "first", 10)
    assert ledger.results("source", "16x") == {"first": 10}
    ledger.close()


def test_a_ledger_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    path.write_text("this is not a database, and long enough to be looked at as one" * 100)
    with pytest.raises(OutputError, match="cannot be used: file is not a database"):
        Ledger(path)
    told: list[str] = []
    ledger = open_ledger(told.append, path)
    ledger.record("source", "16x", "first", 10)
    assert ledger.results("source", "16x") == {"first": 10}
    ledger.close()
    way = "remove it to start a new one; what was done before is not known now"
    assert told == [f"the ledger of compressed files {path} cannot be used: file is not a database; {way}"]


def test_a_ledger_that_turns_out_to_be_damaged_is_told_with_the_way_out(tmp_path: Path) -> None:
    path, told = tmp_path / "l.sqlite", list[str]()
    ledger = Ledger(path)
    for number in range(200):
        ledger.record(f"s{number}", "16x", "first", 10)
    ledger.close()
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"?" * (len(data) - 4096))
    ledger = open_ledger(told.append, path)
    assert ledger.results("s1", "16x") == {}
    ledger.close()
    assert [text.count(f"{path} cannot be used") for text in told] == [1]
    assert "; remove it to start a new one; " in told[0]


def test_a_ledger_that_fails_later_is_told_too(ledger: Ledger) -> None:
    ledger.close()
    with pytest.raises(OutputError):
        ledger.results("s", "k")


def test_a_ledger_whose_disk_fills_is_told_once_and_still_asked(tmp_path: Path) -> None:
    path, told = tmp_path / "l.sqlite", list[str]()
    ledger = open_ledger(told.append, path)
    ledger.record("source", "16x", "first", 10)
    ledger._database.execute("PRAGMA query_only=ON")
    for number in range(3):
        ledger.record(f"s{number}", "16x", "second", 10)
        ledger.remember(path, 1, 1, 1, "hash")
    assert len(told) == 1
    assert f"the ledger of compressed files {path} cannot be used: attempt to write" in told[0]
    assert "remove it" not in told[0]
    assert ledger.results("source", "16x") == {"first": 10}
    ledger.close()


def test_a_ledger_that_another_process_keeps_locked_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told = tmp_path / "l.sqlite", list[str]()
    patience = 0.5
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *place, **how: connect(*place, **how | {"timeout": patience}))
    ledger = open_ledger(told.append, path)
    ledger._database.execute("PRAGMA journal_mode=DELETE")  # as where a lock keeps readers away too
    other = connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    for number in range(4):
        assert ledger.results("source", "16x") == {}
        ledger.record(f"s{number}", "16x", "first", 10)
    assert time.monotonic() - started < 2 * patience
    assert len(told) == 1
    assert "database is locked" in told[0]
    other.close()
    ledger.record("source", "16x", "first", 10)
    assert ledger.results("source", "16x") == {"first": 10}
    ledger.close()


def test_files_whose_inodes_are_too_large_for_the_database_are_remembered(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    large = SimpleNamespace(st_size=0, st_mtime_ns=1, st_ino=(1 << 64) - 1)
    monkeypatch.setattr(Path, "stat", lambda _: large)
    ledger.remember(path, large.st_size, large.st_mtime_ns, large.st_ino, "hash")
    assert ledger.content(path) == "hash"
