import sys
from pathlib import Path

import pytest

from aictui import config
from aictui.plugins.sources import discover, plugin_folders


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """An installed package with a plugin whose module cannot be imported."""
    site = tmp_path / "site"
    information = site / "aictui_quux-2.1.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: aictui-quux\nVersion: 2.1\n")
    (information / "entry_points.txt").write_text("[aictui]\nquux = aictui_quux\n")
    (site / "aictui_quux.py").write_text("raise SystemError('imported')")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    return site


def states() -> dict[str, str]:
    return {source.name: source.state for source in discover() if source.name in {"quux", "local"}}


def test_a_package_is_found_with_name_and_version_and_is_not_imported(package: Path) -> None:
    (source,) = [source for source in discover() if source.name == "quux"]
    assert (source.package, source.version, source.requirement) == ("aictui-quux", "2.1", "aictui-quux==2.1")
    assert "aictui_quux" not in sys.modules


def test_a_file_in_a_plugins_folder_is_a_plugin_named_after_it(folder: Path) -> None:
    (folder / "local.py").write_text("raise SystemError('imported')")
    (folder / "_helper.py").write_text("raise SystemError('imported')")
    found = {source.name: source for source in discover()}
    assert found["local"].target == str(folder / "local.py")
    assert found["local"].requirement == ""
    assert "_helper" not in found


def test_the_config_folder_has_a_plugins_folder_too(folder: Path) -> None:
    assert plugin_folders() == [folder, config.folder() / "plugins"]


def test_a_package_goes_before_a_file_of_the_same_name(package: Path, folder: Path) -> None:
    (folder / "quux.py").write_text("")
    assert [source.package for source in discover() if source.name == "quux"] == ["aictui-quux"]


def test_an_allow_list_lets_only_those_plugins_load_by_name_or_package(
    package: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "local.py").write_text("")
    assert states() == {"quux": "enabled", "local": "enabled"}
    monkeypatch.setenv("AICTUI_PLUGINS", "local")
    assert states() == {"quux": "not allowed", "local": "enabled"}
    monkeypatch.setenv("AICTUI_PLUGINS", " aictui-quux , x")
    assert states() == {"quux": "enabled", "local": "not allowed"}
    monkeypatch.setenv("AICTUI_PLUGINS", "")
    assert states() == {"quux": "not allowed", "local": "not allowed"}


def test_a_disabled_plugin_is_listed_as_such(package: Path) -> None:
    config.set_plugin_enabled("quux", False)
    assert states() == {"quux": "disabled"}
