"""What a running batch tells, from its worker threads, to whoever shows it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aictui.batch.plan import Item

State = Literal["done", "kept", "skipped", "failed", "cancelled", "planned"]
"""``kept``: the original stays, for the result was not worth it; ``planned``: a dry run would have compressed it."""


@dataclass(frozen=True)
class FileResult:
    """What became of a file; ``reason`` says why where it is not simply done, ``notices`` what was lost on the way.

    ``width`` and ``height`` are those of the picture, 0 where it was not read; ``psnr`` is in dB where it was measured.
    """

    item: Item
    state: State
    output: Path | None = None
    source_bytes: int = 0
    output_bytes: int = 0
    ratio: float = 0.0
    seconds: float = 0.0
    reason: str = ""
    notices: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    psnr: float | None = None


@dataclass(frozen=True)
class Started:
    """Work on a file begins."""

    item: Item


@dataclass(frozen=True)
class Advanced:
    """A file is at this fraction of its work, in this phase."""

    item: Item
    fraction: float
    phase: str


@dataclass(frozen=True)
class Finished:
    """A file is through: ``done`` of ``total`` are, and the rest should take ``seconds_left`` (``None``: unknown)."""

    result: FileResult
    done: int
    total: int
    seconds_left: float | None


Event = Started | Advanced | Finished
