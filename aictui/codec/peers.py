"""Other image formats at the same number of bytes, for comparison."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aictui.errors import UsageError
from aictui.progress import Progress, silent

if TYPE_CHECKING:
    from PIL import Image

Save = Callable[["Image.Image", io.BytesIO, int], None]
"""Writes an image into a buffer at a quality setting."""


@dataclass(frozen=True)
class Peer:
    """An established format as Pillow writes it.

    ``qualities`` are the first and the last value of its quality setting, growing with the number of bytes;
    ``label`` is a format string for a quality, such as ``quality {}``; ``effort`` names the settings that stay fixed.
    """

    id: str
    title: str
    qualities: tuple[int, int]
    label: str
    effort: str
    save: Save


@dataclass(frozen=True)
class PeerResult:
    """An image as a peer shows it.

    ``pixels`` is (height, width, 3) uint8; ``setting`` is the quality in the peer's own words; ``fits`` is false
    where even the peer's worst quality takes more bytes than asked; ``seconds`` is the time of the final encoding.
    """

    peer: Peer
    pixels: NDArray[np.uint8]
    size: int
    quality: int
    fits: bool
    seconds: float

    @property
    def setting(self) -> str:
        """The quality setting in the words of the format, such as ``quality 41``."""
        return self.peer.label.format(self.quality)


def available() -> tuple[Peer, ...]:
    """The peers that this installation of Pillow can write and read, best known first."""
    from PIL import features

    peers = [Peer("jpeg", "JPEG", (1, 95), "quality {}", "4:2:0, optimised, progressive", _save_jpeg)]
    if features.check("webp"):
        peers.append(Peer("webp", "WebP", (0, 100), "quality {}", "method 6", _save_webp))
    if features.check("avif"):
        peers.append(Peer("avif", "AVIF", (0, 100), "quality {}", "speed 6, 4:2:0", _save_avif))
    if _has_jpeg_xl():
        peers.append(Peer("jxl", "JPEG XL", (1, 99), "quality {}", "effort 7", _save_jpeg_xl))
    return tuple(peers)


def find(peer_id: str) -> Peer:
    """The available peer of that id; raises `UsageError`."""
    peers = {peer.id: peer for peer in available()}
    if peer_id not in peers:
        raise UsageError(f"there is no peer format {peer_id!r} here; choose one of {', '.join(peers)}")
    return peers[peer_id]


def match(pixels: NDArray[np.uint8], peer: Peer, size: int, progress: Progress = silent) -> PeerResult:
    """The peer's picture of (height, width, 1 or 3) uint8 ``pixels`` at the best quality within ``size`` bytes.

    Bytes grow with quality, nearly: a bisection over the whole-numbered setting, at most eight encodings. ``progress``
    is told before each and may raise `Cancelled`. Where nothing fits, the result is the worst quality.
    """
    from PIL import Image

    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).convert("RGB")
    low, high = peer.qualities
    steps = (high - low).bit_length() + 1
    best: tuple[int, bytes, float] | None = None
    first, last = low, high
    for step in range(steps):
        if first > last:
            break
        progress(step / steps, f"{peer.title} at {size:,} bytes")
        quality = (first + last) // 2
        data, seconds = _timed(peer, image, quality)
        if len(data) <= size:
            best, first = (quality, data, seconds), quality + 1
        else:
            last = quality - 1
    fits = best is not None
    quality, data, seconds = best if best is not None else (low, *_timed(peer, image, low))
    with Image.open(io.BytesIO(data)) as decoded:
        shown = np.asarray(decoded.convert("RGB"))
    return PeerResult(peer, shown, len(data), quality, fits, seconds)


def _timed(peer: Peer, image: Image.Image, quality: int) -> tuple[bytes, float]:
    buffer = io.BytesIO()
    start = time.perf_counter()
    peer.save(image, buffer, quality)
    return buffer.getvalue(), time.perf_counter() - start


def _save_jpeg(image: Image.Image, buffer: io.BytesIO, quality: int) -> None:
    image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")


def _save_webp(image: Image.Image, buffer: io.BytesIO, quality: int) -> None:
    image.save(buffer, "WEBP", quality=quality, method=6)


def _save_avif(image: Image.Image, buffer: io.BytesIO, quality: int) -> None:
    image.save(buffer, "AVIF", quality=quality, speed=6, subsampling="4:2:0")


def _save_jpeg_xl(image: Image.Image, buffer: io.BytesIO, quality: int) -> None:
    image.save(buffer, "JXL", quality=quality, effort=7)


def _has_jpeg_xl() -> bool:
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("pillow_jxl") is None:
        return False
    import_module("pillow_jxl")
    return True
