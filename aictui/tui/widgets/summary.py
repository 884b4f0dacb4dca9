"""The line below the slider: the figures that matter most, and how things stand."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from aictui.metrics.base import Metric
from aictui.tui.figures import APPROXIMATELY, Figures, metric_text


class Summary(Widget):
    """Figures on the left, the state on the right; always in sight."""

    DEFAULT_CSS = """
    Summary { height: 1; padding: 0 1; }
    Summary.-failed, Summary.-refused { color: $text-error; text-style: bold; }
    """

    figures: reactive[Figures] = reactive(Figures())
    state: reactive[str] = reactive("")
    problem: reactive[str] = reactive("")
    """What is wrong with what was asked for last, in place of the state; empty where nothing is."""
    metrics: reactive[tuple[Metric, ...]] = reactive(())

    def render(self) -> Table:
        """One line; the metrics give way when it is narrow."""
        table = Table.grid(expand=True, padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        table.add_column(no_wrap=True, justify="right", overflow="ellipsis")
        line, state = Text(self.figures.size_line, "bold"), self.problem or self.state
        for part in self._metrics():
            if line.cell_len + len(part) + len(state) + 8 > self.size.width:
                break
            line.append(f" · {part}")
        table.add_row(line, Text(state))
        return table

    def watch_problem(self, problem: str) -> None:
        """Make it stand out."""
        self.set_class(bool(problem), "-refused")

    def _metrics(self) -> Iterable[str]:
        mark = "" if self.figures.exact else f"{APPROXIMATELY} "
        for metric in self.metrics:
            value = self.figures.metrics.get(metric.id)
            if value is not None:
                yield f"{metric.title} {mark}{metric_text(metric.id, value, metric.unit)}"
