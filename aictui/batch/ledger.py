"""What was compressed before, by content and settings, so that the next run passes over it.

The ledger is one SQLite file in the platform's state folder. It names files by their content and not by their path, so
a tree may be moved or renamed and is still known; and it puts nothing of its own into the user's folders. A row
is written before its result gets its final name: a run that is killed in between leaves a row without a file, which
only means that the file is made again.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aictui.codec.settings import Settings
from aictui.errors import OutputError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    source TEXT NOT NULL, settings TEXT NOT NULL, output TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (source, settings, output)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, inode INTEGER NOT NULL, hash TEXT NOT NULL
) WITHOUT ROWID;
"""


class Ledger:
    """Rows of (content hash of the source, settings, content hash and size of the result); safe to share by threads.

    Several processes may use one ledger. ``close`` it at the end.
    """

    def __init__(self, path: Path | None, tell: Callable[[str], object] | None = None) -> None:
        """Opens a file, or without one remembers nothing longer than it lives; raises `OutputError`.

        Where the file fails later, as its disk is full, ``tell`` hears that once, in a line, and what cannot be noted
        is forgotten; where another process keeps it locked, that is waited for once. Without ``tell``, whatever asks or
        notes raises `OutputError`.
        """
        self._lock = threading.Lock()
        self._tell = tell
        self._path = path
        self._fails = False
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                path or ":memory:", timeout=30, check_same_thread=False, isolation_level=None
            )
            self._database.executescript(_SCHEMA)
            with suppress(sqlite3.OperationalError):  # network and shared file systems may not have it
                self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
        except (OSError, sqlite3.Error) as error:
            raise OutputError(self._trouble(error)) from None

    def results(self, source: str, settings: str) -> dict[str, int]:
        """The sizes, by content hash, of the results that were made of this content with these settings."""
        rows = self._ask("SELECT output, size FROM results WHERE source = ? AND settings = ?", source, settings)
        return dict(rows)

    def record(self, source: str, settings: str, output: str, size: int) -> None:
        """Notes a result that is about to get its name, or was dropped for its size."""
        self._ask("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", source, settings, output, size)

    def content(self, path: Path) -> str | None:
        """The content hash of a file that was hashed before and has not been touched since."""
        status = path.stat()
        found = self._ask(
            "SELECT hash FROM contents WHERE path = ? AND size = ? AND modified = ? AND inode = ?",
            *(_name(path), status.st_size, _number(status.st_mtime_ns), _number(status.st_ino)),
        )
        return found[0][0] if found else None

    def remember(self, path: Path, size: int, modified: int, inode: int, content: str) -> None:
        """Keeps the content hash of a file as it was at this size, modification time (ns) and inode."""
        values = (_name(path), size, _number(modified), _number(inode), content)
        self._ask("INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?)", *values)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    def _ask(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            try:
                return self._database.execute(query, values).fetchall()
            except sqlite3.Error as error:
                problem = self._trouble(error)
            first, self._fails = not self._fails, True
            with suppress(sqlite3.Error):
                self._database.execute("PRAGMA busy_timeout=0")  # or each file would wait for one that is locked
        if self._tell is None:
            raise OutputError(problem)
        if first:
            self._tell(f"{problem}; what is done from now on may be done again by the next run")
        return []

    def _trouble(self, error: OSError | sqlite3.Error) -> str:
        reason = getattr(error, "strerror", None) or error
        # Not one of its subclasses, which tell of other things than a damaged file.
        way = "; remove it to start a new one" if type(error) is sqlite3.DatabaseError else ""
        return f"the ledger of compressed files {self._path} cannot be used: {reason}{way}"


def _name(path: Path) -> str:
    """A path as text that SQLite can hold: names may have bytes that are not UTF-8."""
    return str(path.absolute()).encode(errors="backslashreplace").decode()


def _number(value: int) -> int:
    """An inode, or a time in ns, as a number that SQLite can hold: some inodes are larger, and years after 2262."""
    return value % (1 << 63)


def default_path() -> Path:
    """The ledger in the platform's folder for the state of programs."""
    import platformdirs

    return platformdirs.user_state_path("aictui", appauthor=False) / "batch.sqlite"


def open_ledger(tell: Callable[[str], object], path: Path | None = None) -> Ledger:
    """The ledger at ``path``, or else the usual one; where it cannot be used, which is told, one that starts anew.

    Where it fails later, that is told once.
    """
    try:
        return Ledger(path or default_path(), tell)
    except OutputError as error:
        tell(f"{error}; what was done before is not known now")
        return Ledger(None)


def content_hash(data: bytes) -> str:
    """A short name for bytes: BLAKE2b with 20 bytes, in hexadecimal."""
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def settings_identity(settings: Settings) -> str:
    """A short name for settings and the content of their model; raises `MissingComponentError`."""
    from aictui.network import store

    values = asdict(settings) | {"model": store.find(settings.model).content_hash.hex(), "keep": sorted(settings.keep)}
    return content_hash(json.dumps(values, sort_keys=True).encode())
