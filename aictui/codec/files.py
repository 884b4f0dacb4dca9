"""Files written whole or not at all."""

from pathlib import Path
from typing import Literal

Overwrite = Literal["error", "overwrite", "skip", "rename"]
"""What to do where the output exists; ``rename`` adds a number to the name."""


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises `InputError`."""
    raise NotImplementedError


def write_file(path: Path, data: bytes, overwrite: Overwrite = "error") -> Path | None:
    """Writes a file whole or not at all, and returns where it went, or ``None`` where it was skipped.

    Raises `OutputError`; nothing is left behind then.
    """
    raise NotImplementedError


def output_path(path: Path, overwrite: Overwrite) -> Path | None:
    """Where `write_file` would write now: tells before long work starts; raises `OutputError`."""
    raise NotImplementedError
