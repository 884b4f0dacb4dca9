"""A batch in a process of its own, for the tests that kill it: FOLDER, LEDGER, PLACE and the STEP at which to die.

The step counts calls of what changes anything on disk, so that every place between two of them is hit.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aictui.batch.output
import aictui.batch.runner
from aictui.batch import Batch, Ledger, OutputPolicy, plan
from aictui.batch.runner import Compressed
from aictui.codec.settings import Settings
from aictui.progress import Progress


def expected(data: bytes) -> bytes:
    """What the result of an image holds."""
    return b"AIC" + data[::3]


def encoder(data: bytes, settings: Settings, progress: Progress) -> Compressed:
    """Takes a moment, in which the process may be killed."""
    time.sleep(random.random() * 0.05)
    progress(0.5, "working")
    return Compressed(expected(data), 3.0)


def dying(work: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """``work`` that ends the process, as ``kill -9`` does, before and after its last allowed call."""

    def step(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
        result = work(*arguments, **named)
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
        return result

    return step


def main(folder: str, ledger_path: str, place: str, step: str) -> None:
    """Runs the batch, dying at the given step (0: never)."""
    left = [int(step)]
    ledger = Ledger(Path(ledger_path))
    if left[0]:
        for owner, name in (
            (Path, "open"),
            (os, "fsync"),
            (os, "link"),
            (os, "rename"),
            (ledger, "record"),
            (ledger, "remember"),
            (aictui.batch.runner, "move_to_trash"),
        ):
            setattr(owner, name, dying(getattr(owner, name), left))
    made = plan([Path(folder)], Settings(), OutputPolicy(place), recursive=True)
    results = Batch(made, ledger, encoder=encoder, identity=lambda settings: "one", workers=3).run()
    print(*sorted({result.state for result in results}))


if __name__ == "__main__":
    main(*sys.argv[1:])
