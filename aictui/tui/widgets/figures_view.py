"""The figures of the compressed picture."""

from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from aictui.metrics.base import Metric
from aictui.tui.figures import APPROXIMATELY, Figures, bits_text, metric_text, seconds_text
from aictui.tui.text import ratio_text, size_text


class FiguresView(Static):
    """Size, ratio, bits a pixel, metrics and times; what is estimated carries a ≈."""

    DEFAULT_CSS = """
    FiguresView { height: auto; padding: 0 1; }
    """

    def show(self, figures: Figures, metrics: dict[str, Metric]) -> None:
        """Show ``figures``; ``metrics`` says what can be measured, by id."""
        entries = [
            ("Size", size_text(figures.bytes)),
            ("Ratio", ratio_text(figures.ratio)),
            ("Bits", bits_text(figures.bits_per_pixel)),
        ]
        entries += [
            (metric.title, metric_text(metric.id, figures.metrics.get(metric.id), metric.unit))
            for metric in metrics.values()
        ]
        marked = [(label, self._marked(value, estimated=not figures.exact)) for label, value in entries]
        marked.append(("Encode", seconds_text(figures.encode_seconds) or "…"))
        marked.append(("Decode", seconds_text(figures.decode_seconds) or "…"))
        table = Table.grid(expand=True, padding=(0, 1))
        pairs = 2 if self.size.width >= 44 or not self.size.width else 1
        for _ in range(pairs):
            table.add_column(style="dim", no_wrap=True)
            table.add_column(no_wrap=True, ratio=1)
        for first in range(0, len(marked), pairs):
            row = [cell for label, value in marked[first : first + pairs] for cell in (label, Text(value, "bold"))]
            table.add_row(*row)
        self.update(table)

    @staticmethod
    def _marked(value: str, *, estimated: bool) -> str:
        if not value:
            return "…"
        return f"{APPROXIMATELY} {value}" if estimated and value != "…" else value
