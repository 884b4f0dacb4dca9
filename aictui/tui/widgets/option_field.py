"""A declared option of a component as a field with its help."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from aictui.errors import UsageError
from aictui.options import Option, OptionValue, value_text
from aictui.tui.catalog import Choice
from aictui.tui.widgets.field import Field
from aictui.tui.widgets.menu import Menu


class OptionField(Vertical):
    """One option: a menu or a line of text, and below it what it does or what is wrong."""

    DEFAULT_CSS = """
    OptionField {
        height: auto; padding: 0 1;
        Horizontal { height: 1; }
        .name { width: 17; color: $text-muted; }
        Input { width: 1fr; }
        Menu { padding: 0; }
        .help { color: $text-muted; height: auto; padding-left: 2; }
        .help.wrong { color: $text-error; text-style: bold; }
    }
    """

    class Changed(Message):
        """The option has another value."""

        def __init__(self, kind: str, option: Option, value: OptionValue) -> None:
            super().__init__()
            self.kind = kind
            self.name = option.name
            self.value = value
            self.is_default = value == option.default

    def __init__(self, kind: str, option: Option, value: OptionValue) -> None:
        super().__init__()
        self.kind = kind
        self.option = option
        self.value = self._before = value

    def compose(self) -> ComposeResult:
        """The field above its help."""
        label = self.option.name.replace("_", " ")
        if self.option.kind == "bool":
            yield Menu(label, lambda: [Choice("no", ""), Choice("yes", "")], "yes" if self.value else "no")
        elif self.option.kind == "choice":
            choices = [Choice(choice, "") for choice in self.option.choices]
            yield Menu(label, lambda: choices, str(self.value))
        else:
            with Horizontal():
                yield Static(label, classes="name", markup=False)
                yield Field(value_text(self.value), compact=True, select_on_focus=True)
        yield Static(self._help, classes="help", markup=False)

    @property
    def _help(self) -> str:
        if self.option.kind in {"int", "float"}:
            return f"{self.option.help} ({self.option.describe()})"
        return self.option.help

    @on(Menu.Chosen)
    def choose(self, event: Menu.Chosen) -> None:
        """Take the menu's value."""
        event.stop()
        self._take(self.option.parse(event.chosen))

    @on(Input.Changed)
    def type(self, event: Input.Changed) -> None:
        """Take what was typed, if it is a value; say what is wrong, if not."""
        event.stop()
        note = self.query_one(".help", Static)
        try:
            value = self.option.parse(event.value)
        except UsageError as error:
            note.update(Text(f"✗ {error}"))
            note.add_class("wrong")
            return
        note.update(self._help)
        note.remove_class("wrong")
        self._take(value)

    def on_descendant_focus(self) -> None:
        """Remember what may have to come back."""
        if self.app.app_focus:
            self._before = self.value

    @on(Input.Blurred)
    def leave(self, event: Input.Blurred) -> None:
        """Give up what is not a value, unless the terminal loses the focus and will give it back.

        What was typed on the way there, such as 99 of 9999, was never meant.
        """
        event.stop()
        if self.app.app_focus and self.query_one(".help").has_class("wrong"):
            event.input.value = value_text(self._before)

    def _take(self, value: OptionValue) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self.kind, self.option, value))
