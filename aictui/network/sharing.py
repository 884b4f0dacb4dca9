"""Work on many rows of arrays, shared among the cores."""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from aictui.network import products

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

MOST, LEAST = 512, 256
"""Rows of a block: few enough that what is made of them stays in a core's cache, and enough to be worth a thread."""

CORES = os.cpu_count() or 1


def by_blocks(work: Callable[[slice], None], count: int) -> None:
    """Calls ``work`` for blocks of ``count`` rows, in any order, and returns when all are done.

    Other threads help where nobody else runs a prior. They take whatever block is next, so that a thread that gets no
    core holds up nothing; NumPy lets go of the interpreter while it computes.
    """
    blocks = deque(_blocks(count))
    others = 0 if products.crowded() else min(CORES, len(blocks)) - 1
    helpers: list[Future[None]] = []
    try:
        with suppress(RuntimeError):  # once the main thread is done no thread starts any more, and none is needed
            for _ in range(others):
                helpers.append(_pool().submit(_drain, work, blocks))
        _drain(work, blocks)
    finally:
        blocks.clear()
        for helper in helpers:
            if not helper.cancel():
                helper.result()


def _blocks(count: int) -> list[slice]:
    """Blocks of nearly equal length, as many for each core."""
    number = -(-count // MOST)
    number = max(1, min(number + -number % CORES, count // LEAST))
    size = max(1, -(-count // number))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def _drain(work: Callable[[slice], None], blocks: deque[slice]) -> None:
    while True:
        try:
            block = blocks.popleft()
        except IndexError:
            return
        work(block)


@cache
def _pool() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor  # which raises `RuntimeError` once the main thread is done

    return ThreadPoolExecutor(max(1, CORES - 1), thread_name_prefix="rows")
