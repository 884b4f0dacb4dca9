"""Points of the established formats, kept between runs because they never change."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from aictui import atomic
from aictui.bench.point import Point


class Cache:
    """A folder of JSON files, one for each image and codec, that several processes may write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, image_hash: str, codec: str, version: str, metrics: Iterable[str]) -> dict[int, Point]:
        """The kept points by setting that hold every one of ``metrics``; none where the file is unreadable."""
        try:
            entries = json.loads(self._path(image_hash, codec, version).read_text("utf-8"))
            points = [Point(**entry) for entry in entries]
        except (OSError, ValueError, TypeError, RecursionError):
            return {}
        return {point.setting: point for point in points if set(metrics) <= set(point.scores)}

    def put(self, image_hash: str, version: str, points: Iterable[Point]) -> None:
        """Keeps points of one image and codec beside those that are there, or none where nothing can be written."""
        points = list(points)
        codec = points[0].codec
        path = self._path(image_hash, codec, version)
        merged = self.get(image_hash, codec, version, ()) | {point.setting: point for point in points}
        with suppress(OSError):  # they are measured again next time
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(path, json.dumps([asdict(point) for point in merged.values()]).encode())

    def _path(self, image_hash: str, codec: str, version: str) -> Path:
        key = hashlib.sha256(f"{codec}\n{version}".encode()).hexdigest()[:16]
        return self.folder / image_hash[:16] / f"{codec}-{key}.json"


def default_folder() -> Path:
    """Where the platform keeps what can be made again."""
    import platformdirs

    return platformdirs.user_cache_path("aictui", appauthor=False) / "bench"
