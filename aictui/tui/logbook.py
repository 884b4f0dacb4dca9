"""What happened so far, kept for the log screen."""

import logging
from collections import deque
from collections.abc import Callable

from aictui.printable import printable

_KEPT_RECORDS = 1000
_FORMAT = logging.Formatter("{asctime}  {levelname:<7}  {name}  {message}", "%H:%M:%S", style="{")


class Logbook(logging.Handler):
    """Keeps the last records of the ``aictui`` loggers, and those of Python's warnings, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_FORMAT)
        self.lines: deque[str] = deque(maxlen=_KEPT_RECORDS)
        self.listener: Callable[[str], object] | None = None
        self._others: list[logging.Handler] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep ``record`` and tell the listener, from whatever thread it came."""
        line = "\n".join(map(printable, self.format(record).splitlines()))
        self.lines.append(line)
        listener = self.listener  # which another thread may take away meanwhile
        if listener:
            listener(line)

    def follow(self, listener: Callable[[str], object]) -> list[str]:
        """The lines so far; ``listener`` hears of every later one."""
        with self.lock:  # type: ignore[union-attr]  # which `handle` holds while a record is kept
            self.listener = listener
            return list(self.lines)

    def attach(self) -> None:
        """Start to listen, alone: whatever else writes to a terminal would write over the screen."""
        logger = logging.getLogger("aictui")
        self._others, logger.handlers = logger.handlers, [self]
        logger.setLevel(logging.INFO)
        logging.getLogger("py.warnings").addHandler(self)
        logging.captureWarnings(True)

    def detach(self) -> None:
        """Stop to listen."""
        logging.captureWarnings(False)
        logging.getLogger("py.warnings").removeHandler(self)
        logging.getLogger("aictui").handlers = self._others
