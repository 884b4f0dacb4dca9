from collections.abc import Callable
from pathlib import Path

import pytest

from aictui.plugins import Registry, discover

MakeRegistry = Callable[..., Registry]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for one-file plugins; whatever lies there may load."""
    path = tmp_path / "plugins"
    path.mkdir()
    monkeypatch.setenv("AICTUI_PLUGINS_DIR", str(path))
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config" / "config.toml"))
    monkeypatch.delenv("AICTUI_PLUGINS")
    return path


@pytest.fixture
def files_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hides the plugin packages of the environment that runs the tests."""
    monkeypatch.setattr("aictui.plugins.sources.entry_points", lambda group: ())


@pytest.fixture
def make_registry(folder: Path, files_only: None) -> MakeRegistry:
    """Writes one-file plugins, ``name=code``, and gives the registry that finds them."""

    def make(*, strict: bool = False, **plugins: str) -> Registry:
        for name, code in plugins.items():
            (folder / f"{name}.py").write_text(code, encoding="utf-8")
        return Registry(discover(), strict=strict)

    return make
