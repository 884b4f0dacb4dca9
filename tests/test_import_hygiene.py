"""What must not be imported before it is needed: a heavy import is a slow start for everybody."""

import subprocess
import sys

import pytest

LEARNING = {"keras", "jax", "torch", "tensorflow"}
HEAVY = LEARNING | {"numpy", "PIL", "rich", "textual", "constriction", "tomlkit", "scipy", "matplotlib"}


def imported_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has imported after running ``code``."""
    told = "print('|', *{module.split('.')[0] for module in sys.modules})"
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n{told}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("|")[2].split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["compress", "--help"],
        ["decompress", "--help"],
        ["info", "--help"],
        ["trim", "--help"],
        ["bench", "--help"],
        ["train", "--help"],
        ["models", "--help"],
        ["plugins", "--help"],
        ["plugins", "list"],
        ["completion", "bash"],
    ],
    ids=" ".join,
)
def test_help_and_listing_plugins_import_nothing_heavy(arguments: list[str]) -> None:
    assert imported_by(f"from aictui.cli import main; main({arguments!r})") & HEAVY == set()


def test_importing_the_library_imports_nothing_heavy() -> None:
    assert imported_by("import aictui; aictui.__version__") & HEAVY == set()


def test_listing_models_imports_no_learning_framework() -> None:
    assert imported_by("from aictui.cli import main; main(['models', 'list'])") & LEARNING == set()


def test_the_application_imports_no_learning_framework_before_it_paints() -> None:
    assert imported_by("import aictui.tui.app, aictui.tui.screens.browser") & LEARNING == set()
