"""The signals by which a system ends a program: without this they would leave the terminal as it was drawn on."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_NAMES = ("SIGTERM", "SIGHUP")
_BASE = 128
"""What shells add to a signal's number for the exit code of what it has ended."""


class LeavingSignals:
    """Listens for signals in the running event loop; on Windows, and beside the main thread, to none."""

    def __init__(self) -> None:
        self._heard: list[int] = []

    def attach(self, leave: Callable[[int], None]) -> None:
        """Call ``leave`` with the exit code that a signal asks for."""
        loop = asyncio.get_running_loop()
        for name in _NAMES:
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                number = int(getattr(signal, name))
                loop.add_signal_handler(number, leave, _BASE + number)
                self._heard.append(number)

    def detach(self) -> None:
        """Leave signals to the system again."""
        loop = asyncio.get_running_loop()
        while self._heard:
            loop.remove_signal_handler(self._heard.pop())
