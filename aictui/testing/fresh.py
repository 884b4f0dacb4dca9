"""What decodes knows nothing of what encoded: another instance, of the same settings."""

from typing import TypeVar

from aictui.component import Component

T = TypeVar("T", bound=Component)


def fresh(made: T) -> T:
    """A new instance of a component, such as opens a file later: what ``made`` has learned is not there."""
    return type(made)(**made.settings)
