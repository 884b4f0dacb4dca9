"""Temporary names of files that are being written, and the removal of those that killed processes left behind."""

import hashlib
import os
import platform
import re
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

_NAME = re.compile(r"\.aictui-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.partial")
_LONGEST_WRITE = 24 * 3600.0
"""Seconds after which a temporary file of another machine is left over: nobody here can tell whether it is at work."""


def partial_path(path: Path) -> Path:
    """A temporary name beside ``path`` that tells who is writing; short, since some systems allow no long names."""
    return path.parent / f".aictui-{_machine()}-{os.getpid()}-{os.urandom(4).hex()}.partial"


def remove_leftovers(folder: Path) -> int:
    """Removes temporary files of killed processes from a folder and returns how many there were."""
    count = 0
    with suppress(OSError):
        for entry in os.scandir(folder):
            match = _NAME.fullmatch(entry.name)
            with suppress(OSError):
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
