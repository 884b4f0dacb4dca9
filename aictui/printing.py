"""Where plugins print: on standard error, since standard output is for what a command gives back."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO, cast


class _Running(threading.local):
    plugin = False


_running = _Running()


@contextmanager
def prints_aside() -> Iterator[None]:
    """What this thread prints meanwhile is a plugin's and goes to standard error, within `plugins_print_aside`."""
    before = _running.plugin
    _running.plugin = True
    try:
        yield
    finally:
        _running.plugin = before


@contextmanager
def plugins_print_aside() -> Iterator[None]:
    """Keeps standard output free of what plugins print; what threads outside of plugins' code print stays on it."""
    with redirect_stdout(cast(TextIO, _StandardOutput(sys.stdout))):
        yield


class _StandardOutput:
    """Standard output, or standard error for a thread that runs a plugin's code."""

    def __init__(self, own: TextIO) -> None:
        self._own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr if _running.plugin else self._own, name)
