"""Figures and names as people read them, in as few cells as they need."""

import time
from pathlib import Path

from rich.cells import cell_len, chop_cells, set_cell_size

from aictui.printable import printable

_UNITS = ("B", "kB", "MB", "GB", "TB")


def size_text(count: float | None) -> str:
    """A number of bytes with three figures: ``982 B``, ``1.25 MB``; nothing for ``None``."""
    if count is None:
        return ""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value /= 1000
        unit += 1
    digits = 0 if unit == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {_UNITS[unit]}"


def ratio_text(ratio: float | None) -> str:
    """How many times smaller: ``15.9x``, ``0.04x`` for what became larger; nothing for ``None``."""
    if ratio is None:
        return ""
    if ratio < 0.1:
        return f"{ratio:.2g}x"
    return f"{ratio:.0f}x" if ratio >= 99.95 else f"{ratio:.1f}x"


def date_text(seconds: float) -> str:
    """When a file changed, in s since 1970, as local date and time; ``unknown`` where no calendar reaches."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OSError, OverflowError, ValueError):
        return "unknown"


def place_text(path: Path | None) -> str:
    """A path with the home folder as ``~``; nothing for ``None``."""
    return "" if path is None else printable(below_home(path))


def below_home(path: Path) -> str:
    """A path with the home folder as ``~``, as it may be typed."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def shortened(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells: filled with blanks, or with its middle cut out.

    The end of a name tells as much as its start: a number, a suffix.
    """
    length = cell_len(text)
    if length <= width:
        return text + " " * (width - length)
    if width <= 3:
        return set_cell_size(text, width)
    tail = (width - 1) // 3
    head = width - 1 - tail
    end = chop_cells(text[::-1], tail)[0][::-1]
    return set_cell_size(text, head) + "…" + " " * (tail - cell_len(end)) + end
