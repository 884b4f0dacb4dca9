"""Processes that were forked from one that uses a model, in which nothing computes."""

import os

from aictui.errors import UsageError


class _Process:
    """The process that uses models: the threads that compute for it are not in one that was forked from it."""

    number: int | None = None


def check_process() -> None:
    """Raises `UsageError` in a process that was forked from one that has called this: a model would hang in it."""
    if _Process.number is None:
        _Process.number = os.getpid()
    elif _Process.number != os.getpid():
        raise UsageError(
            "a model was in use when this process was forked, and its threads are not in here; "
            "start processes with multiprocessing.get_context('spawn')"
        )
