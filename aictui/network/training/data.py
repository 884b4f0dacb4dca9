"""Photos for training: random crops, streamed from a folder of any size, and some photos held out."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aictui.codec.image import read_colours
from aictui.errors import InputError
from aictui.opening import opened_image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".bmp", ".tif", ".tiff", ".ppm", ".jp2", ".jxl"})
HELD_OUT_SHARE = 24
"""Photos for each one that is held out; at least one is, and at most `HELD_OUT_MOST`."""
HELD_OUT_MOST = 16
POOL_BYTES = 200_000_000
"""Decoded photos that are kept at a time."""

Photo = NDArray[np.uint8]


class PhotoFolder:
    """The photos below a folder, (height, width, 3) uint8 each.

    ``training`` and ``held_out`` are their paths; one that turns out to be unreadable is told and taken off. Which
    photos are held out depends on their names alone, so that a resumed training holds out the same. ``identity`` is a
    digest of all names.
    """

    def __init__(self, folder: Path, notice: Callable[[str], None], seed: int = 0) -> None:
        """Raises `InputError` where there is no photo."""
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder; training takes a folder of photos")
        paths = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
        paths.sort(key=lambda path: hashlib.sha256(path.relative_to(folder).as_posix().encode()).digest())
        if not paths:
            raise InputError(f"{folder} holds no photos ({', '.join(sorted(SUFFIXES))})")
        names = "\0".join(path.relative_to(folder).as_posix() for path in paths)
        self.identity = hashlib.sha256(names.encode(errors="surrogateescape")).hexdigest()
        held_out = min(max(len(paths) // HELD_OUT_SHARE, 1), HELD_OUT_MOST)
        self.held_out, self.training = paths[:held_out], paths[held_out:] or paths[:]
        if len(paths) == 1:
            notice(f"{folder} holds a single photo, which serves both for training and for measuring")
        self.rng = np.random.default_rng(seed)
        self._notice = notice
        self._pool: list[Photo] = []
        self._next = 0
        self.rng.shuffle(self.training)

    def crops(self, count: int, size: int) -> NDArray[np.uint8]:
        """(count, size, size, 3) random crops, flipped and turned at random; takes in new photos as it goes."""
        for _ in range(1 if self._pool else 8):
            self._take_in()
        picked = self.rng.integers(0, len(self._pool), count)
        return np.stack([self._crop(self._pool[i], size) for i in picked])

    def reach(self, size: int, paths: Iterable[Path]) -> bool:
        """Whether any of these photos has at least ``size`` pixels on both sides, as their headers tell."""
        for path in paths:
            with suppress(InputError), opened_image(path) as image:
                if min(image.size) >= size:
                    return True
        return False

    def measured(self, size: int) -> Iterator[NDArray[np.uint8]]:
        """The middle of every held-out photo, at most ``size`` a side, in whole multiples of 16.

        Raises `InputError` where none can be read.
        """
        there = list(self.held_out)
        for path in there:
            photo = self._read(path)
            if photo is None:
                self.held_out.remove(path)
            else:
                height, width = (min(side, size) // 16 * 16 or side for side in photo.shape[:2])
                top, left = (photo.shape[0] - height) // 2, (photo.shape[1] - width) // 2
                yield photo[top : top + height, left : left + width]
        if not self.held_out:
            names = ", ".join(path.name for path in there)
            raise InputError(f"none of the photos held out for measuring can be read ({names}); take them away")

    def _crop(self, photo: Photo, size: int) -> Photo:
        short = [(0, max(size - side, 0)) for side in photo.shape[:2]]
        photo = np.pad(photo, (*short, (0, 0)), mode="edge") if any(after for _, after in short) else photo
        top, left = (int(self.rng.integers(0, side - size + 1)) for side in photo.shape[:2])
        crop = photo[top : top + size, left : left + size]
        crop = crop[:, ::-1] if self.rng.random() < 0.5 else crop
        return crop.transpose(1, 0, 2) if self.rng.random() < 0.25 else crop

    def _take_in(self) -> None:
        """Decodes one more photo; once the pool is full, it takes the place of a random one."""
        if len(self._pool) >= len(self.training):
            return
        photo = None
        while photo is None:
            if not self.training:
                raise InputError("none of the photos can be read")
            path = self.training[self._next % len(self.training)]
            photo = self._read(path)
            if photo is None:
                self.training.remove(path)
            else:
                self._next += 1
        if sum(kept.nbytes for kept in self._pool) + photo.nbytes <= POOL_BYTES or not self._pool:
            self._pool.append(photo)
        else:
            self._pool[int(self.rng.integers(len(self._pool)))] = photo

    def _read(self, path: Path) -> Photo | None:
        try:
            return read_colours(path)
        except InputError as error:
            self._notice(f"{error}; it is left out")
            return None
