"""Which keys do what they are bound to, where a text field takes the others as letters."""

from dataclasses import replace

from textual.app import App
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widgets import Input

_NAMED = frozenset(
    {
        *("comma", "full_stop", "greater_than_sign", "left_square_bracket", "less_than_sign", "minus", "plus"),
        *("question_mark", "right_square_bracket", "slash", "space"),
    }
)
"""Keys of one character that have a name in Textual."""


def works(screen: Screen[object], active: ActiveBinding) -> bool:
    """Whether the key does something other than to type itself."""
    key = active.binding.key
    return not (isinstance(screen.focused, Input) and (len(key) == 1 or key in _NAMED))


def shown_key(screen: Screen[object], active: ActiveBinding) -> str:
    """The key as people are told of it, by another of its names where a field would take the usual one as text."""
    app: App[object] = screen.app
    display = app.get_key_display(active.binding)
    if isinstance(screen.focused, Input) and len(display) == 1:
        return app.get_key_display(replace(active.binding, key_display=None))
    return display
