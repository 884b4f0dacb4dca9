"""How long the interface does not answer, whatever else the machine does."""

import asyncio
import time

LONGEST_STALL = 0.05
"""Seconds of processor time; no more may pass between two turns of the event loop."""


class Probe:
    """Notes how much processor time the interface takes between two turns of its event loop.

    Processor time of the thread, not the clock: a machine busy with other things would fail the clock.
    """

    def __init__(self) -> None:
        self.stalls: list[float] = []
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            self.stalls.append(now - last)
            last = now

    def take(self) -> float:
        """The longest stall since it was last asked."""
        # One in a thousand may be a hiccup of the machine.
        longest = sorted(self.stalls)[-1 - len(self.stalls) // 1000]
        self.stalls.clear()
        return longest

    def stop(self) -> float:
        """The longest stall, at the end."""
        self._task.cancel()
        return self.take()
