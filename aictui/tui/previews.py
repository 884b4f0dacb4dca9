"""Small pictures of image files, and what is worth saying about them; for threads."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.errors import AictuiError, reason_of
from aictui.printable import printable
from aictui.progress import Progress, silent
from aictui.tui.folder import ImageFile

if TYPE_CHECKING:
    from PIL.Image import Image

_PREFIX_BYTES = 48_000
"""Bytes of the picture in an ``.aic`` file that are enough for a preview."""

GROUND = 128
"""The grey behind what is transparent."""

_LARGEST_DECODED = 12_000_000
"""Pixels of the largest ``.aic`` that is decoded for a preview."""


@dataclass(frozen=True)
class Preview:
    """A picture of at most the wanted size, or the reason why there is none, and facts in pairs."""

    image: "Image | None"
    error: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def load(file: ImageFile, size: tuple[int, int] | None, progress: Progress = silent) -> Preview:
    """A preview of ``file`` within ``size`` (width, height) in pixels, or facts alone; faults end in ``error``.

    ``progress`` may raise `Cancelled`, which ends decoding early.
    """
    try:
        if file.is_compressed:
            return _load_compressed(file, size, progress)
        return _load_with_pillow(file, size)
    except AictuiError as error:
        return Preview(None, str(error))
    except OSError as error:
        return Preview(None, reason_of(error))
    except Exception as error:
        return Preview(None, f"{type(error).__name__}: {error}")


def _load_with_pillow(file: ImageFile, size: tuple[int, int] | None) -> Preview:
    from PIL import ImageOps

    from aictui.opening import opened_image

    with opened_image(Path(file.path), file.name) as image:
        facts = [("Pixels", f"{image.width} × {image.height}  {_kind(image)}")]
        if image.info.get("icc_profile"):
            facts.append(("Profile", "ICC"))
        if size is None:
            return Preview(None, facts=tuple(facts))
        width, height = size
        image.draft("RGB", (width * 2, height * 2))
        return Preview(_shrunk(ImageOps.exif_transpose(image), width, height), facts=tuple(facts))


_MODES = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey, alpha",
    "P": "palette",
    "RGB": "colour",
    "RGBA": "colour, alpha",
    "F": "floating-point grey",
    "I": "32-bit grey",
    "CMYK": "CMYK",
}


def _kind(image: "Image") -> str:
    """What the pixels are, with the depth of samples of which only 8 bits are kept."""
    if image.mode.startswith("I;16"):
        return "16-bit grey"
    kind = _MODES.get(image.mode, image.mode)
    # Pillow reduces others while it reads them, and only its reader knows what is in the file.
    words = [str(part) for tile in getattr(image, "tile", ()) for part in tile]
    is_deep = any(";16" in word and "BGR;16" not in word for word in words)
    return f"16-bit {kind}" if is_deep else kind


def _load_compressed(file: ImageFile, size: tuple[int, int] | None, progress: Progress) -> Preview:
    from aictui.codec.container import parts_offset
    from aictui.codec.decode import decode
    from aictui.codec.inspect import inspect

    with open(file.path, "rb") as stream:  # noqa: PTH123
        data = stream.read(_PREFIX_BYTES)
        while more := stream.read(max(0, parts_offset(data) + _PREFIX_BYTES - len(data))):
            data += more
    info = inspect(data)
    facts = (
        ("Pixels", f"{info.width} × {info.height}"),
        ("Model", printable(str(info.model))),
    )
    if size is None:
        return Preview(None, facts=facts)
    if info.width * info.height > _LARGEST_DECODED:
        return Preview(None, "too large for a quick look; x decompresses it", facts)
    return Preview(_shrunk(decode(data, progress).image, *size), facts=facts)


def _shrunk(image: "Image", width: int, height: int) -> "Image":
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        rgba.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        ground = Image.new("RGBA", rgba.size, (GROUND, GROUND, GROUND, 255))
        return Image.alpha_composite(ground, rgba).convert("RGB")
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    image = image.convert("RGB") if image.mode != "RGB" else image
    image.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image.copy()
