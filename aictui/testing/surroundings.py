"""What all of a process shares, and a component leaves as it is."""

import locale
import random
import signal
import sys
from pathlib import Path

import numpy as np


def surroundings() -> dict[str, object]:
    """What there is, by its name."""
    kind, numbers, place, *_ = np.random.get_state()
    return {
        "the working folder": Path.cwd(),
        "the standard streams": [
            (stream, getattr(stream, "closed", True)) for stream in (sys.stdin, sys.stdout, sys.stderr)
        ],
        "the locale": locale.setlocale(locale.LC_ALL),
        "the signal handlers": [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        "the recursion limit": sys.getrecursionlimit(),
        "np.seterr": np.geterr(),
        "the state of random": random.getstate(),
        "the state of np.random": (kind, np.asarray(numbers).tobytes(), place),
    }
