"""Whether a model has what settings ask of it, and which pictures are too large for memory."""

from typing import TYPE_CHECKING, Protocol

from aictui.chunkers.base import CHUNK
from aictui.counted import counted
from aictui.errors import TargetError, UsageError

if TYPE_CHECKING:
    from aictui.codec.settings import Settings, Target


class Limits(Protocol):
    """What a model and the header of its file both tell."""

    @property
    def name(self) -> str:
        """The name that people use."""

    @property
    def latents(self) -> int:
        """Latents of a chunk."""

    @property
    def levels(self) -> int:
        """How many levels of precision there are."""

    @property
    def tunes(self) -> tuple[str, ...]:
        """What it can be tuned for."""

    @property
    def max_planes(self) -> int:
        """The most refinements of precision."""


def check_limits(model: Limits, settings: "Settings") -> None:
    """Raises `UsageError` for latents, a tune or planes that a model has not got."""
    if settings.latents is not None and settings.latents > model.latents:
        raise UsageError(f"model {model.name} has {model.latents} latents a chunk, not {settings.latents}")
    if settings.tune is not None and settings.tune not in model.tunes:
        has = ", ".join(model.tunes) or "none"
        raise UsageError(f"model {model.name} has no tune {settings.tune!r}; its tunes: {has}")
    if (settings.planes or 0) > model.max_planes:
        most = f"at most {counted(model.max_planes, 'plane')}" if model.max_planes else "no planes"
        raise UsageError(f"model {model.name} has {most} of precision, and {settings.planes} were asked for")


def check_level(model: Limits, target: "Target") -> None:
    """Raises `TargetError` for a level that a model has not got."""
    if target.kind == "level" and target.value > model.levels - 1:
        raise TargetError(f"model {model.name} has levels 0 to {model.levels - 1}, not {target.value:g}")


def is_excessive(width: int, height: int) -> bool:
    """Whether a picture has more pixels than twice Pillow's limit, which may be an attack on memory.

    Those of whole chunks count: it is chunks that take memory, sixteen times as many for a row as for a square.
    """
    from PIL import Image

    limit = Image.MAX_IMAGE_PIXELS
    return limit is not None and -(-width // CHUNK) * -(-height // CHUNK) * CHUNK**2 > 2 * limit


def size_notice(width: int, height: int) -> str | None:
    """A notice where Pillow would warn of a picture's size."""
    from PIL import Image

    if Image.MAX_IMAGE_PIXELS is None or width * height <= Image.MAX_IMAGE_PIXELS:
        return None
    return f"a very large image: {width} × {height} pixels"
