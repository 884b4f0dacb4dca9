import json
from pathlib import Path

import pytest
from PIL import Image

from aictui.cli.main import run
from tests.conftest import picture
from tests.linear_model import LinearModel


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("aictui.bench.benchmark.default_folder", lambda: tmp_path / "cache")
    (tmp_path / "images").mkdir()
    Image.fromarray(picture(96, 112)).save(tmp_path / "images" / "a.png")
    return tmp_path / "images"


ASKED = ["--model", "linear:psnr", "--format", "jpeg", "--metric", "psnr", "--levels", "4", "--quiet"]


def test_the_command_prints_differences_curves_and_a_plot(
    folder: Path, linear: LinearModel, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", str(folder), *ASKED]) == 0
    printed = capfd.readouterr().out
    assert "BD-rate" in printed
    assert "aictui linear (psnr)" in printed
    assert "JPEG 4:2:0" in printed
    assert "bits per pixel" in printed


def test_the_command_prints_json_for_programs(
    folder: Path, linear: LinearModel, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", str(folder), *ASKED, "--json"]) == 0
    content = json.loads(capfd.readouterr().out)
    assert {point["codec"] for point in content["points"]} == {"jpeg", "aictui-linear-psnr"}
    sizes = [point["size"] for point in content["points"] if point["codec"] == "aictui-linear-psnr"]
    assert sizes == sorted(sizes)
    assert len(sizes) == 4


def test_a_model_or_tune_that_is_not_there_is_told(
    folder: Path, linear: LinearModel, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", str(folder), "--model", "linear:loud"]) == 2
    assert "its tunes: psnr, visual" in capfd.readouterr().err
    assert run(["bench", str(folder), "--model", "nobody"]) == 5
