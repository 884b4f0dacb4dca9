"""How long the rest of a batch should take."""

from pathlib import Path

from aictui.batch.plan import Item

TELLING_SHARE = 0.05
"""How much of the work must be done at a known pace to tell how long the rest will take."""


class Pace:
    """Pixels by seconds since the first file got going, its model loaded. One thread at a time may use it."""

    def __init__(self, pixels: int) -> None:
        """``pixels``: of all the files."""
        self._left = pixels
        self._done = 0
        self._at_work: dict[Path, float] = {}
        self._began: tuple[float, float] | None = None

    def advance(self, item: Item, fraction: float, now: float) -> None:
        """Takes in how much of a file is done at ``now``, in seconds."""
        self._at_work[item.source] = fraction * item.pixels
        if self._began is None and fraction > 0:
            self._began = now, sum(self._at_work.values())

    def finish(self, item: Item, *, worked: bool) -> None:
        """Takes in that a file is through; ``worked`` where it was compressed now, and to its end."""
        self._left -= item.pixels
        if worked:
            self._done += item.pixels
        if self._at_work.pop(item.source, 0) and not worked:
            self._began = None  # what was counted as done of it would be missing from now on

    def seconds_left(self, now: float) -> float | None:
        """How long the rest should take; ``None`` while too little is done to tell."""
        if self._began is None:
            return None
        at_work = sum(self._at_work.values())
        seconds, pixels = now - self._began[0], self._done + at_work - self._began[1]
        left = self._left - at_work
        return seconds * left / pixels if pixels > TELLING_SHARE * (pixels + left) else None
