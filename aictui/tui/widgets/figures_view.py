"""The figures of the compressed picture."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from aictui.metrics.base import Metric
from aictui.tui.figures import (
    APPROXIMATELY,
    NOTHING,
    UNKNOWN,
    Figures,
    bits_text,
    metric_text,
    planes_text,
    seconds_text,
)
from aictui.tui.text import ratio_text, size_text

_TWO_COLUMNS = 44

_VALUE = 11
"""Cells that a value takes with the space before it; titles of metrics, which plugins choose, leave it as much."""


class FiguresView(Widget):
    """Size, ratio, bits a pixel, metrics and times; what is estimated carries a ≈."""

    DEFAULT_CSS = """
    FiguresView { height: auto; padding: 0 1; }
    """

    figures: reactive[Figures] = reactive(Figures())
    metrics: reactive[Mapping[str, Metric]] = reactive({}, layout=True)
    """What can be measured, by id."""

    def render(self) -> Table:
        """Labels and values, in two pairs of columns where there is room."""
        entries = self._entries()
        table = Table.grid(expand=True, padding=(0, 1))
        pairs = 2 if self.size.width >= _TWO_COLUMNS or not self.size.width else 1
        room = (self.size.width or _TWO_COLUMNS) // pairs - _VALUE
        for _ in range(pairs):
            table.add_column(style="dim", no_wrap=True, max_width=max(room, 1))
            table.add_column(no_wrap=True, ratio=1)
        if len(entries) % pairs:
            entries.insert(-2, ("", ""))  # the two times stand side by side
        for first in range(0, len(entries), pairs):
            row = [
                cell for label, value in entries[first : first + pairs] for cell in (Text(label), Text(value, "bold"))
            ]
            table.add_row(*row)
        return table

    def _entries(self) -> list[tuple[str, str]]:
        figures = self.figures
        entries = [
            ("Size", size_text(figures.bytes)),
            ("Ratio", ratio_text(figures.ratio)),
            ("Bits", bits_text(figures.bits_per_pixel)),
        ]
        entries += [
            (metric.title, metric_text(metric.id, figures.metrics[metric.id], metric.unit))
            if metric.id in figures.metrics
            else (metric.title, "")
            for metric in self.metrics.values()
        ]
        entries = [(label, value or figures.unknown) for label, value in entries]
        if not figures.exact:
            entries = [(label, self._estimated(value)) for label, value in entries]
        times = (("Encode", figures.encode_seconds), ("Decode", figures.decode_seconds))
        entries.append(("Planes", planes_text(figures)))
        return [*entries, *((label, seconds_text(seconds) or figures.unknown) for label, seconds in times)]

    @staticmethod
    def _estimated(value: str) -> str:
        return value if value in {UNKNOWN, NOTHING} else f"{APPROXIMATELY} {value}"
