from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aictui.codec.image import SourceImage
from aictui.codec.live import Exact
from aictui.codec.settings import Settings, Target
from aictui.tui.comparison import Comparison
from aictui.tui.figures import planes_text
from aictui.tui.live import Completed, Estimated, Previewed, Sampled
from aictui.tui.measuring import DecodeTimed, Measured, SampleMeasured
from tests.tui.fakes import FakeSession

SOURCE = SourceImage(np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8))
SESSION = FakeSession(SOURCE, Settings())


@pytest.fixture
def comparison():
    made = Comparison(Path("photo.png"), Settings())
    made.open(SOURCE)
    return made


def wish(comparison, ratio):
    return comparison.ask(Settings(Target("ratio", ratio)))


def test_a_ratio_tells_size_and_bits_at_once(comparison):
    wish(comparison, 16)
    assert comparison.figures.bytes == 1152
    assert comparison.figures.bits_per_pixel == 1.5
    assert not comparison.figures.exact


def test_news_of_an_older_generation_is_refused_and_counted(comparison):
    first = wish(comparison, 16)
    second = wish(comparison, 32)
    before = comparison.figures
    stale = [
        Estimated(first.generation, SESSION.estimate(Target("ratio", 16))),
        Previewed(first.generation, SESSION.preview(Target("ratio", 16)), 0.1),
        Completed(first.generation, SESSION.exact(Target("ratio", 16))),
        DecodeTimed(first.generation, 1.0),
        Measured(first.generation, "", "psnr", 1.0),
    ]
    assert not any(comparison.accept(news) for news in stale)
    assert comparison.stale == len(stale)
    assert comparison.figures is before
    assert comparison.picture is None
    assert comparison.accept(Previewed(second.generation, SESSION.preview(Target("ratio", 32)), 0.1))
    assert comparison.current


def test_a_picture_stays_until_the_next_one_but_is_not_called_current(comparison):
    first = wish(comparison, 16)
    comparison.accept(Previewed(first.generation, SESSION.preview(Target("ratio", 16)), 0.1))
    picture = comparison.picture
    wish(comparison, 32)
    assert comparison.picture is picture
    assert not comparison.current


def test_the_finished_file_makes_the_figures_exact_and_collects_what_is_measured(comparison):
    request = wish(comparison, 16)
    comparison.accept(Completed(request.generation, SESSION.exact(Target("ratio", 16))))
    before = comparison.figures
    comparison.accept(Measured(request.generation, "", "ms-ssim", 0.97))
    assert comparison.figures != before
    comparison.accept(DecodeTimed(request.generation, 0.2))
    assert comparison.figures.exact
    assert comparison.figures.metrics["ms-ssim"] == comparison.result.metrics["ms-ssim"] == 0.97
    assert comparison.figures.decode_seconds == 0.2
    assert comparison.figures.size_line == "1.15 kB · 16.0x · 1.5 bpp"


def test_the_known_curve_foretells_every_metric(comparison):
    request = wish(comparison, 16)
    for ratio, similarity in ((8, 0.98), (32, 0.90)):
        news = Sampled(request.generation, request.pipeline, SESSION.preview(Target("ratio", ratio)))
        assert comparison.accept(news)
        comparison.accept(SampleMeasured(comparison.sample_of(news).key, {"ms-ssim": similarity}))
    wish(comparison, 16)
    assert comparison.figures.metrics["ms-ssim"] == pytest.approx(0.94)
    psnrs = [point.psnr for point in comparison.samples]
    assert min(psnrs) < comparison.figures.metrics["psnr"] < max(psnrs)


def test_the_curve_of_another_pipeline_foretells_nothing(comparison):
    request = wish(comparison, 16)
    for ratio in (8, 32):
        comparison.accept(Sampled(request.generation, request.pipeline, SESSION.preview(Target("ratio", ratio))))
    comparison.ask(Settings(Target("ratio", 16), model="classic"))
    assert comparison.figures.metrics == {}
    assert comparison.samples == []


def test_a_grey_image_is_shown_in_colour():
    grey = Comparison(Path("grey.png"), Settings())
    grey.open(SourceImage(np.zeros((4, 6, 1), np.uint8)))
    request = grey.ask(Settings())
    exact = SESSION.exact(Target("ratio", 16))
    grey.accept(Completed(request.generation, Exact(exact.encoded, np.zeros((4, 6, 1), np.uint8))))
    assert grey.original.shape == grey.picture.shape == (4, 6, 3)


def test_a_preview_of_planes_is_said_to_be_in_one_piece_until_the_file_is_there(comparison):
    request = comparison.ask(Settings(Target("ratio", 16), planes=2))
    assert planes_text(comparison.figures) == "…"
    comparison.accept(Previewed(request.generation, SESSION.preview(Target("ratio", 16)), 0.1))
    assert planes_text(comparison.figures) == "one piece"
    exact = SESSION.exact(Target("ratio", 16))
    info = replace(exact.encoded.info, point=replace(exact.encoded.info.point, planes=2))
    comparison.accept(Completed(request.generation, replace(exact, encoded=replace(exact.encoded, info=info))))
    assert planes_text(comparison.figures) == "2"


def test_planes_that_nobody_asked_for_are_told_with_the_file(comparison):
    request = wish(comparison, 16)
    comparison.accept(Previewed(request.generation, SESSION.preview(Target("ratio", 16)), 0.1))
    assert planes_text(comparison.figures) == "…"
    comparison.accept(Completed(request.generation, SESSION.exact(Target("ratio", 16))))
    assert planes_text(comparison.figures) == "none"
