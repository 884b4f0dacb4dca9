"""Matrix products of NumPy, kept to the thread that asks for them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Keeps every matrix product to its thread until all who asked for that are done.

    Those of a prior are so short that the library's threads, which wait for each other by spinning, gain next to
    nothing on idle cores; where anything else is at work they make a product take ten times as long. The limit is the
    whole process's, so that others' products are on one thread meanwhile as well.
    """
    _limit.hold()
    try:
        yield
    finally:
        _limit.release()


def alone() -> bool:
    """Whether no more than one asks for that now."""
    return _limit.holders <= 1


class _Limit:
    """A limit that is there as long as anybody holds it.

    A thread of its own sets and lifts it, since threadpoolctl lets only the thread lift a limit that has set it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="products")
        self._stack = ExitStack()
        self.holders = 0

    def hold(self) -> None:
        with self._lock:
            if not self.holders:
                self._thread.submit(self._set).result()
            self.holders += 1

    def release(self) -> None:
        with self._lock:
            self.holders -= 1
            if not self.holders:
                self._thread.submit(self._stack.close).result()

    def _set(self) -> None:
        self._stack.enter_context(_libraries().limit(limits=1, user_api="blas"))


_limit = _Limit()


@cache
def _libraries() -> Any:
    """The libraries that are there, which takes some milliseconds to find out."""
    import numpy  # noqa: F401  # whose library is one of them
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
