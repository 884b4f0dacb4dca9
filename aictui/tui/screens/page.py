"""What all screens share: they open in short steps, so that nothing waits for them."""

import asyncio
from typing import TYPE_CHECKING

from textual import events, getters
from textual.await_complete import AwaitComplete
from textual.geometry import Size
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

if TYPE_CHECKING:
    from aictui.tui.app import AictuiApp


class ClosingOnce(Screen[ScreenResultType]):
    """A screen that may be dismissed twice.

    Keys that are typed in one burst reach a screen that has gone already, and a second dismissal would take the screen
    below it.
    """

    if TYPE_CHECKING:  # only declared, as Textual finds it: the application imports its screens
        app = getters.app(AictuiApp)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """As `Screen.dismiss`, but once."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()


class _OpeningOnce(ClosingOnce[ScreenResultType]):
    """A screen whose widgets are styled, laid out and painted once when it opens.

    Textual styles every widget when it is mounted, again when the screen is resumed, and again when the size of the
    terminal has given the screen its classes; it lays out and paints twice. With the classes there from the start, the
    second time changes nothing.
    """

    _is_fresh = True

    def on_compose(self) -> None:
        """Take the classes of the terminal's size before there are any widgets."""
        self._take_classes()

    async def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Style nothing twice, and notice a size that has changed behind another screen."""
        event.refresh_styles = not self._is_fresh
        self._is_fresh = False
        self._take_classes()
        await asyncio.sleep(0)

    def _screen_resized(self, size: Size) -> None:
        """Lay out nothing twice; the event itself goes on, as it is also that of the screens beneath a dialog."""
        if size != self.outer_size:  # of the last layout; `self.size` is that of the terminal already
            super()._screen_resized(size)

    def _take_classes(self) -> None:
        width, height = self.app.size
        for size, breakpoints in ((width, self.app.HORIZONTAL_BREAKPOINTS), (height, self.app.VERTICAL_BREAKPOINTS)):
            fitting = [least for least, _ in breakpoints or [] if least <= size]
            self.update_classes({name: least == max(fitting) for least, name in breakpoints or []}, update=False)


class Page(_OpeningOnce[None]):
    """A screen that fills the terminal.

    A subclass may say in ``untimely_actions`` what nobody wants at the moment. The keys of these actions still work,
    and say why they do nothing, but leave their place in the key bar to others.
    """

    IS_ASIDE = False
    """Whether it stands beside the work and not in its course: there is at most one such screen at a time."""

    @property
    def untimely_actions(self) -> frozenset[str]:
        """Names of actions whose keys are not worth showing now."""
        return frozenset()

    AUTO_FOCUS = ""
    """What gets the focus; the first widget that can have it is seldom what a person wants, and costs a restyling."""

    def watch_focused(self, before: Widget | None, now: Widget | None) -> None:
        """Give the focus on where the widget that has it is hidden: Textual may give it to another hidden one."""
        last = before if now is None else now
        if self.AUTO_FOCUS and last is not None and _is_hidden(last):
            self.call_after_refresh(self._give_focus_on)

    def _give_focus_on(self) -> None:
        if self.focused is None or _is_hidden(self.focused):
            for widget in self.query(self.AUTO_FOCUS):
                if not _is_hidden(widget):
                    self.set_focus(widget)


def _is_hidden(widget: Widget) -> bool:
    return not all(node.display for node in widget.ancestors_with_self)


class Dialog(ModalScreen[ScreenResultType], _OpeningOnce[ScreenResultType]):
    """A screen before another one."""
