"""EXIF of images: found wherever their format keeps it, and fitted into TIFF files, which keep other things there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_DIRECTORIES = (0x8769, 0x8825)
"""Tags of the directories of EXIF and GPS."""

_INTEROPERABILITY = 0xA005
"""Tag of the directory within that of EXIF."""

_DESCRIPTIVE = {
    *(0x010E, 0x010F, 0x0110, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013B, 0x013C),  # description to computer
    *(0x4746, 0x4749, 0x8298),  # rating, copyright
    *range(0x9C9B, 0x9CA0),  # title, comment, author, keywords and subject as Windows writes them
    *_DIRECTORIES,
}
"""Tags that describe a picture; the others of a TIFF say how its pixels are stored."""

_ORIENTATION = 0x0112


def with_exif_at_hand(image: "Image.Image") -> "tuple[Image.Image, bool]":
    """The image, or a copy, with its EXIF in ``info["exif"]`` wherever its format keeps it, and whether it is readable.

    EXIF that is not readable is left out.
    """
    exif = _readable_exif(image)
    if exif is not None and exif == image.info.get("exif", b""):
        return image, True
    image = image.copy()
    for key in ("exif", "Raw profile type exif"):
        image.info.pop(key, None)
    if exif:
        image.info["exif"] = exif
    return image, exif is not None


def _readable_exif(image: "Image.Image") -> bytes | None:
    """The EXIF of an image, empty where it has none; ``None`` where it cannot be read."""
    if "exif" in image.info:
        exif: bytes = image.info["exif"] or b""  # `None` where `Image.save` is told to write none
        return exif if is_readable(exif) else None
    try:
        found = image.getexif()
        kept = descriptive(found)
        if not kept:
            return b""
        if _ORIENTATION in found:
            kept[_ORIENTATION] = found[_ORIENTATION]
        return kept.tobytes()
    except Exception:  # Pillow's reader raises anything
        return None


def is_readable(exif: bytes) -> bool:
    """Whether programs can make anything of this EXIF."""
    from PIL import Image

    try:
        Image.Exif().load(exif)
    except Exception:  # Pillow's reader raises anything
        return False
    return True


def descriptive(exif: "Image.Exif") -> "Image.Exif":
    """The part of EXIF that describes the picture and nothing of a file, without its orientation."""
    from PIL import Image

    kept = Image.Exif()
    for tag in exif:
        if tag in _DIRECTORIES:
            directory = dict(exif.get_ifd(tag))
            if _INTEROPERABILITY in directory:
                directory[_INTEROPERABILITY] = exif.get_ifd(_INTEROPERABILITY)
            kept[tag] = directory
        elif tag in _DESCRIPTIVE:
            kept[tag] = exif[tag]
    return kept


def has_directories(exif: "Image.Exif") -> bool:
    """Whether there is more than the main directory, which is all that Pillow can put into a compressed TIFF."""
    return any(tag in exif for tag in _DIRECTORIES)
