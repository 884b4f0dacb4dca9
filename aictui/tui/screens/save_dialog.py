"""Where the compressed file goes."""

from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from aictui.codec.files import Overwrite, check_suffix, keep_source, output_path
from aictui.errors import OutputError, UsageError
from aictui.file_type import IMAGE_SUFFIXES, SUFFIX
from aictui.tui.catalog import Choice
from aictui.tui.screens.page import Dialog
from aictui.tui.text import below_home, place_text
from aictui.tui.typed import typed_path
from aictui.tui.widgets.field import Field
from aictui.tui.widgets.menu import Menu

_POLICIES: dict[str, str] = {
    "error": "leaves a file that exists alone and says so",
    "rename": "adds a number to the name where a file exists",
    "overwrite": "replaces a file that exists",
}


class Destination(NamedTuple):
    """A path and what to do where it exists."""

    path: Path
    overwrite: Overwrite


class SaveDialog(Dialog[Destination | None]):
    """Asks for name, folder and overwrite policy, and says beforehand where the file will go."""

    AREA = "save"
    HELP = """
# Save

The file is written whole or not at all. While the exact file is still being made, it is saved as soon as it is done.
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="save.cancel")]
    DEFAULT_CSS = """
    SaveDialog {
        .dialog { width: 72; }
        #note { margin-bottom: 1; }
        Input { margin-bottom: 1; background: $foreground 5%; }
        Input:focus { background: $foreground 12%; }
        #outcome { height: auto; min-height: 2; margin-top: 1; color: $text-muted; }
        #outcome.-wrong { color: $text-error; text-style: bold; }
        Menu { padding: 0; }
    }
    """

    def __init__(self, path: Path, overwrite: Overwrite, note: str, source: Path | None = None) -> None:
        """``source`` is the image that the file is made of, which it must not replace."""
        super().__init__()
        self.path = path
        self.source = source
        # One file has no others to go on with: to skip it would be to save nothing and to say nothing.
        self.overwrite: Overwrite = "error" if overwrite == "skip" else overwrite
        self.note = note

    def compose(self) -> ComposeResult:
        """Three fields, the outcome and two buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Save"
            dialog.border_subtitle = "enter to save · esc to cancel"
            yield Static(self.note, id="note", markup=False)
            yield Label("Name")
            yield Field(self.path.name, id="name", compact=True, select_on_focus=False)
            yield Label("Folder")
            yield Field(below_home(self.path.parent), id="folder", compact=True, select_on_focus=False)
            choices = [Choice(policy, summary) for policy, summary in _POLICIES.items()]
            yield Menu("If it exists", lambda: choices, self.overwrite, id="policy")
            yield Static(id="outcome", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Save", id="save", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Start at the name."""
        self.query_one("#name").focus()
        self._foretell()

    @property
    def destination(self) -> Destination:
        """What is asked for now, as an ``.aic`` file where the name says nothing else; raises `UsageError`."""
        path = typed_path(self.query_one("#folder", Input).value.strip() or ".")
        if name := self.query_one("#name", Input).value.strip():
            named = Path(name).suffix.lower()
            path /= name if named in {SUFFIX, *IMAGE_SUFFIXES} else name + SUFFIX
        return Destination(path, self.overwrite)

    def problem(self) -> str | None:
        """Why it cannot be saved so; ``None`` where it can."""
        if not self.query_one("#name", Input).value.strip():
            return "a file needs a name"
        try:
            check_suffix(self.destination.path)
            target = output_path(*self.destination)
            if target is not None and self.source is not None:
                keep_source(target, self.source)
        except (OutputError, UsageError) as error:
            return str(error)
        return None

    @on(Input.Changed)
    def _foretell(self) -> None:
        outcome = self.query_one("#outcome", Static)
        problem = self.problem()
        outcome.set_class(problem is not None, "-wrong")
        if problem is not None:
            outcome.update(f"✗ {problem}")
            return
        path, overwrite = self.destination
        target = output_path(path, overwrite)
        replaces = "\nreplaces the file that is there" if target is not None and target.exists() else ""
        outcome.update(f"→ {place_text(target)}{replaces}")

    @on(Menu.Chosen)
    def _choose_policy(self, event: Menu.Chosen) -> None:
        self.overwrite = event.chosen  # type: ignore[assignment]
        self._foretell()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        if self.problem() is None:
            self.dismiss(self.destination)
        else:
            self._foretell()
            self.app.bell()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
