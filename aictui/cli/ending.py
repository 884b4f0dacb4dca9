"""The signals by which a system ends a command: it gives up its work as on Ctrl-C, and leaves nothing half-written."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_NAMES = ("SIGTERM", "SIGHUP")
_BASE = 128
"""What shells add to a signal's number for the exit code of what it has ended."""


class Ended(KeyboardInterrupt):
    """A signal ended the command, with this exit code."""

    def __init__(self, number: int) -> None:
        """Of the number of a signal."""
        super().__init__()
        self.exit_code = _BASE + number


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Raises `Ended` in the main thread for a signal that would end the process at once.

    One that is ignored, as under nohup, still is; beside the main thread nothing changes.
    """
    heard: list[int] = []
    try:
        for name in _NAMES:
            number = getattr(signal, name, None)  # Windows has but one of them
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _end)
                heard.append(number)
    except ValueError:  # beside the main thread
        pass
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise Ended(number)
