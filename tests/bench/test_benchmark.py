import json
import math
import struct
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from aictui.bench import Benchmark, run
from aictui.bench.benchmark import _images, _ladder
from aictui.bench.codecs import Codec, PeerCodec, peers
from aictui.bench.curves import PublishedCurve
from aictui.bench.measure import measure_model
from aictui.bench.plot import save_plot, terminal_plot
from aictui.bench.point import Point
from aictui.bench.report import tables, to_json
from aictui.errors import Cancelled, InputError, MissingComponentError, OutputError, PluginError, UsageError
from aictui.metrics import PSNR
from aictui.metrics.base import Metric


class Halved(Codec):
    """A codec that stores every pixel's upper bits: a stand-in for a model."""

    id = "aictui-fake"
    title = "aictui fake"
    description = "keeps some bits"
    ladder = (1, 2, 3, 4)

    def encode(self, pixels: np.ndarray, setting: int) -> bytes:
        kept = pixels >> (8 - setting)
        return bytes([setting, *pixels.shape[:2]]) + kept.tobytes()[:: 9 - setting]

    def decode(self, data: bytes) -> np.ndarray:
        rows, columns = data[1:3]
        return np.full((rows, columns, 3), 100 + 5 * data[0], np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    images = tmp_path / "images"
    images.mkdir()
    rows, columns = np.mgrid[0:96, 0:112]
    for number in range(2):
        plane = 128 + 100 * np.sin(rows / (5 + number)) * np.cos(columns / 7)
        Image.fromarray(np.stack([plane, plane * 0.9, plane * 0.5], -1).astype(np.uint8)).save(images / f"{number}.png")
    (images / "notes.txt").write_text("not an image")
    return images


@pytest.fixture
def result(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Benchmark:
    monkeypatch.setattr("aictui.bench.benchmark.model_codecs", lambda *_: [Halved()])
    monkeypatch.setattr("aictui.bench.benchmark.default_folder", lambda: tmp_path / "cache")
    return run(folder, formats=["jpeg"], metrics=["psnr"], processes=1, repeat=1)


def test_every_codec_is_measured_on_every_image_and_nothing_else(result: Benchmark) -> None:
    assert result.images == ("0.png", "1.png")
    counted = {(point.codec, point.image) for point in result.points}
    assert counted == {(codec, image) for codec in ("jpeg", "aictui-fake") for image in result.images}
    jpeg = [point for point in result.points if point.codec == "jpeg" and point.image == "0.png"]
    assert [point.size for point in jpeg] == sorted(point.size for point in jpeg)
    assert [timing.codec for timing in result.timings] == ["aictui-fake", "jpeg"]


def test_what_pillow_cannot_read_is_no_image_and_a_damaged_one_is_told(folder: Path) -> None:
    pixel_format = struct.pack("<8I", 32, 4, int.from_bytes(b"DX99", "little"), 0, 0, 0, 0, 0)
    dds = b"DDS " + struct.pack("<7I", 124, 0x1007, 8, 8, 0, 0, 0) + bytes(44) + pixel_format + bytes(20)
    (folder / "unknown.dds").write_bytes(dds)  # Pillow raises NotImplementedError
    cut = folder / "cut.png"
    cut.write_bytes((folder / "0.png").read_bytes()[:200])
    found, damaged = _images(folder, None)
    assert [path.name for path in found] == ["0.png", "1.png"]
    assert len(damaged) == 1
    assert "cut.png is damaged or cut" in damaged[0]


def test_as_many_images_are_taken_as_wanted_whether_others_are_damaged_or_not(folder: Path) -> None:
    (folder / "+cut.png").write_bytes((folder / "0.png").read_bytes()[:200])
    found, damaged = _images(folder, 1)
    assert [path.name for path in found] == ["0.png"]
    assert len(damaged) == 1


class OnlyRed(Halved):
    """A codec that takes no picture without red."""

    def encode(self, pixels: np.ndarray, setting: int) -> bytes:
        if not pixels[..., 0].any():
            raise InputError("this picture has no red")
        return super().encode(pixels, setting)


def test_what_a_codec_cannot_code_is_told_and_everything_else_measured(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (16_400, 8)).save(folder / "+wide.png")  # WebP takes 16,383 pixels a side
    monkeypatch.setattr("aictui.bench.benchmark.model_codecs", lambda *_: [OnlyRed()])
    result = run(folder, formats=["webp", "jpeg"], metrics=["psnr"], processes=1, repeat=1, cached=False)
    measured = {(point.codec, point.image) for point in result.points}
    assert measured == {(codec, image) for codec in ("jpeg", "webp", "aictui-fake") for image in result.images} - {
        ("webp", "+wide.png"),
        ("aictui-fake", "+wide.png"),
    }
    assert [timing.codec for timing in result.timings] == ["jpeg"]
    webp, ours = sorted(result.left_out)
    assert webp.startswith("WebP method 6 on +wide.png could not be measured: ")
    assert ours == "aictui fake on +wide.png could not be measured: this picture has no red"
    assert json.loads(to_json(result))["left_out"] == list(result.left_out)
    assert "means of 2 images" in [str(table.title) for table in tables(result)][1]


def test_the_plot_of_the_terminal_shows_any_number_of_curves(result: Benchmark) -> None:
    more = [
        PublishedCurve(f"number {i}", (0.1 + i / 10, 0.5, 1.0), {"psnr": (30.0, 33.0 + i, 36.0)}) for i in range(12)
    ]
    plot = terminal_plot(replace(result, published=tuple(more)), "psnr", 80, 40, colour=False)
    assert all(f"number {i}" in plot for i in range(12))


def test_a_peer_of_another_effort_is_measured_anew() -> None:
    peer = peers()["jpeg"].peer
    assert PeerCodec(peer, ()).version != PeerCodec(replace(peer, effort="baseline"), ()).version


def test_a_second_run_takes_the_formats_from_the_cache(
    result: Benchmark, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = run(folder, formats=["jpeg"], metrics=["psnr"], processes=1)
    times = [point.encode_seconds for point in result.points if point.codec == "jpeg"]
    assert sorted(point.encode_seconds for point in again.points if point.codec == "jpeg") == sorted(times)


def test_the_json_holds_curves_differences_and_points(result: Benchmark) -> None:
    content = json.loads(to_json(result))
    assert [curve["name"] for curve in content["curves"]] == ["aictui fake", "JPEG 4:2:0, optimised, progressive"]
    assert set(content["curves"][1]["results"]) == {"psnr", "bpp", "encoding_time", "decoding_time"}
    assert content["bd_rate"][0]["anchor"] == "jpeg"
    assert len(content["points"]) == len(result.points)


def test_tables_and_plots_name_every_codec(result: Benchmark, tmp_path: Path) -> None:
    titles = [str(table.title) for table in tables(result)]
    assert titles[0].startswith("BD-rate")
    assert "aictui fake" in titles[1]
    plot = terminal_plot(result, "psnr", 80, 20, colour=False)
    assert "aictui fake" in plot
    assert "\x1b" not in plot
    pytest.importorskip("matplotlib")
    save_plot(result, tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text()


@pytest.mark.parametrize("lossless", [{1}, {1, 2, 3, 4}], ids=["at one setting", "at all"])
def test_pictures_that_come_back_as_they_were_have_no_place_in_plots(
    result: Benchmark, tmp_path: Path, lossless: set[int]
) -> None:
    points = tuple(
        replace(point, scores={"psnr": math.inf}) if point.codec != "jpeg" and point.setting in lossless else point
        for point in result.points
    )
    for flat in (replace(result, points=points), replace(result, points=points, peers=())):
        plot = terminal_plot(flat, "psnr", 80, 20, colour=False)
        assert ("aictui fake" in plot) == (len(lossless) < 4)
        pytest.importorskip("matplotlib")
        save_plot(flat, tmp_path / "plot.png", "overwrite")


def test_strange_names_are_shown_without_harm_in_tables_and_plots(result: Benchmark, tmp_path: Path) -> None:
    timings = tuple(replace(timing, image="caf\udce9[/b].png") for timing in result.timings)
    strange = replace(result, timings=timings, folder=Path("caf\udce9"))
    console = Console(file=StringIO(), width=80)
    for table in tables(strange):
        console.print(table)
    assert r"Time on caf\udce9[/b].png, median of 1" in console.file.getvalue()
    pytest.importorskip("matplotlib")
    save_plot(strange, tmp_path / "plot.png")


def test_a_plot_that_cannot_be_written_leaves_what_was_there(
    result: Benchmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    pytest.importorskip("matplotlib")
    (tmp_path / "plot.png").write_text("an earlier one")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        save_plot(result, tmp_path / "plot.png", "overwrite")
    assert (tmp_path / "plot.png").read_text() == "an earlier one"


def test_a_model_is_compared_with_the_first_of_its_tune(result: Benchmark) -> None:
    trained, other_tune = Halved(), Halved()
    trained.id, trained.title = "aictui-trained", "aictui trained"
    other_tune.id, other_tune.title, other_tune.tune = "aictui-other", "aictui other", "visual"
    points = [
        Point("0.png", codec, setting, size << setting, 8000, 0.1, 0.1, {"psnr": 30.0 + setting})
        for codec, size in (("aictui-fake", 1000), ("aictui-trained", 500))
        for setting in range(4)
    ]
    two = replace(result, ours=(*result.ours, trained, other_tune), images=("0.png",), points=tuple(points))
    assert [codec.id for codec in two.anchors(two.ours[0])] == ["jpeg"]
    assert [codec.id for codec in two.anchors(trained)] == ["jpeg", "aictui-fake"]
    assert [codec.id for codec in two.anchors(other_tune)] == ["jpeg"]
    rates = next(tables(two))
    assert [[str(cell) for cell in column.cells] for column in rates.columns[1:4]] == [
        ["JPEG 4:2:0, optimised, progressive", "aictui fake"],
        ["–", ""],
        ["–", "-50.0 %"],
    ]


def test_progress_can_cancel(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aictui.bench.benchmark.model_codecs", lambda *_: [Halved()])

    def stop(fraction: float, phase: str) -> None:
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        run(folder, formats=["jpeg"], metrics=["psnr"], progress=stop)


def test_a_folder_without_images_and_unknown_names_are_refused(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="no image"):
        run(empty)
    with pytest.raises(InputError, match="not a folder"):
        run(tmp_path / "absent")
    with pytest.raises(UsageError, match="'gif'"):
        run(folder, formats=["gif"])
    with pytest.raises(MissingComponentError, match="'vmaf'"):
        run(folder, metrics=["vmaf"])


@pytest.mark.parametrize("name", sorted(peers()))
def test_a_format_writes_more_bytes_for_a_higher_setting_and_reads_them_back(name: str) -> None:
    codec = peers()[name]
    rows, columns = np.mgrid[0:64, 0:80]
    pixels = np.stack([(rows * 3 + columns) % 256] * 3, -1).astype(np.uint8)
    small, large = codec.encode(pixels, codec.ladder[0]), codec.encode(pixels, codec.ladder[-1])
    assert len(small) < len(large)
    assert codec.decode(large).shape == pixels.shape


def test_a_models_levels_lie_at_even_ratios_of_the_rate() -> None:
    rates = [0.025 * 2**step for step in range(9)]
    assert _ladder(81, rates, 3) == (20, 43, 66)
    assert _ladder(101, (), 3) == (0, 50, 100)


def test_a_metric_that_fails_takes_nothing_else_away(folder: Path) -> None:
    def fail(*_: object) -> float:
        raise PluginError("metric mine of plugin acme failed")

    (outcome,) = measure_model(Halved(), [folder / "0.png"], {"psnr": PSNR, "mine": Metric("mine", "Mine", fail)})
    assert [set(point.scores) for point in outcome.points] == [{"psnr"}] * 4
    assert outcome.problem == "metric mine of plugin acme failed"
