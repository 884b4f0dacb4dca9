"""The panels that aictui brings: where the bytes went, and what the code looks like."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aictui.panels.base import Panel, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from rich.console import Console, ConsoleOptions
    from rich.table import Table

_TILES = 24
"""Latents in the picture of the code; more would be too small to see in a terminal."""

_SPREAD = 3.0
"""How many typical magnitudes reach from middle grey to black or white in the picture of the code."""


class _Bar:
    """A line as long as a share of the room there is."""

    def __init__(self, share: float) -> None:
        self._share = share

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterator[str]:
        halves = max(1, round(2 * self._share * options.max_width))
        yield "━" * (halves // 2) + "╸" * (halves % 2)


class BytesPanel(Panel):
    """The share of the file's bytes by group of latents."""

    id = "bytes"
    title = "Bytes"
    help = "How the bytes of the file are shared between header, metadata and groups of latents, coarse to fine."

    def render(self, result: Result) -> "Table":
        """A bar a part."""
        from rich.table import Table

        info = result.info
        rows = [("header", info.header_bytes), *info.metadata.items(), ("alpha", info.alpha_bytes)]
        names = _part_names(len(info.parts), info.plane_parts, result.part_latents)
        rows += [(name, part.present) for name, part in zip(names, info.parts, strict=True)]
        rows.append(("framing", max(0, info.file_bytes - sum(count for _, count in rows))))
        rows = [(name, count) for name, count in rows if count]
        largest = max(count for _, count in rows)
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, justify="right")
        table.add_column(ratio=1)
        for name, count in rows:
            share = count / info.file_bytes
            table.add_row(name, f"{count:,} B", f"{share:.1%}", _Bar(count / largest))
        table.add_row("[b]file[/b]", f"[b]{info.file_bytes:,} B[/b]", "", "")
        return table


class CodePanel(Panel):
    """The code itself: the most important latents, each as a small picture."""

    id = "code"
    title = "Code"
    help = "The numbers in the file as pictures: one tile a latent, most important first; grey is zero."

    def render(self, result: Result) -> "Image | str":
        """A mosaic of the latents."""
        from PIL import Image

        if result.symbols is None:
            return "This pipeline does not hand out its code."
        return Image.fromarray(mosaic(result.symbols))


def mosaic(symbols: "NDArray[np.int32]", aspect: float = 1.5) -> "NDArray[np.uint8]":
    """(rows, cols, latents) int32 symbols as (height, width) uint8.

    The first latents that are not zero everywhere get a tile each. Tiles go from left to right, top
    to bottom, with a line between; each is scaled by its own typical magnitude.
    """
    import numpy as np

    used = symbols[..., symbols.any(axis=(0, 1))][..., :_TILES]
    if not used.shape[2]:
        used = symbols[..., :1]
    rows, cols, count = used.shape
    across = max(1, min(count, round((count * aspect * rows / cols) ** 0.5)))
    down = -(-count // across)
    scale = np.maximum(np.sqrt(np.mean(np.square(used, dtype=np.float64), axis=(0, 1))), 1e-9) * _SPREAD
    grey = np.clip(128 + 127 * used / scale, 1, 255).astype(np.uint8)
    canvas = np.zeros((down * (rows + 1) - 1, across * (cols + 1) - 1), np.uint8)
    for number in range(count):
        top, left = number // across * (rows + 1), number % across * (cols + 1)
        canvas[top : top + rows, left : left + cols] = grey[..., number]
    return canvas


def _part_names(count: int, planes: tuple[int, ...], latents: tuple[tuple[int, int], ...]) -> list[str]:
    """What the parts of a file hold: groups of latents, and then refinements of them all."""
    names = [f"latents {first + 1}–{last}" for first, last in latents[:count]]
    names += [f"part {number}" for number in range(len(names) + 1, count + 1)]
    start = planes[0] if planes else count
    for plane, parts in enumerate(planes[1:], 1):
        for part in range(parts):
            if start + part < count:
                names[start + part] = f"plane {plane}, {part + 1}/{parts}"
        start += parts
    return names


BUILT_IN_PANELS: tuple[type[Panel], ...] = (BytesPanel, CodePanel)
