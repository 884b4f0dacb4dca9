import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from aictui.cli.main import run
from aictui.metrics import Metric
from aictui.plugins import registry
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


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (300 * "x", "cannot be written"),
        ("no folder/plot.png", "cannot be written"),
        ("curves.doc", ".doc is none of"),
        ("there.PNG", "exists"),
    ],
)
def test_a_plot_that_cannot_be_written_is_told_before_anything_is_measured(
    folder: Path, linear: LinearModel, capfd: pytest.CaptureFixture[str], name: str, problem: str
) -> None:
    pytest.importorskip("matplotlib")
    (folder / "there.PNG").write_bytes(b"an earlier plot")
    assert run(["bench", str(folder), *ASKED, "--plot", str(folder / name)]) == 8
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert problem in captured.err
    assert (folder / "there.PNG").read_bytes() == b"an earlier plot"


def test_a_plot_replaces_another_only_when_told(folder: Path, linear: LinearModel) -> None:
    pytest.importorskip("matplotlib")
    plot = folder / "curves.png"
    plot.write_bytes(b"an earlier plot")
    assert run(["bench", str(folder), *ASKED, "--plot", str(plot), "--overwrite"]) == 0
    assert plot.read_bytes().startswith(b"\x89PNG")


METRIC = """
print("hello from its import")

from aictui.hookspecs import hookimpl
from aictui.metrics import Metric
from aictui.metrics.psnr import psnr

def measure(reference, test):
    print("hello from measure")
    return psnr(reference, test)

@hookimpl
def register_metrics(register):
    register(Metric("talkative", "Talkative", measure))
"""


def test_what_a_metric_prints_does_not_mix_with_the_result(
    folder: Path, linear: LinearModel, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder.parent / "talkative.py").write_text(METRIC)
    monkeypatch.setenv("AICTUI_PLUGINS_DIR", str(folder.parent))
    monkeypatch.setenv("AICTUI_PLUGINS", "talkative")
    registry.cache_clear()
    code = run(["bench", str(folder), *ASKED, "--metric", "talkative", "--json"])
    registry.cache_clear()
    captured = capfd.readouterr()
    assert code == 0, captured.err
    assert {point["codec"] for point in json.loads(captured.out)["points"]} == {"jpeg", "aictui-linear-psnr"}
    assert captured.err.count("hello from its import") >= 2


def test_a_model_or_tune_that_is_not_there_is_told(
    folder: Path, linear: LinearModel, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", str(folder), "--model", "linear:loud"]) == 2
    assert "its tunes: psnr, visual" in capfd.readouterr().err
    for planes, says in (("9", "planes is a whole number from 0 to 3"), ("3", "model linear has at most ")):
        assert run(["bench", str(folder), "--model", "linear", "--planes", planes]) == 2
        assert says in capfd.readouterr().err
    assert run(["bench", str(folder), "--model", "nobody"]) == 5


def test_a_metric_that_was_asked_for_and_measured_nothing_is_an_error(
    folder: Path, linear: LinearModel, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Metric("psnr", "PSNR", lambda reference, test: float("nan"))
    monkeypatch.setattr("aictui.bench.benchmark.registry", lambda: SimpleNamespace(metric=lambda name: nowhere))
    asked = [*ASKED[:2], "--format", "jpeg", "--metric", "psnr", "--levels", "4"]
    monkeypatch.setattr("aictui.bench.benchmark.measure_peers", lambda *_: iter(()))
    assert run(["bench", str(folder), *asked]) == 3
    told = capfd.readouterr().err
    assert "metric psnr gave nan, which is not a number" in told
    assert "nothing of these images was measured by psnr" in told
