"""Matrix products of NumPy, kept to the thread that asks for them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Keeps every matrix product to its thread until all who asked for that are done.

    Those of a prior are so short that the library's threads, which wait for each other by spinning, gain next to
    nothing on idle cores; where anything else is at work they make a product take ten times as long. The limit is the
    whole process's, so that others' products are on one thread meanwhile as well.
    """
    holder = object()
    try:
        _limit.hold(holder)
        yield
    finally:
        _limit.release(holder)


def crowded() -> bool:
    """Whether more than one asks for that now."""
    return len(_limit.holders) > 1


class _Limit:
    """A limit that is there as long as anybody holds it.

    A thread of its own sets and lifts it, since threadpoolctl lets only the thread lift a limit that has set it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self.holders: set[object] = set()

    def hold(self, holder: object) -> None:
        with self._lock:
            if not self.holders:
                self._have(self._set)
            self.holders.add(holder)

    def release(self, holder: object) -> None:
        """Also for one whose `hold` was broken off by Ctrl-C, where the limit may be set already."""
        with self._lock:
            self.holders.discard(holder)
            if not self.holders:
                self._have(self._stack.close)

    def _have(self, act: Callable[[], object]) -> None:
        try:
            done = _thread().submit(act)
        except RuntimeError:  # once the main thread is done no thread starts any more, and the limit can stay as it is
            return
        done.result()

    def _set(self) -> None:
        self._stack.enter_context(_libraries().limit(limits=1, user_api="blas"))


_limit = _Limit()


@cache
def _thread() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor  # which raises `RuntimeError` once the main thread is done

    return ThreadPoolExecutor(1, thread_name_prefix="products")


@cache
def _libraries() -> Any:
    """The libraries that are there, which takes some milliseconds to find out."""
    import numpy  # noqa: F401  # whose library is one of them
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
