"""The bytes of an `.aic` file to an image."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aictui.codec.coding import PartData, PartError, dequantize
from aictui.codec.components import Pipeline, for_file
from aictui.codec.container import Container, Record, read_container
from aictui.codec.header import Header
from aictui.codec.info import FileInfo
from aictui.codec.inspect import describe
from aictui.codec.limits import is_excessive, size_notice
from aictui.codec.payloads import unpack_alpha, unpack_metadata
from aictui.codec.settings import PILLOW_NAMES
from aictui.codec.transform import synthesise
from aictui.errors import FormatError
from aictui.progress import Progress, silent, stage

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Decoded:
    """A reconstructed image.

    ``pixels`` is (height, width, 1 or 3) uint8, ``alpha`` (height, width) uint8 or ``None``; ``metadata`` as in
    `SourceImage`; ``notices`` says in a line each what was missing or left out.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    metadata: dict[str, bytes]
    info: FileInfo
    notices: tuple[str, ...] = ()

    @property
    def image(self) -> "Image.Image":
        """The picture for Pillow, with its metadata in ``info``."""
        from PIL import Image

        picture = Image.fromarray(self.pixels[..., 0] if self.pixels.shape[2] == 1 else self.pixels)
        if self.alpha is not None:
            picture.putalpha(Image.fromarray(self.alpha))
        picture.info.update({PILLOW_NAMES[kind]: value for kind, value in self.metadata.items()})
        return picture


def decode(data: bytes, progress: Progress = silent, *, keep_damaged: bool = False) -> Decoded:
    """Reconstructs the image of a file or of any prefix that holds the header.

    A damaged file raises `FormatError`, or with ``keep_damaged`` shows what does not depend on the damage.
    Raises also `MissingComponentError`, `PluginError`, `Cancelled`.
    """
    progress(0.0, "loading")
    container = read_container(data)
    header = container.header
    notices = [*_size_notices(header.width, header.height), *_gaps(container)]
    if not keep_damaged:
        _refuse_damage(container)
    pipeline = for_file(header)
    _check_point(header, pipeline)
    metadata, alpha = _blocks(container, notices, keep_damaged)
    pixels = _picture(container, pipeline, progress, notices, keep_damaged)
    progress(1.0, "done")
    return Decoded(pixels, alpha, metadata, describe(container), tuple(notices))


def _size_notices(width: int, height: int) -> list[str]:
    """A notice where a picture is very large; raises `FormatError` for one that nobody can have meant."""
    if is_excessive(width, height):
        raise FormatError(f"the header claims {width} × {height} pixels, which may be an attack on memory")
    notice = size_notice(width, height)
    return [notice] if notice else []


def _gaps(container: Container) -> list[str]:
    notices = []
    if container.file_bytes < container.whole_bytes:
        lost = container.whole_bytes - container.file_bytes
        share = 100 * lost / container.whole_bytes
        notices.append(f"the file is cut: {lost} of {container.whole_bytes} bytes ({share:.0f} %) are missing")
    if container.trailing_bytes:
        notices.append(f"{container.trailing_bytes} bytes after the end of the file are not part of it")
    return notices


def _refuse_damage(container: Container) -> None:
    for name, record in container.blocks.items():
        if record.state == "damaged":
            where = f"the {name} block of this file is damaged (byte {record.offset})"
            raise FormatError(f"{where}; `aictui decompress --keep-damaged` leaves it out")
    for number, record in enumerate(container.parts):
        if record.state == "damaged":
            where = f"part {number + 1} of this file is damaged (byte {record.offset})"
            raise FormatError(f"{where}; `aictui decompress --keep-damaged` shows what came before")


def _check_point(header: Header, pipeline: Pipeline) -> None:
    point, model = header.point, pipeline.model
    fits = (
        point.level < model.levels
        and point.latents <= model.latents
        and point.tune < max(1, len(model.tunes))
        and point.planes <= model.max_planes
        and point.bounded == pipeline.bounded
    )
    if not fits or pipeline.chunker.chunk_size != model.chunk_size:
        raise FormatError(
            f"the header of this file asks model {model.name} for what it does not have; get the file again"
        )


def _blocks(
    container: Container, notices: list[str], keep_damaged: bool
) -> tuple[dict[str, bytes], NDArray[np.uint8] | None]:
    header = container.header
    metadata: dict[str, bytes] = {}
    alpha = None
    for name, record in container.blocks.items():
        try:
            if name == "alpha":
                alpha = _alpha(header, record, notices)
            elif record.state == "whole":
                metadata[name] = unpack_metadata(record.payload)
            else:
                notices.append(f"the {name} metadata is {record.state}")
        except FormatError as error:
            if not keep_damaged:
                raise
            notices.append(str(error))
    return metadata, alpha


def _alpha(header: Header, record: Record, notices: list[str]) -> NDArray[np.uint8]:
    if record.state == "damaged":
        notices.append("the alpha channel is damaged; the picture is opaque")
        return np.full((header.height, header.width), 255, np.uint8)
    if record.state != "whole":
        notices.append(f"the alpha channel is {record.state}; what is not known of it is opaque")
    return unpack_alpha(record.payload, header.height, header.width, complete=record.state == "whole")


def _picture(
    container: Container, pipeline: Pipeline, progress: Progress, notices: list[str], keep_damaged: bool
) -> NDArray[np.uint8]:
    header = container.header
    channels = 1 if header.grey else 3
    point = replace(header.point, stack=pipeline.stack(channels))
    shape = (header.height, header.width, channels)
    rows, cols = pipeline.chunker.grid_shape(shape)
    parts = _usable(container, notices)
    model, quantizer, coder = pipeline.model, pipeline.quantizer, pipeline.coder
    part = stage(progress, 0.0, 0.6)
    while True:
        try:
            known = dequantize(model, rows, cols, point, quantizer, coder, parts, part)
            break
        except PartError as error:
            if not keep_damaged:
                raise
            notices.append(str(error))
            parts = parts[: error.part]
    assert known.values is not None
    return synthesise(known.values, shape, pipeline.chunker, model, point, known.level, stage(progress, 0.6, 1.0))


def _usable(container: Container, notices: list[str]) -> list[PartData]:
    """The parts up to the first damaged one; later ones depend on it."""
    usable: list[PartData] = []
    for number, record in enumerate(container.parts):
        if record.state == "damaged":
            notices.append(f"part {number + 1} is damaged; it and what depends on it are left out")
            break
        usable.append(PartData(record.payload, record.state == "whole"))
    if container.header.trimmed and len(usable) == len(container.parts) and usable:
        usable[-1] = replace(usable[-1], complete=False)
    return usable
