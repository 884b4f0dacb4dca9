"""The keys at the bottom of a screen, as many as fit."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import ActiveBinding
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from aictui.tui.working_keys import shown_key, works

_HIGH, _WIDE = 36, 240
"""Lines and columns of a window: see `KeyBar.get_content_height`."""


class _Key(NamedTuple):
    """A key in the bar: where it starts, in which line, what it says, and what it sends."""

    x: int
    y: int
    key: str
    label: str
    sends: str
    enabled: bool

    @property
    def width(self) -> int:
        return cell_len(self.key) + cell_len(self.label) + 3


class KeyBar(Widget):
    """Shows the keys of the focused pane and its screen; a click on one is as good as pressing it.

    A window that is high, and not wide enough for all of them, has two lines. Where space is short, whole keys are left
    out, the later ones first, but not those of the application: help, quit and the command palette. Where there is
    space left, keys follow that are hidden otherwise: first those that have something to explain, last those that move
    about.

    It is one widget that paints itself, because it changes whenever the focus does.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--label", "key-bar--disabled"}
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: auto;
        background: $footer-background;
        & > .key-bar--key { color: $footer-key-foreground; text-style: bold; background: $footer-background; }
        & > .key-bar--label { color: $footer-description-foreground; background: $footer-background; }
        & > .key-bar--disabled { color: $text-disabled; background: $footer-background; }
    }
    """

    def on_mount(self) -> None:
        """Follow what the keys do."""
        self.screen.bindings_updated_signal.subscribe(self, self._take_bindings)

    def _take_bindings(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh()

    def shown(self) -> list[_Key]:
        """The keys that fit, from left to right."""
        offered = list(self._on_offer())
        shown = [active for active in offered if active.binding.show]
        fixed = [active for active in shown if active.node is self.app]
        palette = self.screen.active_bindings.get(self.app.COMMAND_PALETTE_BINDING)
        if palette:
            fixed.append(palette)
        room = self.size.width - sum(self._key(active, 0, 0).width for active in fixed)
        keys: list[_Key] = []
        x = y = 0
        hidden = [active for active in offered if not active.binding.show and active.binding.id]
        hidden.sort(key=lambda active: not active.binding.tooltip)
        for active in [*(active for active in shown if active not in fixed), *hidden]:
            key = self._key(active, x, y)
            if x + key.width > (self.size.width if y else room):
                if y + 1 >= self.size.height:
                    break
                x, y = 0, y + 1
                key = self._key(active, x, y)
            keys.append(key)
            x += key.width
        x = room if y else max(x, room)
        for active in fixed:
            keys.append(self._key(active, x, 0))
            x += keys[-1].width
        return keys

    def _on_offer(self) -> Iterator[ActiveBinding]:
        seen = set(getattr(self.screen, "untimely_actions", ()))
        for active in self.screen.active_bindings.values():
            if active.binding.description and active.binding.action not in seen and works(self.screen, active):
                seen.add(active.binding.action)
                yield active

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Two lines where the window is high enough to spare one, and not wide enough for one to do."""
        return 2 if viewport.height >= _HIGH and viewport.width < _WIDE else 1

    def _key(self, active: ActiveBinding, x: int, y: int) -> _Key:
        binding = active.binding
        label = binding.description[:1].upper() + binding.description[1:]  # Textual's own start small
        return _Key(x, y, shown_key(self.screen, active), label, binding.key, active.enabled)

    def render_line(self, y: int) -> Strip:
        """A line."""
        key_style = self.get_component_rich_style("key-bar--key")
        label_style = self.get_component_rich_style("key-bar--label")
        disabled = self.get_component_rich_style("key-bar--disabled")
        segments: list[Segment] = []
        end = 0
        for key in sorted(key for key in self.shown() if key.y == y):
            segments += [
                Segment(" " * (key.x - end + 1), label_style),
                Segment(key.key, key_style if key.enabled else disabled),
                Segment(f" {key.label} ", label_style if key.enabled else disabled),
            ]
            end = key.x + key.width
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        for key in self.shown():
            if key.y == event.y and key.x <= event.x < key.x + key.width and key.enabled:
                self.app.simulate_key(key.sends)
