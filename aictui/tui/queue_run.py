"""A batch of the queue at work: what its thread has told, and how it stands."""

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.batch.control import Control
from aictui.errors import Cancelled
from aictui.tui.queue_list import QueueList
from aictui.tui.queue_rows import QueueRow
from aictui.tui.queue_work import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from aictui.batch import Event

_LONGEST_LOOK = 0.012
"""Seconds of processor time for one look, or else a run that passes over thousands of files would stall the screen."""


class QueueRun:
    """One job from its start to its end, or to where it is cancelled.

    A thread does the `work` and leaves events; whoever shows the run takes them with `take`, a few at a time.
    ``seconds_left`` is how long the rest should take, where that is known.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.seconds_left: float | None = None
        self._control = Control()
        self._events: deque[Event] = deque()

    def work(self, ledger: Path | None, tell: "Callable[[str], object]") -> Exception | None:
        """Do the job, in a thread; what ended it where it did not come to its end. ``tell`` as in `Job.run`."""
        try:
            self.job.run(ledger, self._events.append, self._control, tell)
        except Exception as error:
            return error
        return None

    @property
    def has_news(self) -> bool:
        """Whether events wait to be taken."""
        return bool(self._events)

    def take(self, queue: QueueList) -> list[QueueRow]:
        """Let ``queue`` follow what was told since the last time, or as much of it as does not stall a screen.

        Gives the rows that have changed.
        """
        from aictui.batch import Finished

        changed: list[QueueRow] = []
        end = time.thread_time() + _LONGEST_LOOK
        while self._events and time.thread_time() < end:
            event = self._events.popleft()
            if row := queue.take(event):
                changed.append(row)
            if isinstance(event, Finished) and not self.paused:
                self.seconds_left = event.seconds_left
        return changed

    @property
    def paused(self) -> bool:
        """Whether the work waits to go on."""
        return self._control.paused

    @property
    def cancelled(self) -> bool:
        """Whether the work was told to stop."""
        return self._control.cancelled

    @property
    def phase(self) -> str:
        """How it stands, in a word."""
        if self.cancelled:
            return "stopping"
        if self.paused:
            return "paused"
        return "looking" if self.job.dry else "running"

    def ending(self, error: Exception | None) -> str:
        """How it ended, in a word or two; empty where an ``error`` says that."""
        if self.cancelled or isinstance(error, Cancelled):
            return "cancelled"
        if error is not None:
            return ""
        return "dry run" if self.job.dry else "finished"

    def pause_or_resume(self) -> None:
        """Make the work wait, or go on, unless it is to stop."""
        if self.paused:
            self._control.resume()
        elif not self.cancelled:
            self._control.pause()
            self.seconds_left = None

    def cancel(self) -> None:
        """Stop the work; nothing stays half-written."""
        self._control.cancel()
        self.seconds_left = None
