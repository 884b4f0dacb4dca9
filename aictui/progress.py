"""How long work reports progress and hears that it should stop."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the fraction done (0..1) and a word for the phase; raises `Cancelled` to stop the work."""


def silent(fraction: float, phase: str) -> None:
    """Progress that nobody watches."""


def stage(progress: Progress, start: float, stop: float) -> Progress:
    """Progress of a part of the work that reaches from ``start`` to ``stop`` of the whole."""

    def report(fraction: float, phase: str) -> None:
        progress(start + (stop - start) * fraction, phase)

    return report
