"""Finding the images among files and folders, by what is in them and not by their names."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from aictui.errors import InputError
from aictui.file_type import MAGIC
from aictui.opening import opened_image


@dataclass(frozen=True)
class Found:
    """An image file: ``root`` is the folder that was searched, below which ``path`` lies; size from its header."""

    path: Path
    root: Path
    width: int
    height: int
    size: int


def find_images(
    sources: Sequence[Path], *, recursive: bool = False, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Iterator[Found]:
    """The images among ``sources``, each once: files as they are, folders with what is directly or deep inside.

    ``include`` and ``exclude`` are patterns such as ``*.png`` or ``drafts/*``, matched without regard to case against
    the file's name and its path below the folder; no ``include`` takes all. Hidden files and folders are passed over,
    links to folders are not followed. What nobody may read is taken for an image where its name says so, and a folder
    stands for itself: compressing it tells what is wrong. Raises `InputError` for a source that is not there, or is a
    pipe or device.
    """
    seen: set[tuple[int, int]] = set()
    for source in sources:
        if not source.exists():
            raise InputError(f"{source}: no such file or folder")
        if not source.is_dir() and not source.is_file():
            raise InputError(f"{source} is not a regular file; save the image to one first")
        root = source if source.is_dir() else source.parent
        paths = _walk(source, recursive) if source.is_dir() else iter([source])
        for path in paths:
            if not matches(path.relative_to(root), include, exclude):
                continue
            try:
                status = path.stat()
            except OSError:
                continue  # it vanished, or is a link to nowhere
            identity = status.st_dev, status.st_ino
            if identity in seen:
                continue
            extent = extent_of(path)
            if extent is not None:
                if status.st_ino:  # 0 where the file system has no such numbers
                    seen.add(identity)
                yield Found(path, root, *extent, status.st_size)


def extent_of(path: Path) -> tuple[int, int] | None:
    """Width and height of an image file from its first bytes, ``None`` where it is no image.

    An image that cannot be opened has one pixel, and so has a folder.
    """
    from PIL import Image

    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                return None  # an `.aic` file is never a source, even where Pillow can read it
            file.seek(0)
            with opened_image(file) as image:
                return image.width, image.height
    except InputError as error:
        # an image all the same where Pillow finds it too large: compressing it tells what is wrong
        return (1, 1) if isinstance(error.__cause__, Image.DecompressionBombError) else None
    except PermissionError:
        return (1, 1) if path.is_dir() or path.suffix.lower() in Image.registered_extensions() else None
    except OSError:
        return None


def _walk(folder: Path, recursive: bool) -> Iterator[Path]:
    locked: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=locked.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if recursive else []
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(place, name)
                if path.is_file():
                    yield path
    for error in locked:
        if isinstance(error, PermissionError):
            yield Path(error.filename)


def matches(path: Path, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a path below a searched folder is taken, as `find_images` says."""
    candidates = (path.name.lower(), path.as_posix().lower())

    def any_of(patterns: Sequence[str]) -> bool:
        return any(fnmatch(candidate, pattern.lower()) for pattern in patterns for candidate in candidates)

    return (not include or any_of(include)) and not any_of(exclude)
