"""The two lines that say how the whole queue stands."""

from typing import ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from aictui.counted import counted
from aictui.tui.queue_list import Totals
from aictui.tui.text import size_text


class QueueTotals(Widget):
    """A bar for all files, and below it the figures in words."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"queue-totals--bar", "queue-totals--rest", "queue-totals--figures"}
    DEFAULT_CSS = """
    QueueTotals {
        height: 2;
        padding: 0 1;
        & > .queue-totals--bar { color: $primary; }
        & > .queue-totals--rest { color: $text-muted; }
        & > .queue-totals--figures { color: $foreground; }
    }
    """

    totals: reactive[Totals] = reactive(Totals())
    phase: reactive[str] = reactive("")
    """``running``, ``paused``, … or empty."""
    seconds_left: reactive[float | None] = reactive(None)

    def render_line(self, y: int) -> Strip:
        """The bar, or the figures."""
        width = self.size.width
        if y == 0:
            percent = f" {100 * self.totals.fraction:3.0f} %"
            cells = max(0, width - len(percent))
            full = round(self.totals.fraction * cells)
            bar = self.get_component_rich_style("queue-totals--bar")
            rest = Segment("─" * (cells - full), self.get_component_rich_style("queue-totals--rest"))
            return Strip([Segment("━" * full, bar), rest, Segment(percent, bar)], width)
        style = self.get_component_rich_style("queue-totals--figures")
        return Strip([Segment(self.figures, style)]).adjust_cell_length(width, style)

    @property
    def figures(self) -> str:
        """The figures in words: ``12 of 24 files · ✗ 1 failed · 34.1 MB saved (91 %) · 42 s left``."""
        totals = self.totals
        parts = [self.phase] if self.phase else []
        parts.append(f"{totals.finished:,} of {counted(totals.files, 'file')}")
        if totals.failed:
            parts.append(f"✗ {totals.failed:,} failed")
        if totals.compressed and totals.source_bytes:
            saved = totals.source_bytes - totals.output_bytes
            sizes = f"{size_text(totals.source_bytes)} → {size_text(totals.output_bytes)}"
            parts.append(f"{sizes}, {saved / totals.source_bytes:.0%} saved")
        if self.seconds_left:
            parts.append(f"{duration_text(self.seconds_left)} left")
        return " · ".join(parts)


def duration_text(seconds: float) -> str:
    """``42 s``, ``3 min``, ``1 h 05 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
