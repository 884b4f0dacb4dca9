"""Images from files, arrays and Pillow, as the codec wants them: 8-bit grey or RGB, with alpha and metadata apart."""

import os
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from aictui.codec.exif import with_exif_at_hand
from aictui.codec.limits import is_excessive, size_notice
from aictui.codec.settings import PILLOW_NAMES
from aictui.errors import InputError
from aictui.home import with_home
from aictui.opening import has_sizes, opened_image, reading

if TYPE_CHECKING:
    from PIL import Image

_OVERSHOOT = 16.0
"""Floating-point samples whose peak is below this go from 0 to 1, with highlights above that; others go to 255."""

_KEY_STEPS = {"L;2": 85, "L;4": 17}
"""Steps between two greys of a PNG of few bits once they have 8, by Pillow's name of its samples."""

_PHOTOMETRIC = 0x0106
"""Tag of a TIFF that tells what its samples mean."""


@dataclass(frozen=True)
class SourceImage:
    """An image to compress.

    ``pixels`` is (height, width, 1 or 3) uint8, upright; ``alpha`` is (height, width) uint8 or ``None``;
    ``metadata`` holds the bytes of ``exif``, ``icc`` and ``xmp`` where the source has them; ``notices`` says in
    a line each what was changed or left out.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    metadata: dict[str, bytes] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def mode(self) -> str:
        """Pillow's name of the colour mode: L, LA, RGB or RGBA."""
        return ("L" if self.pixels.shape[2] == 1 else "RGB") + ("" if self.alpha is None else "A")

    @property
    def raw_bytes(self) -> int:
        """Bytes of the picture as raw RGB, which ratios refer to."""
        return self.height * self.width * 3


def read_image(source: "str | PathLike[str] | BinaryIO | Image.Image | NDArray[Any]") -> SourceImage:
    """The image of a file, an open binary file, a Pillow image or an array.

    Arrays are (height, width) or (height, width, 1 to 4), uint8 or uint16. Raises `InputError`, also for a file that
    is an ``.aic`` already: losses would add up.
    """
    from PIL import Image

    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, Image.Image):
        return _from_pillow(source, "the image")
    if not isinstance(source, str | PathLike) and not hasattr(source, "read"):
        kind = type(source).__name__
        raise InputError(f"an image is a path, an open binary file, a Pillow image or an array, not {kind}")
    if isinstance(source, str | PathLike):
        name, source = str(Path(os.fsdecode(source))), with_home(source)
    else:
        name = "the data"
    with opened_image(source, name) as image:
        found = _from_pillow(image, name)
    if is_excessive(found.width, found.height):
        raise InputError(
            f"{name} has {found.width} × {found.height} pixels, which take more memory than a file may ask"
        )
    large = size_notice(found.width, found.height)
    return replace(found, notices=(*found.notices, large)) if large else found


def read_colours(path: Path) -> NDArray[np.uint8]:
    """The (height, width, 3) pixels of an image file, upright, grey thrice; raises `InputError`."""
    pixels = read_image(path).pixels
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))


def _from_pillow(image: "Image.Image", name: str) -> SourceImage:
    from PIL import ImageOps

    notices = []
    if getattr(image, "is_animated", False):
        notices.append("there are several pictures in the file; only the first is kept")
    if has_sizes(image):
        notices.append("the icon has several sizes; only the largest is kept")
    stored = _stored_mode(image)
    with reading(name):
        image.load()
        image, readable = with_exif_at_hand(image)
        upright = ImageOps.exif_transpose(image)
        if stored.startswith("LA") and upright.mode == "RGBA":
            upright = _grey_with_alpha(upright)
        _scale_key(upright.info, stored)
        picture, alpha, changed = _eight_bits(upright, name, 12 if stored == "I;12" else 16)
        if _is_negative(image):
            picture = ImageOps.invert(picture)
    if not readable:
        notices.append("the EXIF is damaged and was left out")
    if ";16" in stored and not changed:
        changed = "16 bits a sample were reduced to 8"
    if changed:
        notices.append(changed)
    pixels = np.asarray(picture)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.size == 0:
        raise InputError(f"{name} has no pixels")
    return SourceImage(pixels, alpha, _metadata(upright, picture), tuple(notices))


def _stored_mode(image: "Image.Image") -> str:
    """Pillow's name of the samples in the file, such as RGB;16B; empty where it tells none, or 16 bits a pixel."""
    for tile in getattr(image, "tile", ()):
        words = tile[-1] if isinstance(tile[-1], tuple) else (tile[-1],)
        for word in words:
            if isinstance(word, str):
                return "" if word.startswith("BGR;") else word
    return ""


def _is_negative(image: "Image.Image") -> bool:
    """Whether 0 is white in a TIFF of more than 8 bits a sample, where Pillow takes it for black."""
    tags = getattr(image, "tag_v2", {})
    return (image.mode in {"I", "F"} or image.mode.startswith("I;")) and tags.get(_PHOTOMETRIC) == 0


def _scale_key(info: dict[Any, Any], stored: str) -> None:
    """Scales the colour that stands for transparency as Pillow scales the samples, but not that colour, to 8 bits."""
    key = info.get("transparency")
    if stored in _KEY_STEPS and isinstance(key, int):
        info["transparency"] = key * _KEY_STEPS[stored]
    elif stored == "RGB;16B" and isinstance(key, tuple):
        info["transparency"] = tuple(sample >> 8 for sample in key)


