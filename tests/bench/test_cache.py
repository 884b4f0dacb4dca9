from pathlib import Path

import pytest

from aictui.bench.cache import Cache
from aictui.bench.point import Point


def point(setting: int, **scores: float) -> Point:
    return Point("a.png", "jpeg", setting, 100, 400, 0.1, 0.2, scores)


def test_points_come_back_by_setting(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("hash", "1.0", [point(1, psnr=30.0)])
    cache.put("hash", "1.0", [point(2, psnr=31.0)])
    assert cache.get("hash", "jpeg", "1.0", ["psnr"]) == {1: point(1, psnr=30.0), 2: point(2, psnr=31.0)}


def test_another_version_of_the_library_is_measured_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("hash", "1.0", [point(1, psnr=30.0)])
    assert cache.get("hash", "jpeg", "1.1", ["psnr"]) == {}


def test_points_without_a_wanted_metric_are_measured_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("hash", "1.0", [point(1, psnr=30.0)])
    assert cache.get("hash", "jpeg", "1.0", ["psnr", "ms-ssim"]) == {}


@pytest.mark.parametrize("content", ["[{", 100000 * "["], ids=["cut", "nested"])
def test_a_damaged_cache_file_counts_as_empty(tmp_path: Path, content: str) -> None:
    cache = Cache(tmp_path)
    cache.put("hash", "1.0", [point(1, psnr=30.0)])
    (file,) = tmp_path.rglob("*.json")
    file.write_text(content)
    assert cache.get("hash", "jpeg", "1.0", ["psnr"]) == {}


def test_points_that_cannot_be_kept_are_no_failure(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()  # where a folder should be
    cache = Cache(tmp_path / "cache")
    cache.put("hash", "1.0", [point(1, psnr=30.0)])
    assert cache.get("hash", "jpeg", "1.0", ["psnr"]) == {}
