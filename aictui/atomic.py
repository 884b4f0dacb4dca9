"""Files that are there whole or not at all, whatever happens while they are written."""

import errno
import os
import shutil
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path

from aictui.partial import partial_path, remove_leftovers

ORDINARY = 0o666
"""The permissions of an ordinary file, less those that the user's mask takes away, as of every new file."""


def permissions_like(source: Path) -> int:
    """The permissions of a result: no more people may read or write it than its source, besides its owner."""
    try:
        return stat.S_IMODE(source.stat().st_mode) & ORDINARY | stat.S_IRUSR | stat.S_IWUSR
    except (OSError, ValueError):  # standard input, or a source that is gone
        return ORDINARY


Times = tuple[int, int]
"""Access and modification time, in ns."""


def write(
    path: Path, data: bytes, *, overwrite: bool = True, permissions: int = ORDINARY, times: Times | None = None
) -> None:
    """Writes a file under a temporary name, then gives it its own in one step; a replaced file's permissions stay.

    Raises `OSError`, of which `FileExistsError` where the file is there and must not be replaced; nothing is left
    behind then, and what killed processes left in the folder is removed. What is written is still there after a loss of
    power, where the file system can promise that.
    """
    _tidy(path.parent)
    partial = partial_path(path)
    try:
        write_through(partial, data, permissions, times)
        if path.exists():
            with suppress(OSError):  # some file systems have none
                shutil.copymode(path, partial)
        give_name(partial, path, overwrite=overwrite)
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@cache
def _tidy(folder: Path) -> None:
    """Removes leftovers from a folder, once: it may hold a great many files."""
    remove_leftovers(folder)


def check_folder(folder: Path) -> None:
    """Raises `OSError` for a folder that nothing can be written to, or that cannot be made: before long work."""
    while not os.path.exists(folder) and folder != folder.parent:  # noqa: PTH110 - that raises where nobody may look
        folder = folder.parent
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def write_through(path: Path, data: bytes, permissions: int = ORDINARY, times: Times | None = None) -> None:
    """Writes a new file and forces it to the disk; ``times`` are set where the file system can."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, permissions)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if times is not None:
        with suppress(OSError):  # file systems of cameras and networks may keep no dates
            os.utime(path, ns=times)


def give_name(partial: Path, path: Path, *, overwrite: bool) -> None:
    """Makes a finished file appear as ``path``; its temporary name may stay.

    Raises `FileExistsError` rather than replace a file, unless that is asked for, and `OSError` for a device.
    """
    if overwrite:
        if path.exists() and not path.is_file():  # a device, which root could replace
            raise OSError(errno.EINVAL, "It is not an ordinary file", str(path))
        partial.replace(path)
        return
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)


def sync_folder(folder: Path) -> None:
    """Forces the names in a folder to the disk, where the system can do that."""
    if os.name == "nt":
        return
    with suppress(OSError):  # some file systems cannot
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