def _metadata(image: "Image.Image", picture: "Image.Image") -> dict[str, bytes]:
    found = {kind: image.info.get(name) for kind, name in PILLOW_NAMES.items()}
    if image.mode in {"CMYK", "LAB"}:
        found["icc"] = None  # it described the inks, not the colours that they became
    if picture.mode == "L" and image.mode not in {"L", "LA", "La", "1", "I", "F"} and not image.mode.startswith("I;"):
        found["icc"] = None  # a profile for three channels does not suit one
    kept = {key: value.encode() if isinstance(value, str) else value for key, value in found.items()}
    return {key: bytes(value) for key, value in kept.items() if isinstance(value, bytes) and value}


def _eight_bits(image: "Image.Image", name: str, depth: int) -> "tuple[Image.Image, NDArray[np.uint8] | None, str]":
    """The colours as L or RGB, the alpha channel, and what was changed; ``depth`` as in `_reduced`."""
    mode, changed = image.mode, ""
    if mode in {"I", "F"} or mode.startswith("I;"):
        return _reduced(image, name, depth)
    if mode in {"P", "PA"}:
        grey = _grey_palette(image)
        clear = mode == "PA" or "transparency" in image.info
        changed = "the palette became true colours" if not grey else ""
        image = image.convert("RGBA" if clear else "RGB")
        if grey:
            image = _grey_with_alpha(image) if clear else image.getchannel("R")
    elif mode in {"L", "RGB"} and "transparency" in image.info:
        image = image.convert(mode + "A")
    elif mode in {"CMYK", "LAB"}:
        image, changed = _to_srgb(image), f"{mode} colours became RGB"
    elif mode == "1":
        key, image = image.info.get("transparency"), image.convert("L")
        if key is not None:
            return image, _opaque(np.asarray(image) != (255 if key else 0)), changed
    elif mode in {"La", "RGBa"}:
        image = image.convert(mode.upper())
    elif mode not in {"L", "LA", "RGB", "RGBA"}:
        image, changed = image.convert("RGB"), f"{mode} colours became RGB"
    if image.mode in {"LA", "RGBA"}:
        alpha = np.asarray(image.getchannel("A"))
        return image.convert(image.mode[:-1]), alpha, changed
    return image, None, changed


def _grey_palette(image: "Image.Image") -> bool:
    palette = image.getpalette("RGB") or []
    return palette[0::3] == palette[1::3] == palette[2::3]


def _grey_with_alpha(image: "Image.Image") -> "Image.Image":
    from PIL import Image

    grey = Image.merge("LA", (image.getchannel("R"), image.getchannel("A")))
    grey.info.update(image.info)
    return grey


def _reduced(image: "Image.Image", name: str, depth: int) -> "tuple[Image.Image, NDArray[np.uint8] | None, str]":
    """Grey of more than 8 bits: integers of ``depth`` bits, or 255 of 32 bits; floating point from 0 to 1, or to 255.

    Raises `InputError` for samples beyond that.
    """
    from PIL import Image

    values = np.asarray(image).astype(np.float32)
    peak = float(values.max(initial=0, where=np.isfinite(values)))
    if round(peak) > (255 if image.mode == "F" else 65535):
        raise InputError(f"{name} has samples up to {peak:.0f}; convert it to 8 or 16 bits a sample first")
    clear = image.info.get("transparency")
    alpha = _opaque(values != clear) if isinstance(clear, int) else None
    senseless = bool((np.isnan(values) | (values < 0)).any())
    values = np.nan_to_num(values, posinf=255.0, neginf=0.0)
    if image.mode == "F":
        white = 1 if peak < _OVERSHOOT else 255
        scale, what = 255.0 / white, f"floating-point samples from 0 to {white} were reduced to 8 bits"
    else:
        scale = 1.0 if image.mode == "I" and peak <= 255 else 255 / ((1 << depth) - 1)
        what = f"{depth} bits a sample were reduced to 8"
    if senseless:
        what = f"{what}; those below 0, or no numbers, were taken for 0"
    return Image.fromarray(np.clip(np.rint(values * scale), 0, 255).astype(np.uint8)), alpha, what


def _opaque(where: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return where.astype(np.uint8) * np.uint8(255)


def _to_srgb(image: "Image.Image") -> "Image.Image":
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    try:
        if image.mode == "LAB":
            source: Any = ImageCms.createProfile("LAB")
        elif profile:
            import io

            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        else:
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")
    return image.convert("RGB") if converted is None else converted


def _from_array(array: NDArray[Any]) -> SourceImage:
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or not 1 <= array.shape[2] <= 4 or 0 in array.shape:
        raise InputError(f"an array must be (height, width) or (height, width, 1 to 4), not {array.shape}")
    notices: tuple[str, ...] = ()
    if array.dtype.kind == "u" and array.dtype.itemsize == 2:  # in either order of bytes
        array = ((array.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
        notices = ("16 bits a sample were reduced to 8",)
    if array.dtype != np.uint8:
        raise InputError(f"an array must be uint8 or uint16, not {array.dtype}")
    if array.shape[2] in {2, 4}:
        return SourceImage(np.ascontiguousarray(array[..., :-1]), array[..., -1].copy(), {}, notices)
    return SourceImage(np.ascontiguousarray(array), None, {}, notices)
