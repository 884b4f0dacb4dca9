"""The small questions and notices that appear over a screen."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from aictui.errors import AictuiError
from aictui.printable import printable
from aictui.tui.screens.page import Dialog
from aictui.tui.widgets.field import Field


class ErrorDialog(Dialog[None]):
    """Tells what went wrong, why, and what to do."""

    AREA = "error"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss", "Close", id="error.close")]

    def __init__(self, title: str, cause: str, remedy: str = "") -> None:
        super().__init__()
        self.heading = title
        self.cause = cause
        self.remedy = remedy

    def compose(self) -> ComposeResult:
        """Title, cause, remedy and one button."""
        with Vertical(classes="dialog error") as dialog:
            dialog.border_title = Content(f"✗ {self.heading}")
            dialog.border_subtitle = "enter or esc to close"
            with VerticalScroll(classes="body"):
                yield Static(self.cause, markup=False, classes="cause")
                if self.remedy:
                    yield Static(self.remedy, markup=False, classes="remedy")
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Let enter close it."""
        self.query_one(Button).focus()

    @on(Button.Pressed)
    def close(self) -> None:
        """Close it."""
        self.dismiss()


class ConfirmDialog(Dialog[bool]):
    """Asks a question that has two answers; escape is a no."""

    AREA = "question"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="question.yes"),
        Binding("n,escape", "answer(False)", "No", id="question.no"),
        Binding("left,right,h,l", "app.focus_next", "Other answer", show=False),
    ]

    def __init__(self, title: str, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self.heading = title
        self.question = question
        self.yes = yes
        self.no = no

    def compose(self) -> ComposeResult:
        """The question and two buttons; the safe one has the focus."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self.heading)
            dialog.border_subtitle = Content(f"enter to answer · y to {self.yes.lower()} · esc to {self.no.lower()}")
            yield Static(self.question, markup=False, classes="body")
            with Horizontal(classes="buttons"):
                yield Button(self.yes, id="yes", compact=True)
                yield Button(self.no, id="no", compact=True)

    def on_mount(self) -> None:
        """Make the safe answer the easy one."""
        self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def press(self, event: Button.Pressed) -> None:
        """Answer with the button's meaning."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer by key."""
        self.dismiss(answer)


class PromptDialog(Dialog[str | None]):
    """Asks for a line of text; escape gives ``None``."""

    AREA = "question"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="question.cancel")]
    DEFAULT_CSS = """
    PromptDialog {
        Label { width: 100%; }
        #problem { display: none; margin-top: 1; color: $text-error; text-style: bold; }
        #problem.-wrong { display: block; }
    }
    """

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        placeholder: str = "",
        check: Callable[[str], object] = lambda text: text,
    ) -> None:
        """``check`` raises `AictuiError` for an answer that does not do; the dialog says why, and stays."""
        super().__init__()
        self.heading = title
        self.label = label
        self.value = value
        self.placeholder = placeholder
        self.check = check

    def compose(self) -> ComposeResult:
        """A label and a field."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self.heading)
            dialog.border_subtitle = "enter to accept · esc to cancel"
            yield Label(self.label, markup=False)
            yield Field(self.value, placeholder=self.placeholder, compact=True)
            yield Label(id="problem", markup=False)

    @on(Input.Submitted)
    def accept(self, event: Input.Submitted) -> None:
        """Answer with what was typed, if it will do."""
        try:
            self.check(event.value)
        except AictuiError as error:
            self.object_to(error)
        else:
            self.take(event.value)

    def take(self, answer: str) -> None:
        """Go with an answer that will do."""
        self.dismiss(answer)

    def object_to(self, error: AictuiError) -> None:
        """Say why the answer does not do."""
        problem = self.query_one("#problem", Label)
        problem.update(f"✗ {printable(str(error))}")
        problem.add_class("-wrong")
        self.app.bell()

    @on(Input.Changed)
    def forgive(self) -> None:
        """Say nothing more of an answer that did not do."""
        self.query_one("#problem").remove_class("-wrong")


class TextDialog(Dialog[None]):
    """Shows a text as it is."""

    AREA = "text"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss", "Close", id="text.close")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.heading = title
        self.text = text

    def compose(self) -> ComposeResult:
        """A title and the text."""
        with Vertical(classes="dialog wide") as dialog:
            dialog.border_title = Content(self.heading)
            dialog.border_subtitle = "esc to close"
            with VerticalScroll():
                yield Static(self.text, markup=False)
