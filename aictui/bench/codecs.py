"""What the benchmark compares: established formats as Pillow writes them, and our models."""

import importlib.metadata
from abc import ABC, abstractmethod
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aictui import __version__
from aictui.codec.peers import Peer
from aictui.codec.settings import Settings, Target

if TYPE_CHECKING:
    from PIL import Image


class Codec(ABC):
    """A way to turn an image into bytes and back at several settings.

    ``ladder`` lists the settings, growing with the number of bytes. ``tune`` is that of a model.
    """

    id: str
    title: str
    description: str
    ladder: tuple[int, ...]
    tune: str | None = None

    @abstractmethod
    def encode(self, pixels: NDArray[np.uint8], setting: int) -> bytes:
        """The file of (height, width, 3) uint8 ``pixels``."""

    @abstractmethod
    def decode(self, data: bytes) -> NDArray[np.uint8]:
        """The (height, width, 3) uint8 pixels of a file."""


class PeerCodec(Codec):
    """An established format; what another ``version`` gives may have other bytes."""

    def __init__(self, peer: Peer, ladder: tuple[int, ...]) -> None:
        self.peer = peer
        self.ladder = ladder
        self.id = peer.id
        self.title = f"{peer.title} {peer.effort}"
        library = _library_version(peer.id)
        self.version = f"{library}, {peer.effort}"
        self.description = f"{self.title}, {library}"

    def encode(self, pixels: NDArray[np.uint8], setting: int) -> bytes:
        """The file that Pillow writes."""
        from PIL import Image

        buffer = BytesIO()
        self.peer.save(Image.fromarray(pixels), buffer, setting)
        return buffer.getvalue()

    def decode(self, data: bytes) -> NDArray[np.uint8]:
        """The pixels that Pillow reads."""
        from PIL import Image

        with Image.open(BytesIO(data)) as image:
            return np.asarray(image.convert("RGB"))


USUAL_EFFORT = Settings().effort


class ModelCodec(Codec):
    """One of our models at a tune, as one-piece files unless ``planes`` says otherwise."""

    def __init__(
        self, model: str, tune: str | None, ladder: tuple[int, ...], planes: int = 0, effort: int = USUAL_EFFORT
    ) -> None:
        self.settings = Settings(model=model, tune=tune, planes=planes, effort=effort, keep=frozenset())
        self.ladder = ladder
        self.tune = tune
        self.id = f"aictui-{model}-{tune}" if tune else f"aictui-{model}"
        notes = [*([tune] if tune else []), *([f"effort {effort}"] if effort != USUAL_EFFORT else [])]
        self.title = f"aictui {model}" + (f" ({', '.join(notes)})" if notes else "")
        self.description = f"{self.title}, version {__version__}"

    def encode(self, pixels: NDArray[np.uint8], setting: int) -> bytes:
        """The ``.aic`` file at level ``setting``."""
        from aictui.codec.encode import encode
        from aictui.codec.image import read_image

        return encode(read_image(pixels), replace(self.settings, target=Target("level", setting))).data

    def decode(self, data: bytes) -> NDArray[np.uint8]:
        """The pixels of an ``.aic`` file."""
        from aictui.codec.decode import decode

        return decode(data).pixels


def peers() -> dict[str, PeerCodec]:
    """The established formats that this installation of Pillow can write, by id."""
    from PIL import features

    from aictui.codec.peers import available

    found = list(available())
    if features.check("avif"):
        found.append(Peer("avif444", "AVIF", (0, 100), "quality {}", "speed 4, 4:4:4", _save_avif_444))
    if features.check("jpg_2000"):
        found.append(Peer("jpeg2000", "JPEG 2000", (2, 500), "{}/1000 of the raw size", "mct", _save_jpeg_2000))
    return {peer.id: PeerCodec(peer, _LADDERS[peer.id]) for peer in found if peer.id in _LADDERS}


_LADDERS = {
    "jpeg": (6, 10, 16, 24, 34, 46, 58, 70, 80, 88, 94),
    "webp": (0, 8, 20, 35, 50, 65, 76, 84, 90, 95),
    "avif": (12, 22, 32, 42, 52, 61, 70, 78, 85, 91),
    "avif444": (12, 22, 32, 42, 52, 61, 70, 78, 85, 91),
    "jxl": (5, 12, 22, 34, 46, 58, 68, 77, 85, 91, 95),
    "jpeg2000": (4, 6, 9, 14, 20, 29, 42, 60, 85, 120),
}
"""Settings from about 0.1 to about 3 bits per pixel of a photo."""


def _save_avif_444(image: "Image.Image", buffer: BytesIO, quality: int) -> None:
    image.save(buffer, "AVIF", quality=quality, speed=4, subsampling="4:4:4")


def _save_jpeg_2000(image: "Image.Image", buffer: BytesIO, thousandths: int) -> None:
    # mct: without the colour transform it is not a fair peer
    image.save(buffer, "JPEG2000", quality_mode="rates", quality_layers=[1000 / thousandths], irreversible=True, mct=1)


def _library_version(peer_id: str) -> str:
    from PIL import __version__, features

    if peer_id == "jxl":
        return f"pillow-jxl-plugin {importlib.metadata.version('pillow-jxl-plugin')}"
    feature = {"jpeg": "libjpeg_turbo", "webp": "webp", "avif": "avif", "avif444": "avif", "jpeg2000": "jpg_2000"}
    return f"Pillow {__version__}, library {features.version(feature[peer_id])}"
