"""Reading and writing the files that a user names; whatever goes wrong is told in one line."""

import errno
import os
from pathlib import Path
from typing import BinaryIO, Literal

from aictui import atomic
from aictui.errors import InputError, OutputError, UsageError, reason_of
from aictui.file_type import IMAGE_SUFFIXES, SUFFIX

Overwrite = Literal["error", "overwrite", "skip", "rename"]
"""What to do where the output exists; ``rename`` adds a number to the name."""


def read_file(path: Path, magic: bytes = b"") -> bytes:
    """The bytes of a file, or only the first ones where those are not ``magic``: the file may be huge, or have no end.

    Raises `InputError`.
    """
    try:
        with path.open("rb") as file:
            return read_from(file, magic)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except IsADirectoryError:
        locked = not os.access(path, os.R_OK | os.X_OK)
        what = "cannot be looked into (permission denied)" if locked else "is a folder, not a file"
        raise InputError(f"{path} {what}") from None
    except PermissionError:
        raise InputError(f"{path} may not be read (permission denied)") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {reason_of(error)}") from None


def read_from(file: BinaryIO, magic: bytes = b"") -> bytes:
    """All of a file that is open, or only its first bytes where those are not ``magic``."""
    start = file.read(len(magic))
    return start + file.read() if start == magic else start


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name to read from; raises `InputError` for what cannot be a name."""
    try:
        return path.is_dir()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason_of(error)}") from None


def write_file(
    path: Path, data: bytes, overwrite: Overwrite = "error", *, source: Path | None = None, keep_dates: bool = False
) -> Path | None:
    """Writes a file whole or not at all, and returns where it went, or ``None`` where it was skipped.

    A new file is open to no more people than the ``source`` that it is made of, and with ``keep_dates`` dated like it.
    Raises `OutputError`; nothing is left behind then, and a file that was there is as it was.
    """
    times = _times(source) if keep_dates and source is not None else None
    permissions = atomic.ORDINARY if source is None else atomic.permissions_like(source)
    try:
        while (target := output_path(path, overwrite)) is not None:
            if _is_device(target):
                target.write_bytes(data)
                return target
            target = Path(os.path.realpath(target))  # a link stays a link, unless it leads back to itself
            try:
                replace = overwrite == "overwrite"
                atomic.write(target, data, overwrite=replace, permissions=permissions, times=times)
            except FileExistsError:  # it appeared meanwhile
                continue
            return target
    except (OSError, ValueError) as error:
        raise OutputError(unwritable(path, error)) from None
    return None


def _times(source: Path) -> atomic.Times | None:
    try:
        status = source.stat()
    except (OSError, ValueError):  # standard input, or a source that is gone
        return None
    return status.st_atime_ns, status.st_mtime_ns


def check_name(path: Path) -> None:
    """Raises `OutputError` for a path at which the system cannot even look, as its name is too long."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError) as error:
        raise OutputError(unwritable(path, error)) from None


def output_path(
    path: Path, overwrite: Overwrite, way: str = "choose another name, or allow overwriting"
) -> Path | None:
    """Where `write_file` would write now, ``None`` where it would skip: tells before long work starts.

    Raises `OutputError`, which for a file that exists names the ``way`` out.
    """
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file in it")
        if not path.parent.is_dir():
            raise OutputError(f"{path} cannot be written: there is no folder {path.parent}")
        if not os.path.lexists(path) or overwrite == "overwrite" or _is_device(path):
            return path
    except OSError as error:
        raise OutputError(unwritable(path, error)) from None
    if overwrite == "skip":
        return None
    if overwrite == "rename":
        return _free_name(path)
    raise OutputError(f"{path} exists; {way}")


def keep_source(path: Path, source: Path) -> None:
    """Raises `OutputError` where a result at ``path`` would take the place of the file that it is made of."""
    if os.path.isfile(path) and os.path.exists(source) and path.samefile(source):  # noqa: PTH110, PTH113 - take any name
        raise OutputError(f"{path} is the file that the result is made of; choose another name")


def check_suffix(path: Path) -> None:
    """Raises `UsageError` for the name of an image of another format, as which nothing would open the result."""
    if path.suffix.lower() in IMAGE_SUFFIXES:
        told = f"{path} is the name of an image of another format, and the result is an {SUFFIX} file"
        raise UsageError(f"{told}; name it {path.with_suffix(SUFFIX).name}, for instance")


def _is_device(path: Path) -> bool:
    """Whether a path is there and neither file nor folder: a terminal, a pipe; nothing is replaced then."""
    return path.exists() and not path.is_file()


def _free_name(path: Path) -> Path:
    number = 2
    while os.path.lexists(candidate := path.with_name(f"{path.stem}-{number}{path.suffix}")):
        number += 1
    return candidate


def unwritable(path: Path, error: OSError | ValueError) -> str:
    """Why a file cannot be written, in a line."""
    number = getattr(error, "errno", None)
    if isinstance(error, PermissionError) or number == errno.EROFS:
        return f"{path} may not be written (permission denied)"
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return f"{path} cannot be written: the disk is full"
    if number == errno.ENAMETOOLONG:
        return f"{path} cannot be written: the name is too long"
    return f"{path} cannot be written: {reason_of(error)}"
