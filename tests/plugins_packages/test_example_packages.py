import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aictui.metrics.psnr import psnr
from aictui.plugins import PluginSource, Registry

FOLDER = Path(__file__).parents[2] / "plugins"
PACKAGES = sorted(folder.name for folder in FOLDER.glob("aictui-*"))

SUPPLIES = {
    "aictui-cm": {"entropy coder": ["cm"]},
    "aictui-lapped": {"chunker": ["lapped16"]},
    "aictui-metrics": {"metric": ["flip"]},
    "aictui-panel": {"panel": ["symbols"]},
    "aictui-rdo": {"quantizer": ["rdo"]},
    "aictui-zstd": {"entropy coder": ["zstd"]},
}
NEEDS = {"aictui-cm": "numba", "aictui-zstd": "zstandard"}


def project(package: str) -> dict:
    return tomllib.loads((FOLDER / package / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_package_is_known_here():
    assert set(SUPPLIES) == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_installs_alone(package):
    found = project(package)
    assert found["name"] == package
    assert any(requirement.startswith("aictui>=") for requirement in found["dependencies"])
    (module,) = found["entry-points"]["aictui"].values()
    assert (FOLDER / package / f"{module}.py").is_file()
    assert list((FOLDER / package / "tests").glob("test_*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_brings_the_licence_that_it_declares(package):
    found = project(package)
    assert (found["license"], found["license-files"]) == ("Apache-2.0", ["LICENSE"])
    assert (FOLDER / package / "LICENSE").read_text() == (FOLDER.parent / "LICENSE").read_text()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_brings_the_golden_files_of_its_components(package):
    components = [
        name for kind, names in SUPPLIES[package].items() if kind not in {"metric", "panel"} for name in names
    ]
    golden = FOLDER / package / "tests" / "golden"
    assert sorted(file.stem for file in golden.glob("*.json")) == components


@pytest.mark.parametrize("package", PACKAGES)
def test_a_readme_says_how_to_install_and_what_was_measured(package):
    text = (FOLDER / package / "README.md").read_text(encoding="utf-8")
    assert f"aictui plugins install {package}" in text
    assert "## Develop" in text
    if package != "aictui-panel":
        assert "## Measured" in text


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_supplies_what_it_says(package, monkeypatch):
    if package in NEEDS:
        pytest.importorskip(NEEDS[package])
    monkeypatch.syspath_prepend(FOLDER / package)
    ((name, module),) = project(package)["entry-points"]["aictui"].items()
    importlib.import_module(module)
    registry = Registry([PluginSource(name, str(FOLDER / package / f"{module}.py"))], strict=True)
    assert registry.provided(name) == SUPPLIES[package]


def test_a_quantizer_of_a_plugin_codes_refinements_too(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    Image.fromarray(pixels).resize((128, 96)).save(tmp_path / "a.png")
    command = [sys.executable, "-m", "aictui", "--plugins-dir", FOLDER / "aictui-rdo"]
    variables = {**os.environ, "AICTUI_PLUGINS": "aictui_rdo"}
    chosen = ["--quantizer", "rdo", "--planes", "2", "--ratio", "6"]
    subprocess.run([*command, "compress", tmp_path / "a.png", *chosen, "--quiet"], check=True, env=variables)
    subprocess.run(
        [*command, "decompress", tmp_path / "a.aic", "-o", tmp_path / "b.png", "--quiet"], check=True, env=variables
    )
    with Image.open(tmp_path / "b.png") as image:
        assert psnr(np.asarray(Image.open(tmp_path / "a.png")), np.asarray(image)) > 20
