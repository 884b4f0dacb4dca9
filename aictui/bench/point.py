"""One measured point of a rate–distortion curve."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One image through one codec at one setting.

    ``setting`` is the codec's own number (a quality, a level), the same for every image; ``size`` is the bytes of
    the real file and ``pixels`` those of the image; times are in seconds; ``scores`` holds values by metric id.
    """

    image: str
    codec: str
    setting: int
    size: int
    pixels: int
    encode_seconds: float
    decode_seconds: float
    scores: Mapping[str, float]

    @property
    def bits_per_pixel(self) -> float:
        """Bits of the file for each pixel of the image."""
        return 8 * self.size / self.pixels
