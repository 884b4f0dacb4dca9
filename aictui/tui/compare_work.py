"""What is done in threads for the compare view, from reading the image to measuring its file; no widgets."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from aictui.codec.settings import Settings
from aictui.tui.comparison import Comparison
from aictui.tui.live import LiveLoop, News, Sampled
from aictui.tui.measuring import MeasuringLoop, MeasuringNews, Pause, Task
from aictui.tui.reports import Opened, Reported, Saved, SurroundingsFound, Unreadable
from aictui.tui.surroundings import Surroundings, Workshop

if TYPE_CHECKING:
    from aictui.metrics.base import Metric
    from aictui.tui.live import Session
    from aictui.tui.screens.save_dialog import Destination


class CompareWork:
    """Two loops, one for the newest wish of the slider and one for what may take its time, and what comes before them.

    `read`, `look_around`, `serve`, `measure_all` and `write` each want a thread. Plugins and codecs in C may raise
    anything in them; all they do is to ``post`` messages, of which `accept` tells whether they are stale.
    """

    def __init__(self, path: Path, like: Path | None, workshop: Workshop, post: Callable[[Message], object]) -> None:
        self.comparison = Comparison(path, Settings())
        self.surroundings: Surroundings | None = None
        self._like = like
        self._workshop = workshop
        self._post = post
        self._version: tuple[int, int] | None = None
        self._live = LiveLoop(self._open_session, self._report, idle=lambda: not self._measuring.pressing)
        self._measuring = MeasuringLoop(self._report, lambda: self._metrics, workshop.decode)
        self.serve = self._live.run
        self.measure_all = self._measuring.run

    def read(self) -> None:
        """Read the image: posts `Opened` or `Unreadable`."""
        try:
            self._version = _version_of(self.comparison.path)
            self._post(Opened(self._workshop.read(self.comparison.path)))
        except Exception as error:
            self._post(Unreadable(error))

    def look_around(self) -> None:
        """Look for what is installed: posts `SurroundingsFound` or `Unreadable`."""
        try:
            self._post(SurroundingsFound(self._workshop.surroundings(self._like)))
        except Exception as error:
            self._post(Unreadable(error))

    def write(self, destination: "Destination", data: bytes) -> None:
        """Write the file that was made: posts `Saved`."""
        try:
            path = self._workshop.write(destination.path, data, destination.overwrite, self.comparison.path)
            self._post(Saved(destination, path))
        except Exception as error:
            self._post(Saved(destination, None, error))

    def stop(self) -> None:
        """End the threads."""
        self._live.stop()
        self._measuring.stop()

    @property
    def is_ready(self) -> bool:
        """Whether image and components are known."""
        return self.comparison.source is not None and self.surroundings is not None

    @property
    def is_outdated(self) -> bool:
        """Whether the file of the image has changed since it was read."""
        return _version_of(self.comparison.path) not in {None, self._version}

    def ask(self, settings: Settings) -> None:
        """Start a generation, of which the comparison tells such figures as are known at once."""
        request = self.comparison.ask(settings)
        self._measuring.ask(Pause())
        self._live.ask(request)

    def accept(self, news: News | MeasuringNews) -> bool:
        """Take in a piece of news; true where it changes what is shown."""
        is_shown = self.comparison.accept(news)
        if is_shown and isinstance(news, Sampled) and (sample := self.comparison.sample_of(news)):
            self._measuring.measure_later(sample)
        return is_shown

    def measure(self, first: str) -> None:
        """Take the slow figures of the finished file, and of its peers, the ``first`` of them before the others."""
        result = self.comparison.result
        if result is not None and self.surroundings is not None:
            peers = sorted(self.surroundings.peers, key=lambda peer: peer.id != first)
            self._measuring.ask(Task(self.comparison.generation, result.original, result.pixels, result.data, peers))

    def _open_session(self, settings: Settings) -> "Session":
        assert self.comparison.source is not None  # nothing is asked for without it
        return self._workshop.open_session(self.comparison.source, settings)

    def _report(self, news: News | MeasuringNews) -> None:
        self._post(Reported(news))

    @property
    def _metrics(self) -> "tuple[Metric, ...]":
        return self.surroundings.metrics if self.surroundings else ()


def _version_of(path: Path) -> tuple[int, int] | None:
    """Modification time in ns and size of a file, by which a change of it is known; ``None`` where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
