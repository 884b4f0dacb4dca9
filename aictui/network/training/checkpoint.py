"""The file from which an interrupted training goes on."""

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from aictui import atomic
from aictui.alone import alone
from aictui.errors import FormatError, OutputError


class Checkpoint:
    """Everything that a training needs to go on, in one file that is replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def alone(self) -> AbstractContextManager[None]:
        """Keeps other trainings off the file for a block; it raises `OutputError` where one uses it already."""
        digest = hashlib.sha256(os.fsencode(os.path.realpath(self.path))).hexdigest()[:16]
        running = f"a training called {self.path.stem} is running already; wait for its end, or take another --out"
        return alone(f"training-{digest}", OutputError(running))

    def save(self, arrays: Mapping[str, Any]) -> None:
        """Replaces the file; where that fails the last state survives, and `OutputError` is raised."""
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self.path, buffer.getvalue())
        except OSError as error:
            raise OutputError(f"the checkpoint {self.path} cannot be written: {error.strerror}") from None

    def check_place(self) -> None:
        """Raises `OutputError` where it cannot be written, before hours go into what it keeps."""
        folder = self.path.parent
        try:
            atomic.check_folder(folder)
        except OSError as error:
            raise OutputError(f"the folder of models {folder.parent} cannot be written: {error.strerror}") from None

    def load(self) -> dict[str, Any] | None:
        """What was saved, or ``None`` where there is nothing; raises `FormatError` where it is damaged."""
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise FormatError(f"the checkpoint {self.path} cannot be read: {error}") from error

    def remove(self) -> None:
        """Forgets it, the training being done."""
        self.path.unlink(missing_ok=True)
