"""What the terminal can show: its graphics protocol and the size of a cell in pixels.

Asking takes one round trip and has to happen before the application owns the keyboard.
"""

import os
import re
import sys
import time
from dataclasses import dataclass, replace
from typing import Literal, get_args

Protocol = Literal["kitty", "sixel", "half-cell", "off"]
ProtocolSetting = Literal["auto", "kitty", "sixel", "half-cell", "off"]
TRUE_COLOURS = 1 << 24
PROTOCOL_SETTINGS: tuple[ProtocolSetting, ...] = get_args(ProtocolSetting)

_KITTY_QUERY = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
_CELL_SIZE_QUERY = "\x1b[16t"
_ATTRIBUTES_QUERY = "\x1b[c"
_ATTRIBUTES_ANSWER = re.compile(r"\x1b\[\?([\d;]*)c")
_CELL_SIZE_ANSWER = re.compile(r"\x1b\[6;(\d+);(\d+)t")


@dataclass(frozen=True)
class Terminal:
    """A terminal's best graphics protocol, the size of one cell in pixels, and how many colours a cell may have."""

    protocol: Protocol = "half-cell"
    cell_width: int = 10
    cell_height: int = 20
    colours: int = TRUE_COLOURS

    def with_setting(self, setting: str) -> "Terminal":
        """This terminal with the protocol that a setting asks for; ``auto`` keeps what was found."""
        if setting not in PROTOCOL_SETTINGS or setting == "auto":
            return self
        return replace(self, protocol=setting)

    def with_colours(self, system: str | None) -> "Terminal":
        """This terminal with the colours of what Rich calls a color system."""
        return replace(self, colours={"256": 256, "standard": 16}.get(system or "", TRUE_COLOURS))


def detect(timeout: float = 0.15) -> Terminal:
    """Ask the terminal on stdin and stdout what it can show; half-cells where it does not answer."""
    if not (sys.__stdin__ and sys.__stdout__ and sys.__stdin__.isatty() and sys.__stdout__.isatty()):
        return Terminal()
    name = os.environ.get("TERM", "")
    if sys.platform == "win32" or name in {"dumb", "linux"}:
        return Terminal()
    # tmux and screen take the kitty query for a window title.
    multiplexed = "TMUX" in os.environ or name.startswith(("screen", "tmux"))
    query = ("" if multiplexed else _KITTY_QUERY) + _CELL_SIZE_QUERY + _ATTRIBUTES_QUERY
    import termios

    try:
        answer = _ask(query, timeout)
    except (OSError, termios.error):
        return Terminal()
    return interpret(answer, _cell_size_from_kernel())


def interpret(answer: str, cell_size: tuple[int, int] | None) -> Terminal:
    """The terminal that gave ``answer``; ``cell_size`` (width, height) is what the kernel knows, if anything."""
    attributes = _ATTRIBUTES_ANSWER.search(answer)
    protocol: Protocol = "half-cell"
    # Terminals that offer both often lack kitty's placeholders, so sixel comes first.
    if attributes and "4" in attributes[1].split(";"):
        protocol = "sixel"
    elif ";OK\x1b\\" in answer:
        protocol = "kitty"
    if cell_size is None and (reported := _CELL_SIZE_ANSWER.search(answer)):
        cell_size = (int(reported[2]), int(reported[1]))
    if cell_size is None or 0 in cell_size:
        return Terminal(protocol)
    return Terminal(protocol, *cell_size)


def _ask(query: str, timeout: float) -> str:
    """What the terminal answers, up to its attributes, which every terminal reports, or until ``timeout``."""
    import select
    import termios
    import tty

    assert sys.__stdin__
    assert sys.__stdout__
    stdin = sys.__stdin__.fileno()
    before = termios.tcgetattr(stdin)
    answer = ""
    try:
        tty.setcbreak(stdin, termios.TCSANOW)
        sys.__stdout__.write(query)
        sys.__stdout__.flush()
        deadline = time.monotonic() + timeout
        while not _ATTRIBUTES_ANSWER.search(answer):
            ready, _, _ = select.select([stdin], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                break
            answer += os.read(stdin, 1024).decode("ascii", "replace")
    finally:
        termios.tcsetattr(stdin, termios.TCSANOW, before)
    return answer


def _cell_size_from_kernel() -> tuple[int, int] | None:
    """Width and height of a cell in pixels, where the kernel knows the window's size in pixels."""
    import fcntl
    import struct
    import termios

    assert sys.__stdout__
    try:
        packed = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, b"\0" * 8)
    except OSError:
        return None
    rows, columns, width, height = struct.unpack("HHHH", packed)
    if not (rows and columns and width and height):
        return None
    return width // columns, height // rows
