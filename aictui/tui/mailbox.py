"""A place for one item where the newest replaces what nobody took yet."""

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """Hands the newest item from one thread to another; what was overtaken is dropped."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: Item | None = None
        self._closed = False

    def put(self, item: Item) -> None:
        """Leave ``item``, in place of an older one."""
        with self._changed:
            self._item = item
            self._changed.notify_all()

    def take(self) -> Item | None:
        """Wait for an item and take it; ``None`` once the mailbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._item is not None)
            item, self._item = self._item, None
            return None if self._closed else item

    def wait(self, seconds: float) -> bool:
        """Wait for at most ``seconds``; whether the work at hand is overtaken, by an item or by closing."""
        with self._changed:
            return self._changed.wait_for(lambda: self._overtaken, seconds)

    def close(self) -> None:
        """Let the taker go home."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether the taker should go home."""
        with self._changed:
            return self._closed

    @property
    def overtaken(self) -> bool:
        """Whether a newer item waits, or the mailbox is closed."""
        with self._changed:
            return self._overtaken

    @property
    def _overtaken(self) -> bool:
        return self._closed or self._item is not None
