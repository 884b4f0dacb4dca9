"""A panel for aictui's compare view: what the code of a picture is made of."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from aictui import hookimpl
from aictui.panels import Panel, Result

WIDTH = 32
"""Columns of the longest bar, where there is room for them."""

BINS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 64), (65, None))
"""Magnitudes of symbols that a row of the histogram counts."""


class SymbolsPanel(Panel):
    """The bytes of each part of the file, and how often symbols of each size occur."""

    id = "symbols"
    title = "Symbols"
    help = "Where the bytes of the file go, part by part, and how large its symbols are."

    def render(self, result: Result) -> RenderableType:
        """Two tables with bars: parts by bytes, symbols by magnitude where the pipeline hands them out."""
        shown: list[RenderableType] = [parts(result)]
        if result.symbols is not None and result.symbols.size:
            shown += [Text(), histogram(result.symbols)]
        return Group(*shown)


def parts(result: Result) -> Table:
    """A row for the header and each part of the file, most important first."""
    rows = [("header", result.info.header_bytes)]
    rows += [(f"part {number}", part.present) for number, part in enumerate(result.info.parts)]
    return _bars("bytes of the file", [(name, f"{size:,}", size) for name, size in rows])


def histogram(symbols: NDArray[np.int32]) -> Table:
    """A row for each range of magnitudes; the title tells the entropy of single symbols."""
    magnitudes = np.abs(symbols.astype(np.int64)).ravel()
    rows = []
    for low, high in BINS:
        count = int(np.count_nonzero(magnitudes >= low) - (0 if high is None else np.count_nonzero(magnitudes > high)))
        name = str(low) if low == high else f"{low} up" if high is None else f"{low}–{high}"
        rows.append((name, f"{count / magnitudes.size:.2%}", count))
    return _bars(f"symbols by size, {entropy(symbols):.2f} bits each", rows)


def entropy(symbols: NDArray[np.int32]) -> float:
    """Bits of a symbol on average, were each coded by itself."""
    _, counts = np.unique(symbols, return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def _bars(title: str, rows: list[tuple[str, str, int]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, show_header=False, pad_edge=False)
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
    table.add_column(max_width=WIDTH)  # which may wrap, so that where there is little room the bars give way
    most = max((size for *_, size in rows), default=0)
    for name, value, size in rows:
        table.add_row(name, value, Bar(most, 0, max(size, most / WIDTH)) if size else "")
    return table


@hookimpl
def register_panels(register: Callable[[type[Panel]], None]) -> None:
    """Offers the panel to aictui."""
    register(SymbolsPanel)
