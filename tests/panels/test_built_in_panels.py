from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings
from aictui.panels import Result
from aictui.panels.built_in import BytesPanel, CodePanel, mosaic
from tests.tui.fakes import encoded

PIXELS = np.zeros((32, 48, 3), np.uint8)


def result(symbols=None):
    file = encoded(SourceImage(PIXELS), 1000, 30.0)
    return Result(Path("a.png"), Settings(), PIXELS, PIXELS, file.data, file.info, {}, symbols)


def test_the_bytes_of_a_file_are_shown_by_part_and_add_up():
    console = Console(width=60)
    with console.capture() as capture:
        console.print(BytesPanel().render(result()))
    lines = capture.get().splitlines()
    assert [line.split()[0] for line in lines] == ["header", "part", "part", "part", "part", "file"]
    shares = [float(line.split("%")[0].split()[-1]) for line in lines[:-1]]
    assert sum(shares) == pytest.approx(100, abs=0.5)
    assert lines[1].count("━") > lines[2].count("━") > lines[3].count("━")


def test_parts_are_named_by_the_latents_they_hold_and_by_the_planes_that_refine_them():
    shown = result()
    info = replace(shown.info, plane_parts=(2, 2))
    shown = replace(shown, info=info, part_latents=((0, 24), (24, 80), (0, 80), (0, 80)))
    console = Console(width=45)
    with console.capture() as capture:
        console.print(BytesPanel().render(shown))
    names = [" ".join(line.split()[:2]) for line in capture.get().splitlines()[1:-1]]
    assert names == ["latents 1–24", "latents 25–80", "plane 1,", "plane 1,"]


def test_the_code_is_shown_as_tiles_with_grey_for_zero():
    symbols = np.zeros((4, 6, 3), np.int32)
    symbols[0, 0, 1] = 9
    symbols[..., 2] = -1
    picture = mosaic(symbols)
    assert picture.shape == (9, 6)
    assert picture[0, 0] == 255
    assert picture[3, 5] == 128
    assert (picture[4] == 0).all()
    assert (picture[5:] < 128).all()


def test_a_code_of_nothing_but_zeros_is_grey():
    assert (mosaic(np.zeros((2, 3, 5), np.int32)) == 128).all()


def test_a_pipeline_that_hides_its_code_says_so():
    assert "does not hand out" in CodePanel().render(result())
    assert CodePanel().render(result(np.ones((2, 2, 4), np.int32))).size[0] > 4
