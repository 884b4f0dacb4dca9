"""Writing results so that a file is there whole or not at all, whatever happens."""

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from aictui import atomic
from aictui.alone import alone
from aictui.atomic import ORDINARY, Times, give_name, write_through
from aictui.codec.files import unwritable
from aictui.errors import OutputError, reason_of
from aictui.partial import partial_path

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
    partial = partial_path(path)
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
