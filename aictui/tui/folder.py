"""What a folder holds: names at once, headers when asked, pixels never."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from aictui.errors import AictuiError, reason_of
from aictui.file_type import FORMAT, IMAGE_SUFFIXES, SUFFIX
from aictui.printable import printable

_LISTED = IMAGE_SUFFIXES | {SUFFIX}

_HEADER_BYTES = 65536
_BATCH = 500
_ORIENTED_FORMATS = frozenset({"JPEG", "MPO", "WEBP"})
_ORIENTATION = 0x0112
_SIDEWAYS = frozenset({5, 6, 7, 8})
_DIGITS = re.compile(r"(\d+)")
_SLACK = 2.0
"""Seconds that do not count between two dates: some file systems round them, and copies of a folder take a while."""


@dataclass(slots=True, eq=False)
class ImageFile:
    """An image in a folder. What only its header tells is unknown (``None``) until the header is read.

    ``name`` is relative to the listed folder. ``result`` is the path of the ``.aic`` that was made from it, or its own
    where it is one; ``compressed_bytes`` is the size of that, unless it turns out to be unreadable; ``whole_bytes`` is
    what it would have, were nothing of it cut off. ``error`` says in a line why a header cannot be read.
    """

    path: str
    name: str
    order: tuple[str | int, ...]
    bytes: int
    modified: float
    format: str
    result: str | None = None
    compressed_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    error: str | None = None
    whole_bytes: int | None = None

    @property
    def is_compressed(self) -> bool:
        """Whether it is an ``.aic`` file itself."""
        return self.format == FORMAT

    @property
    def pixels(self) -> int | None:
        """Width times height."""
        return self.width * self.height if self.width is not None and self.height is not None else None

    @property
    def ratio(self) -> float | None:
        """Raw RGB bytes over the bytes of the ``.aic``; nothing of one that is cut, which is not all of the image."""
        if self.is_cut or not self.pixels or not self.compressed_bytes:
            return None
        return 3 * self.pixels / self.compressed_bytes

    @property
    def is_cut(self) -> bool:
        """Whether the end of the ``.aic`` is missing."""
        return (self.compressed_bytes or 0) < (self.whole_bytes or 0)

    @property
    def is_unread(self) -> bool:
        """Whether nobody has looked at its header yet."""
        return self.width is None and self.error is None


@dataclass(frozen=True)
class Header:
    """What the header of an image file says, or why it says nothing."""

    width: int | None = None
    height: int | None = None
    format: str | None = None
    error: str | None = None
    whole_bytes: int | None = None


def is_image_name(name: str) -> bool:
    """Whether a file's name ends like an image's."""
    return os.path.splitext(name)[1].lower() in _LISTED  # noqa: PTH122 - ten thousand times


def natural_order(name: str) -> tuple[str | int, ...]:
    """A key that sorts ``image2`` before ``image10``, and does not mind upper case."""
    parts = _DIGITS.split(name.casefold())
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts))


def scan(
    folder: Path, *, recursive: bool = False, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[list[ImageFile]]:
    """The images in ``folder`` in batches, and those in its subfolders if ``recursive``.

    Subfolders that cannot be read are skipped. Raises `OSError` where ``folder`` itself cannot be.
    """
    root = str(folder)
    batch: list[ImageFile] = []
    waiting = [root]
    while waiting and not cancelled():
        current = waiting.pop()
        try:
            with os.scandir(current) as listing:
                entries = list(listing)
        except OSError:
            if current == root:
                raise
            continue
        subfolders = []
        compressed = _compressed_files(entries)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    subfolders.append(entry.path)
                elif is_image_name(entry.name) and S_ISREG(entry.stat().st_mode):  # a pipe would wait for a writer
                    batch.append(_image_file(entry, root, compressed))
            except OSError:
                continue
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        if recursive:
            waiting += sorted(subfolders, reverse=True)
    if batch:
        yield batch


def _compressed_files(entries: list[os.DirEntry[str]]) -> dict[str, os.stat_result]:
    found = {}
    for entry in entries:
        if entry.name.lower().endswith(SUFFIX):
            try:
                found[entry.name] = entry.stat()
            except OSError:
                continue
    return found


def _image_file(entry: os.DirEntry[str], root: str, compressed: dict[str, os.stat_result]) -> ImageFile:
    status = entry.stat()
    folder = os.path.dirname(entry.path)  # noqa: PTH120
    name = printable(entry.name if folder == root else os.path.relpath(entry.path, root))
    stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122
    possible = [entry.name] if suffix.lower() == SUFFIX else [stem + SUFFIX, entry.name + SUFFIX]
    file = ImageFile(entry.path, name, natural_order(name), status.st_size, status.st_mtime, _format_of_suffix(suffix))
    for result in possible:
        found = compressed.get(result)
        # A result is dated like its image, or later: a newer image was made from the .aic, or changed since.
        if found is not None and found.st_mtime + _SLACK >= status.st_mtime:
            file.result, file.compressed_bytes = os.path.join(folder, result), found.st_size  # noqa: PTH118
            break
    return file


def _format_of_suffix(suffix: str) -> str:
    name = suffix[1:].upper()
    return {"JPG": "JPEG", "JPE": "JPEG", "JFIF": "JPEG", "TIF": "TIFF", "DIB": "BMP"}.get(name, name)


def judge_results(files: Sequence[ImageFile], read: Iterable[ImageFile]) -> list[ImageFile]:
    """Tells the images what the ``.aic`` files among ``read`` are worth; returns those that have changed.

    An unreadable one is not a result of the image beside it, and one that is cut is told as such.
    """
    results = {file.path: file for file in read if file.is_compressed and (file.error or file.is_cut)}
    changed = []
    for file in files if results else ():
        result = results.get(file.result or "")
        if result is None or file.compressed_bytes is None:
            continue
        if result.error:
            file.compressed_bytes = None
        else:
            file.whole_bytes = result.whole_bytes
        changed.append(file)
    return changed


def read_header(path: str) -> Header:
    """What the header of the image at ``path`` says; never raises for what a file can hold."""
    try:
        if path.lower().endswith(SUFFIX):
            return _read_compressed_header(path)
        return _read_pillow_header(path)
    except OSError as error:
        return Header(error=reason_of(error))
    except AictuiError as error:
        return Header(error=str(error))
    except Exception as error:
        return Header(error=f"{type(error).__name__}: {error}")


def _read_compressed_header(path: str) -> Header:
    from aictui.codec.header import read_header

    with open(path, "rb") as file:  # noqa: PTH123
        header, length = read_header(file.read(_HEADER_BYTES))
    return Header(header.width, header.height, FORMAT, whole_bytes=length + header.body_bytes)


def _read_pillow_header(path: str) -> Header:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            width, height = image.size
            # Others would decode every pixel to answer, but for a PNG that says it first; Pillow itself turns TIFFs.
            tells = image.format in _ORIENTED_FORMATS or (image.format == "PNG" and "exif" in image.info)
            if tells and image.getexif().get(_ORIENTATION, 1) in _SIDEWAYS:
                width, height = height, width
            return Header(width, height, image.format)
    except UnidentifiedImageError:
        return Header(error="not an image that Pillow can read")
