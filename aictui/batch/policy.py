"""Where results go, and which results are worth keeping."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aictui.errors import UsageError
from aictui.file_type import SUFFIX
from aictui.printable import UNPRINTABLE

LONGEST_NAME = 255
"""Bytes of a file name that systems allow; some allow less."""

Place = Literal["beside", "mirror", "replace"]
Existing = Literal["skip", "overwrite"]


@dataclass(frozen=True)
class OutputPolicy:
    """What happens to results and originals.

    ``place``: ``beside`` the original; ``mirror``, the tree of folders anew under ``folder``; ``replace``, beside the
    original, which then goes to the trash. ``suffix`` is added to the name before ``.aic``. ``existing`` says what
    happens where a file of that name is there. A result that is not smaller than its original is dropped unless
    ``allow_larger``, and so is one that saves less than ``minimum_saving``, a fraction of the original's bytes.
    ``keep_dates`` gives results the modification time of their originals.
    """

    place: Place = "beside"
    folder: Path | None = None
    suffix: str = ""
    existing: Existing = "skip"
    allow_larger: bool = False
    minimum_saving: float = 0.0
    keep_dates: bool = True

    def __post_init__(self) -> None:
        if (self.place == "mirror") != (self.folder is not None):
            raise UsageError("a folder for the results goes with the place 'mirror', and only with it")
        if not 0 <= self.minimum_saving < 1:
            raise UsageError(f"the minimum saving is a share from 0 to below 1, not {self.minimum_saving:g}")
        if UNPRINTABLE.search(self.suffix) or any(separator in self.suffix for separator in "/\\"):
            raise UsageError(f"a suffix is part of a file name and cannot be {self.suffix!r}")
        length, most = len(self.suffix.encode(errors="replace")), LONGEST_NAME - len(f"a{SUFFIX}")
        if length > most:
            raise UsageError(f"a suffix is part of a file name and has at most {most} bytes, not {length}")

    def objection(self, source_bytes: int, result_bytes: int) -> str | None:
        """Why a result of this size is not worth keeping, ``None`` where it is."""
        if result_bytes >= source_bytes and not self.allow_larger:
            return f"the result would not be smaller ({result_bytes:,} bytes)"
        if self.minimum_saving and result_bytes > source_bytes * (1 - self.minimum_saving):
            saved = 1 - result_bytes / source_bytes
            return f"saves {100 * saved:.4g}%, less than the {100 * self.minimum_saving:.4g}% asked for"
        return None
