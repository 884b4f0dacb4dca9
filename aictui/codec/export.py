"""Decoded pictures in the formats that other programs read."""

import codecs
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aictui.codec.decode import decode
from aictui.codec.exif import descriptive, has_directories, is_readable
from aictui.codec.settings import PILLOW_NAMES
from aictui.errors import OutputError, UsageError
from aictui.file_type import FORMAT
from aictui.progress import Progress, silent

if TYPE_CHECKING:
    from PIL import Image

_UNSUITED = {FORMAT, "BLP", "BUFR", "GRIB", "HDF5", "IM", "MSP", "PALM", "WMF", "XBM"}
"""Formats of black and white, of palettes, that Pillow gives up, or writes only with the help of another program."""

_WITHOUT_ALPHA = {"BMP", "DIB", "EPS", "JPEG", "MPO", "PCX", "PPM"}
_MODES = {"QOI": {"L": "RGB", "LA": "RGBA"}, "SGI": {"LA": "RGBA"}}
"""Modes that a format cannot hold, and those that say the same in it."""

_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95},
    "MPO": {"quality": 95},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 90},
    "TIFF": {"compression": "tiff_deflate"},
}
_WITH_METADATA = {"PNG", "JPEG", "MPO", "WEBP", "AVIF", "TIFF"}
"""Formats with a place for every kind of metadata; the others have none."""

_EXIF_PREFIX = b"Exif\0\0"
_EXIF_PREFIXED = {"JPEG", "MPO"}
"""Formats whose EXIF is known by what stands before it; that of other formats, such as WebP, does without."""

_XMP_TAG = 0x02BC
"""Of a TIFF, which keeps XMP beside what EXIF says of the picture."""

_LARGEST_ICON = 256
_LONGEST_SIDES = {"JPEG": 65500, "MPO": 65500, "PDF": 65500, "GIF": 65535, "WEBP": 16383, "AVIF": 32768}


def picture_format(suffix: str) -> str:
    """Pillow's name of the format that ``suffix`` names; raises `UsageError` where it cannot hold pictures."""
    from PIL import Image as Pillow

    known = Pillow.registered_extensions()
    wanted = f".{suffix.lower().lstrip('.')}"
    name = known.get(wanted, "")
    if name in _UNSUITED or name not in Pillow.SAVE:
        raise UsageError(f"pictures cannot be written as {wanted}; try .png, .jpg, .webp, .tiff or .avif")
    return name


@dataclass(frozen=True)
class Exported:
    """A picture in another format, its size in pixels, and what was missing, left out or lost, a line each."""

    data: bytes
    width: int
    height: int
    notices: tuple[str, ...]


def export_picture(data: bytes, suffix: str, progress: Progress = silent, *, keep_damaged: bool = False) -> Exported:
    """An ``.aic`` file as the file that ``suffix`` names, with its metadata.

    Raises what `decode` and `encode_picture` raise.
    """
    decoded = decode(data, progress, keep_damaged=keep_damaged)
    image, notices = decoded.image, decoded.notices
    del decoded  # its pixels are in the image, and of a large one no more copies are held than must be
    picture, lost = encode_picture(image, suffix)
    return Exported(picture, image.width, image.height, (*notices, *lost))


def encode_picture(image: "Image.Image", suffix: str) -> tuple[bytes, list[str]]:
    """The file that ``suffix`` names (``png``, ``.jpg``), with the metadata it can hold, and notices about it.

    A notice says what of transparency, metadata, colours or size is lost. Raises `UsageError` for a suffix that
    Pillow cannot write, and `OutputError` for a picture that its format cannot hold.
    """
    name = picture_format(suffix)
    longest = _LONGEST_SIDES.get(name)
    if longest is not None and max(image.size) > longest:  # the libraries would say so in words of their own
        raise OutputError(f"the sides of a {name} picture have at most {longest} pixels; take another format")
    kept, image.info = image.info, {}  # not in a copy: a picture may be as large as memory allows
    try:
        return _encoded(image, name, {kind: kept[key] for kind, key in PILLOW_NAMES.items() if kept.get(key)})
    finally:
        image.info = kept


