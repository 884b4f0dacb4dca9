"""A field for a line of text."""

from textual import events
from textual.binding import BindingsMap
from textual.widgets import Input

_EDITING = {key: bindings[0].action for key, bindings in BindingsMap(Input.BINDINGS).key_to_bindings.items()}
"""What keys other than letters do, by key."""


class Field(Input):
    """Takes its keys in the order in which they are typed, also where many arrive at once, as over a slow line.

    An `Input` takes letters at once, but other keys only after they went up to the application and came back. Letters
    that arrive together with a backspace before them would overtake it, and be what it deletes.
    """

    async def _on_key(self, event: events.Key) -> None:
        if not event.is_printable and event.key in _EDITING:
            event.stop()
            event.prevent_default()
            await self.run_action(_EDITING[event.key])
