"""Writing results so that a file is there whole or not at all, whatever happens."""

import contextlib
import hashlib
import os
import platform
import re
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from aictui import atomic
from aictui.alone import alone
from aictui.atomic import ORDINARY, Times, give_name, write_through
from aictui.codec.files import unwritable
from aictui.errors import OutputError, reason_of

_PARTIAL = re.compile(r"\.aictui-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.partial")
_LONGEST_WRITE = 24 * 3600.0
"""Seconds after which a temporary file of another machine is left over: nobody here can tell whether it is at work."""

_trashing = threading.Lock()


def write(
    path: Path,
    data: bytes,
    *,
    overwrite: bool,
    times: Times | None,
    ready: Callable[[], None],
    permissions: int = ORDINARY,
) -> None:
    """Writes ``data`` under a temporary name, calls ``ready``, then gives it its name in one step.

    ``times`` and ``permissions`` as in `aictui.atomic.write_through`. Raises `OutputError` where the file cannot be
    written, or is there and may not be replaced; nothing is left behind then.
    """
    partial = path.parent / f".aictui-{_machine()}-{os.getpid()}-{os.urandom(4).hex()}.partial"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_through(partial, data, permissions, times)
        ready()
        give_name(partial, path, overwrite=overwrite)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise OutputError(f"{path} is there already; overwrite it or choose another place") from None
        raise OutputError(unwritable(path, error)) from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """As `atomic.check_folder`, but raises `OutputError`."""
    try:
        atomic.check_folder(folder)
    except NotADirectoryError as error:
        raise OutputError(f"{error.filename} is not a folder, so no results can be written there") from None
    except PermissionError as error:
        raise OutputError(f"{error.filename} may not be written to (permission denied)") from None


def remove_leftovers(folders: Iterable[Path]) -> int:
    """Removes temporary files of killed runs from ``folders`` and returns how many there were."""
    count = 0
    for folder in set(folders):
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                match = _PARTIAL.fullmatch(entry.name)
                with contextlib.suppress(OSError):
                    if match and _is_left_over(entry, match[1], int(match[2])):
                        Path(entry.path).unlink()
                        count += 1
    return count


def _is_left_over(entry: os.DirEntry[str], machine: str, process: int) -> bool:
    if machine == _machine() and os.name != "nt":  # where nothing tells whether a process runs without a risk to it
        return not _is_running(process)
    return time.time() - entry.stat().st_ctime > _LONGEST_WRITE


@cache
def _machine() -> str:
    """A short name of where numbers of processes mean something: a machine, or a container on it."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - it leads to no path
    except OSError:  # not Linux
        space = ""
    return hashlib.blake2b(f"{platform.node()} {space}".encode(errors="replace"), digest_size=4).hexdigest()


def move_to_trash(path: Path) -> None:
    """Moves an original to the platform's trash; raises `OutputError`.

    One at a time, of all that this user's batches move: the trash is searched for a free name before the move, and two
    files of one name from different folders would take the same.
    """
    import send2trash

    try:
        atomic.check_folder(path.parent)  # or the trash would note a file that never comes
        with _trashing, alone("trash"):
            send2trash.send2trash(path)
    except OSError as error:
        place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        problem = f"{place}{reason_of(error)}"
        raise OutputError(f"{path} was compressed but cannot be moved to the trash: {problem}") from None


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # a number that no process has
        return False
    except PermissionError:
        return True
    return True
