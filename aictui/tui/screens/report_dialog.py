"""Where the report of a queue goes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.widgets import Input

from aictui.errors import AictuiError
from aictui.json_text import json_text
from aictui.tui.screens.dialogs import PromptDialog
from aictui.tui.text import place_text
from aictui.tui.typed import typed_path

if TYPE_CHECKING:
    from aictui.batch import FileResult


class ReportDialog(PromptDialog):
    """Asks for a path, writes what became of the files there as JSON, and stays where that fails."""

    class Written(Message):
        """The report is written to ``path``, or not."""

        def __init__(self, path: Path | None, error: Exception | None = None) -> None:
            super().__init__()
            self.path = path
            self.error = error

    def __init__(self, path: Path, results: "Sequence[FileResult]") -> None:
        """``path`` is what it proposes."""
        super().__init__("JSON report", "Write it to", str(path), check=typed_path)
        self.results = results

    def take(self, answer: str) -> None:
        """Write to the path that was typed."""
        self.query_one(Input).disabled = True
        self._write(typed_path(answer))

    @work(thread=True, exit_on_error=False, description="report")
    def _write(self, path: Path) -> None:
        from aictui.batch import report
        from aictui.codec.files import write_file

        try:
            data = json_text(report(self.results), indent=1).encode()
            self.post_message(self.Written(write_file(path, data, "rename")))
        except Exception as error:
            self.post_message(self.Written(None, error))

    @on(Written)
    def _tell(self, message: Written) -> None:
        if message.error is None:
            self.app.notify(f"Wrote {place_text(message.path)}", markup=False)
            self.dismiss(None)
            return
        self.query_one(Input).disabled = False
        self.query_one(Input).focus()
        if isinstance(message.error, AictuiError):
            self.object_to(message.error)
        else:
            self.app.show_error(message.error)