def _encoded(image: "Image.Image", name: str, metadata: dict[str, Any]) -> tuple[bytes, list[str]]:
    picture, notices = _fitted(image, name)
    options = dict(_OPTIONS.get(name, {}))
    if name == "ICO":
        options["sizes"] = [picture.size]
    if metadata and name not in _WITH_METADATA:
        notices.append(f"{name} files are written without {', '.join(metadata)}")
        metadata = {}
    for kind, value in metadata.items():
        added = _keywords(name, kind, value, options)
        if added is None:
            notices.append(f"the {kind} does not go into {name} files and was left out")
        else:
            options.update(added)
    try:
        return _saved(picture, name, options), notices
    except MemoryError:
        raise
    except Exception as error:  # Pillow's writers raise anything
        raise OutputError(f"the picture cannot be written as {name}: {error}; take another format") from error


def _fitted(image: "Image.Image", name: str) -> "tuple[Image.Image, list[str]]":
    """The picture as the format can hold it, and what is lost."""
    picture, notices = image, []
    if name in _WITHOUT_ALPHA and image.mode in {"LA", "RGBA"}:
        notices.append(f"{name} holds no transparency; the picture was laid on white")
        picture = _on_white(picture)
    mode = _MODES.get(name, {}).get(picture.mode, picture.mode)
    picture = picture if picture.mode == mode else picture.convert(mode)
    if name == "GIF" and image.mode != "L":
        notices.append("GIF holds 256 colours and no half-transparency; the picture was reduced to that")
    if name == "ICNS":
        notices.append("ICNS holds squares of fixed sizes; the picture was scaled to them")
    if name == "ICO" and max(image.size) > _LARGEST_ICON:
        picture = picture.copy()
        picture.thumbnail((_LARGEST_ICON, _LARGEST_ICON))
        width, height = picture.size
        notices.append(f"ICO holds at most 256 × 256 pixels; the picture was scaled to {width} × {height}")
    return picture, notices


def _saved(image: "Image.Image", name: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=name, **options)
    return buffer.getvalue()


def _keywords(name: str, kind: str, value: bytes, options: dict[str, Any]) -> dict[str, Any] | None:
    """What makes Pillow write this kind of metadata, beside the ``options`` that there are.

    ``None`` where it is damaged, or more than the format holds.
    """
    from PIL import Image as Pillow

    if kind == "exif" and not is_readable(value):
        return None
    try:
        found: dict[str, Any] = {PILLOW_NAMES[kind]: value}
        if (name, kind) == ("TIFF", "exif"):
            found = _tiff_exif(value)
        elif kind == "exif" and name in _EXIF_PREFIXED:
            found = {"exif": _EXIF_PREFIX + value.removeprefix(_EXIF_PREFIX)}
        elif (name, kind) == ("PNG", "xmp"):
            found = {"pnginfo": _png_text(value)}
        elif (name, kind) == ("TIFF", "xmp"):
            found = _tiff_xmp(value, options.get("exif", b""))
        _saved(Pillow.new("L", (16, 16)), name, options | found)
    except Exception:  # a trial of a writer that raises anything
        return None
    return found


def _tiff_exif(exif: bytes) -> dict[str, Any]:
    from PIL import Image as Pillow

    read = Pillow.Exif()
    read.load(exif)
    fitting = descriptive(read)
    found: dict[str, Any] = {"exif": fitting.tobytes()}
    return found | {"compression": "raw"} if has_directories(fitting) else found


def _tiff_xmp(xmp: bytes, exif: bytes) -> dict[str, Any]:
    from PIL import Image as Pillow

    tags = Pillow.Exif()
    tags.load(exif)
    tags[_XMP_TAG] = xmp
    return {"exif": tags.tobytes()}


def _png_text(xmp: bytes) -> Any:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp.decode(_xmp_encoding(xmp)))
    return text


def _xmp_encoding(xmp: bytes) -> str:
    """The encoding of a packet by its first bytes, as its specification tells it (ISO 16684-1, 7.3)."""
    marks = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16"}
    marks |= {codecs.BOM_UTF16_BE: "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
    return next((name for mark, name in marks.items() if xmp.startswith(mark)), "utf-8-sig")


def _on_white(image: "Image.Image") -> "Image.Image":
    from PIL import Image as Pillow

    opaque = Pillow.new("RGBA", image.size, "white")
    opaque.alpha_composite(image.convert("RGBA"))
    return opaque.convert("L" if image.mode == "LA" else "RGB")
