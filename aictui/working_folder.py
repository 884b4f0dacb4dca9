"""The working folder, in which the files that a user names are found."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def same_working_folder() -> Iterator[None]:
    """Goes back to the working folder at the end of a block, in which a plugin's code may leave it."""
    folder = _working_folder()
    try:
        yield
    finally:
        if folder is not None and folder != _working_folder():
            with suppress(OSError):
                os.chdir(folder)


def _working_folder() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was removed
        return None
