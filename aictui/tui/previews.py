"""Small pictures of image files, and what is worth saying about them; for threads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aictui.errors import AictuiError
from aictui.tui.folder import ImageFile

if TYPE_CHECKING:
    from PIL.Image import Image

_PREFIX_BYTES = 48_000
"""Of an ``.aic`` file, so many bytes are enough for a preview."""

_LARGEST_DECODED = 12_000_000
"""Pixels of the largest ``.aic`` that is decoded for a preview."""


@dataclass(frozen=True)
class Preview:
    """A picture of at most the wanted size, or the reason why there is none, and facts in pairs."""

    image: "Image | None"
    error: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def load(file: ImageFile, width: int, height: int) -> Preview:
    """A preview of ``file`` within ``width`` × ``height`` pixels; what a file can do wrong ends in ``error``."""
    try:
        if file.is_compressed:
            return _load_compressed(file, width, height)
        return _load_with_pillow(file, width, height)
    except AictuiError as error:
        return Preview(None, str(error))
    except OSError as error:
        return Preview(None, error.strerror or str(error))
    except Exception as error:
        return Preview(None, f"{type(error).__name__}: {error}")


def _load_with_pillow(file: ImageFile, width: int, height: int) -> Preview:
    from PIL import Image, ImageOps

    with Image.open(file.path) as image:
        mode, size = image.mode, image.size
        image.draft("RGB", (width * 2, height * 2))
        upright = ImageOps.exif_transpose(image)
        icc = bool(image.info.get("icc_profile"))
        picture = _shrunk(upright, width, height)
    facts = [("Pixels", f"{size[0]} × {size[1]}  {_MODES.get(mode, mode)}")]
    if icc:
        facts.append(("Profile", "ICC"))
    return Preview(picture, facts=tuple(facts))


_MODES = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey, alpha",
    "P": "palette",
    "RGB": "colour",
    "RGBA": "colour, alpha",
    "I;16": "16-bit grey",
    "CMYK": "CMYK",
}


def _load_compressed(file: ImageFile, width: int, height: int) -> Preview:
    from aictui.codec.decode import decode
    from aictui.codec.inspect import inspect

    with open(file.path, "rb") as stream:  # noqa: PTH123
        data = stream.read(_PREFIX_BYTES)
    info = inspect(data)
    facts = (
        ("Pixels", f"{info.width} × {info.height}"),
        ("Model", str(info.model)),
    )
    if info.width * info.height > _LARGEST_DECODED:
        return Preview(None, "too large for a quick look; x decompresses it", facts)
    return Preview(_shrunk(decode(data).image, width, height), facts=facts)


def _shrunk(image: "Image", width: int, height: int) -> "Image":
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        rgba.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        ground = Image.new("RGBA", rgba.size, (128, 128, 128, 255))
        return Image.alpha_composite(ground, rgba).convert("RGB")
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    image = image.convert("RGB") if image.mode != "RGB" else image
    image.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image.copy()
