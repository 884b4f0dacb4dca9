"""Tells a held key from a tap: terminals tell nobody when a key is let go, but a key that is held repeats."""

FIRST_REPEAT = 0.7
"""Seconds within which a held key repeats for the first time; systems wait 0.2 to 0.66 by default."""

NEXT_REPEAT = 0.2
"""Seconds within which it repeats again. A key that has repeated and then stays silent for so long was let go."""


class HeldKey:
    """Follows one key by the times, in seconds, at which the terminal reports it."""

    def __init__(self) -> None:
        self.is_held = False
        self._last: float | None = None

    def press(self, now: float) -> bool:
        """Take a report of the key; whether it is a new press, and not the repetition of one that is held."""
        self.is_held = self._last is not None and now - self._last < FIRST_REPEAT
        self._last = now
        return not self.is_held

    def release(self) -> None:
        """The key was let go."""
        self.is_held = False
        self._last = None
