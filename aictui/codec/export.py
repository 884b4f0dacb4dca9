"""Decoded pictures in the formats that other programs read."""

import io
from typing import TYPE_CHECKING, Any

from aictui.errors import OutputError, UsageError

if TYPE_CHECKING:
    from PIL import Image

_WITHOUT_ALPHA = {"JPEG", "BMP", "PPM"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 90},
    "TIFF": {"compression": "tiff_deflate"},
}
_METADATA = ("exif", "icc_profile", "xmp")
_KEEPS = {
    "PNG": {"exif", "icc_profile", "xmp"},
    "JPEG": {"exif", "icc_profile", "xmp"},
    "WEBP": {"exif", "icc_profile", "xmp"},
    "AVIF": {"exif", "icc_profile", "xmp"},
    "TIFF": {"exif", "icc_profile"},
}


def picture_format(suffix: str) -> str:
    """Pillow's name of the format that ``suffix`` names; raises `UsageError` where Pillow cannot write it."""
    from PIL import Image as Pillow

    known = Pillow.registered_extensions()
    wanted = f".{suffix.lower().lstrip('.')}"
    name = known.get(wanted, "")
    if name == "AIC" or name not in Pillow.SAVE:
        raise UsageError(f"pictures cannot be written as {wanted}; try .png, .jpg, .webp, .tiff or .avif")
    return name


def encode_picture(image: "Image.Image", suffix: str) -> tuple[bytes, list[str]]:
    """The file that ``suffix`` names (``png``, ``.jpg``), with the metadata it can hold, and notices about it.

    Raises `UsageError` for a suffix that Pillow cannot write, and `OutputError` for a picture that its format cannot
    hold.
    """
    name = picture_format(suffix)
    notices = []
    if name in _WITHOUT_ALPHA and image.mode in {"LA", "RGBA"}:
        notices.append(f"{name} holds no transparency; the picture was laid on white")
        image = _on_white(image)
    metadata = {key: image.info[key] for key in _METADATA if image.info.get(key)}
    lost = [key for key in metadata if key not in _KEEPS.get(name, set())]
    if lost:
        notices.append(f"{name} files are written without {', '.join(lost)}")
    kept: dict[str, Any] = {key: value for key, value in metadata.items() if key not in lost}
    if name == "PNG" and "xmp" in kept:
        kept["pnginfo"] = _png_text(kept.pop("xmp"))
    buffer = io.BytesIO()
    try:
        image.save(buffer, format=name, **kept, **_OPTIONS.get(name, {}))
    except MemoryError:
        raise
    except Exception as error:  # Pillow's writers raise anything, such as WebP for a side above 16383
        raise OutputError(f"the picture cannot be written as {name}: {error}; take another format") from error
    return buffer.getvalue(), notices


def _png_text(xmp: bytes) -> Any:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
    return text


def _on_white(image: "Image.Image") -> "Image.Image":
    from PIL import Image as Pillow

    opaque = Pillow.new("RGBA", image.size, "white")
    opaque.alpha_composite(image.convert("RGBA"))
    flat = opaque.convert("L" if image.mode == "LA" else "RGB")
    flat.info.update(image.info)
    return flat
