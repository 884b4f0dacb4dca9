"""Finding the images among files and folders, by what is in them and not by their names."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from aictui.errors import InputError, reason_of
from aictui.file_type import IMAGE_SUFFIXES, MAGIC
from aictui.opening import ExcessError, opened_image


@dataclass(frozen=True)
class FoundImage:
    """An image file: ``root`` is the folder that was searched, below which ``path`` lies; size from its header."""

    path: Path
    root: Path
    width: int
    height: int
    size: int


def find_images(
    sources: Sequence[Path], *, recursive: bool = False, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Iterator[FoundImage]:
    """The images among ``sources``, each once: files as they are, folders with what is directly or deep inside.

    Links come last, and only those to files that are not among the others.

    ``include`` and ``exclude`` are patterns such as ``*.png`` or ``drafts/*``, matched without regard to case against
    the file's name and its path below the folder; no ``include`` takes all. Hidden files and folders are passed over,
    links to folders are not followed. What nobody may read is taken for an image where its name says so, and a folder
    stands for itself, as does a source that vanishes while others are searched: compressing it tells what is wrong.
    Raises `InputError` for a source that is not there at first, or is a pipe or device.
    """
    for source in sources:
        _check(source)
    seen: set[tuple[int, int, str]] = set()
    for path, root in _files_then_links(sources, recursive):
        if not matches(path.relative_to(root), include, exclude):
            continue
        try:
            status = path.stat()
        except OSError as error:
            if path in sources or (not isinstance(error, FileNotFoundError) and _is_named_like_an_image(path)):
                yield FoundImage(path, root, 1, 1, 0)
            continue
        # Hard links are files in their own right.
        identity = status.st_dev, status.st_ino, os.path.realpath(path) if status.st_nlink > 1 else ""
        if identity in seen:
            continue
        extent = extent_of(path)
        if extent is not None:
            if status.st_ino:  # 0 where the file system has no such numbers
                seen.add(identity)
            yield FoundImage(path, root, *extent, status.st_size)


def links_to_files(folders: Iterable[Path]) -> dict[str, list[Path]]:
    """The links that are directly in ``folders``, by the real path of what they lead to."""
    links: dict[str, list[Path]] = {}
    for folder in folders:
        with suppress(OSError):
            for entry in os.scandir(folder):
                if entry.is_symlink():
                    links.setdefault(os.path.realpath(entry.path), []).append(Path(entry.path))
    return links


def extent_of(path: Path) -> tuple[int, int] | None:
    """Width and height of an image file from its first bytes, ``None`` where it is not an image.

    An image that cannot be opened has one pixel, and so has a folder.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                return None  # an `.aic` file is never a source, even where Pillow can read it
            file.seek(0)
            with opened_image(file) as image:
                return image.width, image.height
    except ExcessError:  # an image all the same: compressing it tells what is wrong
        return 1, 1
    except (InputError, FileNotFoundError):
        return None
    except OSError:
        return (1, 1) if path.is_dir() or _is_named_like_an_image(path) else None


def _check(source: Path) -> None:
    try:
        mode = source.stat().st_mode
    except FileNotFoundError:
        raise InputError(f"{source}: no such file or folder") from None
    except OSError as error:
        raise InputError(f"{source} cannot be read: {reason_of(error)}") from None
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise InputError(f"{source} is not a regular file; save the image to one first")


def _files_then_links(sources: Sequence[Path], recursive: bool) -> Iterator[tuple[Path, Path]]:
    """Everything there is to look at, each with its root."""
    links = []
    for source in sources:
        is_folder = os.path.isdir(source)  # noqa: PTH112 - that raises where nobody may look
        root = source if is_folder else source.parent
        for path in walk(source, recursive) if is_folder else [source]:
            if os.path.islink(path):  # noqa: PTH114 - likewise
                links.append((path, root))
            else:
                yield path, root
    yield from links


def walk(folder: Path, recursive: bool) -> Iterator[Path]:
    """The files of a folder that are not hidden, links to files too, and at last each folder that nobody may read."""
    locked: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=locked.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if recursive else []
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(place, name)
                if _may_be_a_file(path):
                    yield path
    for error in locked:
        if isinstance(error, PermissionError):
            yield Path(error.filename)


def _may_be_a_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # whoever opens it learns what is wrong


def _is_named_like_an_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES


def matches(path: Path, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a path below a searched folder is taken, as `find_images` says."""
    candidates = (path.name.lower(), path.as_posix().lower())

    def any_of(patterns: Sequence[str]) -> bool:
        return any(fnmatch(candidate, pattern.lower()) for pattern in patterns for candidate in candidates)

    return (not include or any_of(include)) and not any_of(exclude)
