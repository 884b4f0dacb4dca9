"""Opening images with Pillow, whose readers raise anything on files that only look like theirs."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from aictui.errors import AictuiError, InputError, reason_of
from aictui.file_type import FORMAT

if TYPE_CHECKING:
    from PIL import Image

_WARNINGS = threading.Lock()  # filters of warnings belong to the whole process


class ExcessError(InputError):
    """An image that Pillow does not unpack, as it would take more memory than an honest one may."""


@contextmanager
def opened_image(source: Path | BinaryIO, name: str | None = None) -> "Iterator[Image.Image]":
    """The image of a file or an open binary file, its header read and its pixels not; closed at the end.

    ``name`` is what messages call it, the path by default. Raises `InputError` for what is not an image, for an
    ``.aic`` file, and for what Pillow raises in the block, with Pillow's own exception as its cause.
    """
    name = name or (str(source) if isinstance(source, Path) else "the data")
    if isinstance(source, Path):
        _check(source, name)
    with _header(source, name) as image, reading(name):
        if image.format == FORMAT:
            raise InputError(f"{name} is an .aic file already; `aictui trim` cuts it shorter")
        yield image


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turns whatever Pillow raises on the pixels or metadata of an image into `InputError`."""
    try:
        yield
    except (AictuiError, MemoryError):
        raise
    except Exception as error:
        harm = "damaged or cut" if isinstance(error, OSError) else "damaged"
        raise (_excess(name, error) or InputError(f"{name} is {harm}: {_words(error)}")) from error


def holds_more(image: "Image.Image") -> bool:
    """Whether there are pictures of their own after the first: frames, pages or an icon in other sizes.

    What follows the first picture of a camera's MPO goes with it: a preview, a map of depth or of brightness.
    """
    return image.format != "MPO" and (getattr(image, "is_animated", False) or has_sizes(image))


def has_sizes(image: "Image.Image") -> bool:
    """Whether it is an icon in several sizes, of which Pillow gives the largest."""
    return image.format in {"ICO", "ICNS"} and len(image.info["sizes"]) > 1


def _check(path: Path, name: str) -> None:
    """Raises `InputError` for what it is of no use to open, or what would block: a pipe waits for a writer."""
    try:
        if path.is_file() and path.stat().st_size == 0:
            raise InputError(f"{name} is empty")
        if path.is_fifo() or path.is_socket() or path.is_char_device():
            raise InputError(f"{name} is not a regular file; save the image to one first")
    except OSError as error:
        raise InputError(_unreadable(name, error)) from error


def _header(source: Path | BinaryIO, name: str) -> "Image.Image":
    """The image with its header read; the oddities that Pillow warns of do not concern the user."""
    from PIL import Image

    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(source)
    except OSError as error:
        raise InputError(_unreadable(name, error)) from error
    except Exception as error:
        raise (_excess(name, error) or InputError(f"{name} cannot be read as an image: {_words(error)}")) from error


def _excess(name: str, error: Exception) -> ExcessError | None:
    from PIL import Image, PngImagePlugin

    if isinstance(error, Image.DecompressionBombError):
        most = 2 * (Image.MAX_IMAGE_PIXELS or 0)
        return ExcessError(f"{name} has more than {most} pixels, which may be an attack on memory")
    for limit in ("MAX_TEXT_CHUNK", "MAX_TEXT_MEMORY"):  # to name it is the only sign
        if limit in str(error):
            most = getattr(PngImagePlugin, limit) >> 20
            return ExcessError(
                f"{name} has a colour profile or text of more than {most} MiB; save the image without that first"
            )
    return None


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _unreadable(name: str, error: OSError) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return f"{name} is not an image, or of a format that Pillow does not know"
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist"
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder, not an image"
    if isinstance(error, PermissionError):
        return f"{name} may not be read (permission denied)"
    return f"{name} cannot be read: {reason_of(error)}"
