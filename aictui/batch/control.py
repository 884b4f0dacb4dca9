"""Pausing, cancelling and the bound on memory: what the worker threads of a batch wait for."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aictui.errors import Cancelled


class Control:
    """Says to all threads of a batch whether to go on, wait or stop."""

    def __init__(self) -> None:
        self._go = threading.Event()
        self._go.set()
        self._cancelled = threading.Event()
        self._turning = threading.Lock()
        self._paused_at = 0.0
        self._paused_for = 0.0

    def clock(self) -> float:
        """Seconds, from any beginning, of a clock that stands still during pauses."""
        with self._turning:
            return (time.monotonic() if self._go.is_set() else self._paused_at) - self._paused_for

    @property
    def paused(self) -> bool:
        """Whether work waits to be resumed."""
        return not self._go.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether work should end."""
        return self._cancelled.is_set()

    def pause(self) -> None:
        """Makes work wait at its next step, in the middle of files too, unless it is to end there."""
        with self._turning:
            if not (self.paused or self.cancelled):
                self._paused_at = time.monotonic()
                self._go.clear()

    def resume(self) -> None:
        """Lets work go on."""
        with self._turning:
            if self.paused:
                self._paused_for += time.monotonic() - self._paused_at
                self._go.set()

    def cancel(self) -> None:
        """Makes work end at its next step, even where it waits: files in work are given up, whole or not at all."""
        with self._turning:
            self._cancelled.set()
            self._go.set()

    def check(self) -> None:
        """Waits while paused; raises `Cancelled` when cancelled."""
        self._go.wait()
        if self.cancelled:
            raise Cancelled("cancelled")


class MemoryGate:
    """Lets pictures in while their estimated memory fits into a budget; one that alone exceeds it goes alone."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def room(self, amount: int) -> Iterator[None]:
        """Waits for ``amount`` bytes of the budget and holds them."""
        amount = min(amount, self._budget)
        with self._changed:
            self._changed.wait_for(lambda: self._used + amount <= self._budget)
            self._used += amount
        try:
            yield
        finally:
            with self._changed:
                self._used -= amount
                self._changed.notify_all()
