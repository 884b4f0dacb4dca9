"""What somebody who trains a model asks for."""

import math
from dataclasses import dataclass
from pathlib import Path

from aictui.errors import UsageError

LONGEST_NAME = 100
"""The most bytes that a model's name may have, since files are named after it."""


@dataclass(frozen=True)
class TrainingRequest:
    """What to train: a folder of photos, the name to save under, and how long.

    ``start`` names a model to start from. A training of the same name that was interrupted goes on where it was,
    unless ``fresh``. ``minutes`` counts time in steps and measuring over all runs; ``steps`` also ends it.
    ``exact`` takes the progressive loss as the full sum (`classic`); ``half`` permits bfloat16 where that is faster.
    ``batch`` counts chunks (`classic`) or crops (`photo`) of a step, ``crop`` is the side of a crop in pixels.
    """

    folder: Path
    name: str
    architecture: str = "classic"
    chunker: str | None = None
    start: str | None = None
    minutes: float = 30.0
    steps: int | None = None
    batch: int | None = None
    crop: int | None = None
    learning_rate: float | None = None
    seed: int = 0
    fresh: bool = False
    exact: bool = False
    half: bool = True

    def __post_init__(self) -> None:
        if not self.name or not all(letter.isalnum() or letter in "-_." for letter in self.name):
            raise UsageError(f"a model's name has letters, digits, '-', '_' and '.', not {self.name!r}")
        if len(self.name.encode()) > LONGEST_NAME:
            raise UsageError(f"a model's name has at most {LONGEST_NAME} bytes, and {self.name!r} has more")
        if self.exact and self.architecture != "classic":
            raise UsageError(f"the exact loss is that of architecture classic; {self.architecture} has no such choice")
        if not 0 < self.minutes < math.inf:
            raise UsageError(f"training takes more than 0 minutes, not {self.minutes:g}")
        if self.learning_rate is not None and not 0 < self.learning_rate < math.inf:
            raise UsageError(f"a learning rate is above 0, such as 0.001, not {self.learning_rate:g}")
