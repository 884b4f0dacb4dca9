"""Golden files of this repository: they must be there, where `same_as_golden` makes the first one itself."""

from pathlib import Path

from aictui.component import Component
from aictui.testing import same_as_golden

FIXTURES = Path(__file__).parent / "fixtures"


def same_as_fixture(component: type[Component], folder: str, *, exact: bool = False) -> None:
    """Compares what a built-in component means with ``fixtures/FOLDER/ID.json``; raises `AssertionError`."""
    file = FIXTURES / folder / f"{component.id}.json"
    assert file.is_file(), f"{file} is missing; take it from the repository's history, or files made before are lost"
    same_as_golden(component, file.parent, exact=exact)
