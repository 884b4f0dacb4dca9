"""Headers read in a thread, those that somebody looks at first."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from aictui.tui.folder import Header, ImageFile, read_header

_LARGEST_BATCH = 64
_LONGEST_WAIT = 0.1
_BREATH = 0.0005

Deliver = Callable[[list[tuple[ImageFile, Header]]], None]


class HeaderReader:
    """Reads the headers of files in the background and delivers them in batches, from its own thread.

    The thread ends by itself when everything is read, and starts again when there is more.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._urgent: Sequence[ImageFile] = ()
        self._backlog: deque[ImageFile] = deque()
        self._thread: threading.Thread | None = None
        self._generation = 0

    def add(self, files: Iterable[ImageFile]) -> None:
        """Read these too, when nothing is more urgent."""
        with self._lock:
            self._backlog.extend(files)
        self._start()

    def prefer(self, files: Sequence[ImageFile]) -> None:
        """Read these before all others; what was preferred before is no longer."""
        with self._lock:
            self._urgent = [file for file in files if file.is_unread]
        self._start()

    def forget(self) -> None:
        """Drop what is not read yet; nothing of it is delivered any more."""
        with self._lock:
            self._generation += 1
            self._urgent = ()
            self._backlog.clear()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and (self._urgent or self._backlog):
                self._thread = threading.Thread(target=self._run, name="header-reader", daemon=True)
                self._thread.start()

    def _next(self) -> ImageFile | None:
        """The next file to read; without one the thread is over."""
        with self._lock:
            if self._urgent:
                file, *self._urgent = self._urgent
                return file
            if self._backlog:
                return self._backlog.popleft()
            self._thread = None
            return None

    def _run(self) -> None:
        done: list[tuple[ImageFile, Header]] = []
        read: set[int] = set()
        generation, last = self._generation, time.monotonic()
        while file := self._next():
            if generation != self._generation:
                generation, done, read = self._generation, [], set()
            if file.is_unread and id(file) not in read:
                done.append((file, read_header(file.path)))
                read.add(id(file))
                # Let the thread that paints have its turn.
                time.sleep(_BREATH)
            if len(done) >= _LARGEST_BATCH or (done and time.monotonic() - last > _LONGEST_WAIT):
                self._hand_over(done, generation)
                done, last = [], time.monotonic()
        if done:
            self._hand_over(done, generation)

    def _hand_over(self, done: list[tuple[ImageFile, Header]], generation: int) -> None:
        if generation == self._generation:
            self._deliver(done)


def apply(file: ImageFile, header: Header) -> None:
    """Write what a header said into the file's row."""
    file.width, file.height, file.error = header.width, header.height, header.error
    if header.whole_bytes is not None:
        file.whole_bytes = header.whole_bytes
    if header.format:
        file.format = header.format
