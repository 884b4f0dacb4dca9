import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aictui.errors import OutputError, UsageError
from aictui.plugins.template import KINDS, render, write_plugin

REPOSITORY = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A new plugin of every kind."""
    folder = tmp_path_factory.mktemp("new")
    return {kind: write_plugin(f"new-{kind}", kind, folder) for kind in KINDS}


@pytest.fixture(scope="module")
def run(packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs ``python -m …`` where the new plugins are installed."""
    pytest.importorskip("hatchling")
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", site, *packages.values()], check=True)
    environment = {key: value for key, value in os.environ.items() if key != "AICTUI_PLUGINS"}
    environment["PYTHONPATH"] = f"{site}{os.pathsep}{REPOSITORY}"

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment | variables)

    return run


def test_new_plugins_are_listed_once_they_are_installed(run: Run) -> None:
    result = run("aictui", "plugins", "list")
    assert result.returncode == 0, result.stderr
    for kind in KINDS:
        assert f"new-{kind}" in result.stdout


def test_new_plugins_pass_their_own_tests(run: Run, packages: dict[str, Path]) -> None:
    tests = [str(package / "tests") for package in packages.values()]
    result = run("pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", tests[0], *tests)
    assert result.returncode == 0, result.stdout


def test_a_new_component_passes_the_kit(run: Run) -> None:
    result = run("aictui", "plugins", "check", "new-quantizer")
    assert result.returncode == 0, result.stdout
    assert "quantizer new-quantizer" in result.stdout
    assert "FAIL" not in result.stdout


def test_new_plugins_are_formatted_and_typed_as_aictui_is(packages: dict[str, Path]) -> None:
    ruff = pytest.importorskip("ruff").find_ruff_bin()
    modules = [str(path) for package in packages.values() for path in package.rglob("*.py")]
    config = ["--config", str(REPOSITORY / "pyproject.toml")]
    subprocess.run([ruff, "format", "--check", "--quiet", *config, *modules], check=True)
    subprocess.run([ruff, "check", "--quiet", *config, "--ignore", "D103,ANN,ARG,I001", *modules], check=True)


def test_new_plugins_pass_the_strictest_types(packages: dict[str, Path]) -> None:
    pytest.importorskip("mypy")
    modules = [str(path) for package in packages.values() for path in package.glob("*.py")]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent", *modules]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=packages["metric"])
    assert result.returncode == 0, result.stdout


def test_the_name_may_carry_the_prefix_of_the_package() -> None:
    assert render("aictui-zstd", "metric") == render("zstd", "metric")
    assert "aictui_zstd.py" in render("zstd", "metric")


@pytest.mark.parametrize("name", ["", "Zstd", "1st", "a_b", "../x", "a" * 33, "-x", "x-"])
def test_a_name_that_cannot_be_a_package_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a name for a plugin"):
        write_plugin(name, "metric", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("range", "entropy-coder"),
        ("aictui-int8", "quantizer"),
        ("rgb16", "chunker"),
        ("psnr", "metric"),
        ("built-in", "command"),
    ],
)
def test_a_name_that_aictui_has_itself_is_refused(name: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no plugin can take its place; take another name"):
        write_plugin(name, kind, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "aictui-mine").mkdir()
    with pytest.raises(OutputError, match="exists already"):
        write_plugin("mine", "metric", tmp_path)
    assert not list((tmp_path / "aictui-mine").iterdir())


def test_a_package_that_cannot_be_written_whole_is_not_left_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text = Path.write_text

    def full(path: Path, text: str, **choice: str) -> int:
        if path.suffix == ".md":
            raise OSError(28, "No space left on device")
        return write_text(path, text, **choice)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left"):
        write_plugin("mine", "metric", tmp_path)
    assert not list(tmp_path.iterdir())
