"""Threads that nobody waits for in vain when the application is left."""

from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

PATIENCE = 5.0
"""Seconds for which what is still at work is waited for; a plugin's code may never end."""


THREADS = 32
"""Workers at once: most wait for something, and a plugin's may never come back."""


class PatientExecutor(ThreadPoolExecutor):
    """Runs the application's workers; to shut it down takes no longer than `PATIENCE`."""

    def __init__(self) -> None:
        super().__init__(THREADS, thread_name_prefix="worker")
        self._running: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """As `ThreadPoolExecutor.submit`."""
        future = super().submit(fn, *args, **kwargs)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    @property
    def busy(self) -> bool:
        """Whether something is at work still."""
        return bool(self._running)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As `ThreadPoolExecutor.shutdown`, but ``wait`` has an end."""
        super().shutdown(wait=False, cancel_futures=wait or cancel_futures)
        if wait:
            futures.wait(set(self._running), timeout=PATIENCE)
