"""Keeps the garbage collector from stalling the interface.

A full collection looks at every object that lives and holds up all threads meanwhile: a third of a second once a
learning framework is imported. What has just survived one is alive, and nearly all of it for good (modules, classes,
the rows of a long list), so it is set aside, and the next collection looks only at what came after.
"""

import gc
import time
from typing import Any

_LONGEST = 0.01
"""Seconds that a full collection may take before what it has looked at is set aside."""


def postpone() -> None:
    """Collect nothing before `ShortCollections` is attached: what is imported on the way to the first paint stays."""
    gc.disable()


class ShortCollections:
    """Full collections take a hundredth of a second or so while this is attached.

    What is set aside is freed like anything else once nothing refers to it; only cycles among it are not.
    """

    def __init__(self) -> None:
        self._started = 0.0

    def attach(self) -> None:
        """Begin; what has been imported so far stays."""
        gc.freeze()
        gc.enable()
        gc.callbacks.append(self._watch)

    def detach(self) -> None:
        """End, and let collections look at everything again."""
        if self._watch in gc.callbacks:
            gc.callbacks.remove(self._watch)
            gc.unfreeze()

    def _watch(self, phase: str, info: dict[str, Any]) -> None:
        if info["generation"] != 2:
            return
        if phase == "start":
            self._started = time.perf_counter()
        elif time.perf_counter() - self._started > _LONGEST:
            gc.freeze()
