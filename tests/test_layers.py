"""Nothing below imports anything above: shells stand on codec and batches, those on networks and components."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import aictui

ROOT = Path(aictui.__file__).parent
STARTS_THE_APPLICATION = "cli/group.py"
STARTS_THE_COMMAND_LINE = "__main__.py"
TRAINING = "network/training/"
"""Reads its photos as the codec does."""

ABOVE = {
    "codec": ("batch", "bench"),
    "network": ("codec", "batch", "bench"),
    "chunkers": ("network", "codec", "batch", "bench"),
    "quantizers": ("network", "codec", "batch", "bench"),
    "entropy": ("network", "codec", "batch", "bench"),
    "metrics": ("network", "codec", "batch", "bench"),
}
"""What each package must not know of, besides the command line and the application."""


def imports(source: str) -> Iterator[str]:
    """The full names of what a module imports, within its functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(package: str) -> set[str]:
    """The modules outside ``package``, by their paths within aictui, that import something of it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if not path.is_relative_to(ROOT / package)
        and any(f"{name}.".startswith(f"aictui.{package}.") for name in imports(path.read_text("utf-8")))
    }


def test_only_the_command_that_starts_the_application_imports_it() -> None:
    assert importers("tui") == {STARTS_THE_APPLICATION}


def test_the_core_does_not_import_the_command_line() -> None:
    assert importers("cli") == {STARTS_THE_COMMAND_LINE}


@pytest.mark.parametrize(("below", "above"), [(below, each) for below, above in ABOVE.items() for each in above])
def test_nothing_below_imports_anything_above(below: str, above: str) -> None:
    wrong = {path for path in importers(above) if path.startswith(f"{below}/") and not path.startswith(TRAINING)}
    assert wrong == set()


@pytest.mark.parametrize(
    "source",
    ["import aictui.tui.app", "from aictui import tui", "def start():\n    from aictui.tui.app import run"],
    ids=["module", "package", "function"],
)
def test_every_way_to_import_is_seen(source: str) -> None:
    assert any(f"{name}.".startswith("aictui.tui.") for name in imports(source))
