import json
import math
from pathlib import Path

import pytest

from aictui.bench.curves import PublishedCurve, to_compressai
from aictui.bench.summary import MeanPoint
from aictui.errors import InputError


def test_a_published_curve_drops_in(tmp_path: Path) -> None:
    file = tmp_path / "vtm.json"
    results = {"bpp": [0.1, 0.2], "psnr-rgb": [28.0, 30.0], "ms-ssim-rgb": [0.9, 0.95]}
    file.write_text(json.dumps({"name": "VTM", "description": "", "results": results}))
    curve = PublishedCurve.read(file)
    assert curve.title == "VTM"
    assert curve.bits_per_pixel == (0.1, 0.2)
    assert curve.scores == {"psnr": (28.0, 30.0), "ms-ssim": (0.9, 0.95)}


def test_our_curves_are_written_in_the_same_format(tmp_path: Path) -> None:
    points = [MeanPoint(0, 0.1, 0.5, 0.4, {"psnr": 28.0}), MeanPoint(1, 0.2, 0.6, 0.4, {"psnr": 30.0})]
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(to_compressai("ours", "what it is", points)))
    assert PublishedCurve.read(file) == PublishedCurve("ours", (0.1, 0.2), {"psnr": (28.0, 30.0)})
    assert json.loads(file.read_text())["results"]["encoding_time"] == [0.5, 0.6]


def test_a_point_of_infinite_quality_is_on_no_curve() -> None:
    points = [MeanPoint(0, 0.1, 0.5, 0.4, {"psnr": 28.0}), MeanPoint(1, 0.2, 0.6, 0.4, {"psnr": math.inf})]
    assert to_compressai("ours", "what it is", points)["results"]["psnr"] == [28.0]


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", 100000 * "[", '{"name": "x", "results": {"psnr": [1]}}'),
        *('{"name": "x", "results": {"bpp": [0, 1]}}', '{"name": "x", "results": {"bpp": [NaN, 1]}}'),
    ],
    ids=range(6),
)
def test_what_is_no_curve_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content)
    with pytest.raises(InputError, match="CompressAI"):
        PublishedCurve.read(file)
