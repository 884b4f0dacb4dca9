"""Standard output is for what a command gives back: plugins print elsewhere, and where it cannot be written is told."""

import errno
import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, TextIO, cast

from aictui.errors import OutputError, reason_of


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


@contextmanager
def written_whole() -> Iterator[None]:
    """Lets standard output take all that is written, or fail.

    One without a buffer, as PYTHONUNBUFFERED asks for, would take a part without a word; and characters that its
    encoding has not become escapes, as on standard error.
    """
    own = sys.stdout
    if isinstance(own, io.TextIOWrapper) and own.errors == "strict":
        own.reconfigure(errors="backslashreplace")
    if isinstance(raw := getattr(own, "buffer", None), io.FileIO):
        buffer = io.BufferedWriter(io.FileIO(raw.fileno(), "w", closefd=False))
        sys.stdout = io.TextIOWrapper(buffer, own.encoding, own.errors, line_buffering=True)
    try:
        yield
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        sys.stdout = own


@contextmanager
def written() -> Iterator[None]:
    """Raises `OutputError` where standard output cannot take what is written; a reader that went away goes through."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {trouble(error)}") from None


def trouble(error: OSError) -> str:
    """What is wrong with a standard stream."""
    return "it is closed" if error.errno == errno.EBADF else reason_of(error).lower()


def finish_standard_output() -> None:
    """Drops what is still buffered where nobody can take it, or it would complain again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _StandardOutput:
    """Standard output, or standard error for a thread that runs a plugin's code."""

    def __init__(self, own: TextIO) -> None:
        self._own = own

    def write(self, text: str) -> int:
        with written():
            return self._stream().write(text)

    def flush(self) -> None:
        with written():
            self._stream().flush()

    def _stream(self) -> TextIO:
        return sys.stderr if _running.plugin else self._own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream(), name)
