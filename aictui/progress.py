"""How long work reports progress and hears that it should stop."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the fraction done (0..1) and a word for the phase; raises `Cancelled` to stop the work."""


def silent(fraction: float, phase: str) -> None:  # noqa: ARG001 - the shape of a Progress
    """Progress that nobody watches."""
