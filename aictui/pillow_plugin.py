"""`.aic` for Pillow: after ``import aictui``, `PIL.Image.open` reads it and `PIL.Image.Image.save` writes it.

Pillow is imported inside the functions alone: its import is what imports this module.
"""

from inspect import Parameter, signature
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from aictui.file_type import FORMAT, MAGIC, SUFFIX

if TYPE_CHECKING:
    from PIL import Image, ImageFile

MIME = "image/x-aic"


def accept(prefix: bytes) -> bool:
    """Whether a file starts like an `.aic` file."""
    return prefix.startswith(MAGIC)


def save(image: "Image.Image", file: IO[bytes], filename: str | bytes) -> None:
    """Writes an image; the keyword arguments of `Image.save` are those of `aictui.compress`.

    ``exif``, ``icc_profile`` and ``xmp`` stand in for the image's own, as with Pillow's formats. Pillow has emptied
    a file that was there before it calls this, and removes only one that it has made where an error is raised.
    """
    from aictui.api import compress
    from aictui.errors import AictuiError

    known = [each.name for each in signature(compress).parameters.values() if each.kind is Parameter.KEYWORD_ONLY]
    asked: dict[str, Any] = {key: value for key, value in image.encoderinfo.items() if key in known}
    try:
        file.write(compress(_with_metadata(image), **asked))
    except AictuiError as error:
        name = filename.decode(errors="replace") if isinstance(filename, bytes) else filename
        raise OSError(f"cannot write {Path(name).name or 'the image'} as {FORMAT}: {error}") from error


def _with_metadata(image: "Image.Image") -> "Image.Image":
    """The image with the metadata that `Image.save` was given; raises `UsageError` for what can be none."""
    from PIL import Image

    from aictui.errors import UsageError

    given = {key: image.encoderinfo[key] for key in ("exif", "icc_profile", "xmp") if key in image.encoderinfo}
    if not given:
        return image
    image = image.copy()
    for key, value in given.items():
        data = value.tobytes() if isinstance(value, Image.Exif) else value
        if key == "xmp" and isinstance(value, str):
            data = value.encode()
        if data is not None and not isinstance(data, bytes):
            raise UsageError(f"{key} takes bytes, not {type(data).__name__}")
        image.info[key] = data
    return image


def open_file(file: IO[bytes], filename: str | bytes) -> "ImageFile.ImageFile":
    """The image of a file that starts like an `.aic` file."""
    from aictui.pillow_image import AicImageFile

    return AicImageFile(file, filename)


def register() -> None:
    """Tells Pillow of the format."""
    from PIL import Image

    Image.register_open(FORMAT, open_file, accept)
    Image.register_save(FORMAT, save)
    Image.register_extension(FORMAT, SUFFIX)
    Image.register_mime(FORMAT, MIME)
