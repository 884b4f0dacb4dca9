"""Bars on standard error that tell how far work is."""

from rich.console import Console
from rich.progress import Progress, ProgressColumn


class _CursorKept(Console):
    """Never hides the cursor: a command that is stopped, as by Ctrl-Z, could not show it again to its shell."""

    def show_cursor(self, show: bool = True) -> bool:
        return False


def bars(*columns: str | ProgressColumn) -> Progress:
    """Bars of these columns, which vanish when the work is done."""
    return Progress(*columns, console=_CursorKept(stderr=True), transient=True, redirect_stdout=False)
