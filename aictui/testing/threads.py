"""Instances of a component at work in several threads at once, as those of the files of a batch are."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.component import Component
from aictui.testing import data
from aictui.testing.results import require

_THREADS = 3
_LINES = 100
"""How many lines of a call give way to other threads: enough to come upon what they share."""
_SAME = 1e-4  # what numbers may lie apart that mean the same

Arrays = list[NDArray[Any]]


def same_in_threads(component: type[Component], rules: ModuleType) -> None:
    """Raises `AssertionError` where instances of several threads write or read other than one alone."""

    def alone(thread: int) -> tuple[Arrays, Arrays]:
        with data.other_numbers(thread):
            written = rules.written(component())
            return written, rules.read(component(), written)

    def among_others(thread: int, written: Arrays, read: Arrays) -> None:
        _give_way_in(component)
        with data.other_numbers(thread):
            same = _alike(rules.written(component()), written, _SAME)
            require(same, "while others are at work, an instance writes something else")
            same = _alike(rules.read(component(), written), read, rules.CLOSE)
            require(same, "while others are at work, an instance reads something else")

    due = [alone(thread) for thread in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        for done in [pool.submit(among_others, thread, *arrays) for thread, arrays in enumerate(due)]:
            done.result()


def _give_way_in(component: type[Component]) -> None:
    """Lets other threads go on at the lines that this one runs of a component's module, as may happen at any."""
    file = getattr(sys.modules.get(component.__module__), "__file__", None)

    def enter(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        left = _LINES

        def step(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any]:
            nonlocal left
            left -= 1
            frame.f_trace_lines = left > 0
            time.sleep(1e-5)
            return step

        return step if frame.f_code.co_filename == file else None

    sys.settrace(enter)


def _alike(found: Arrays, due: Arrays, apart: float) -> bool:
    pairs = zip(found, due, strict=True)
    return all(one.shape == other.shape and np.allclose(one, other, rtol=0, atol=apart) for one, other in pairs)
