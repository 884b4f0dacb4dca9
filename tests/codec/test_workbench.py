import numpy as np
import pytest

from aictui.codec.components import for_settings
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings, Target
from aictui.codec.targets import take_aim
from aictui.codec.workbench import Workbench


@pytest.fixture
def tolerant(linear, monkeypatch):
    """The linear model, as one whose latents may be carried over two levels."""
    monkeypatch.setattr(linear, "carried_levels", 2)
    monkeypatch.setattr(
        linear,
        "carried",
        lambda latents, before, after: latents * np.float32(linear.step(before) / linear.step(after)),
    )
    return linear


def bench(photo, **settings):
    chosen = Settings(model="linear", **settings)
    return Workbench(SourceImage(photo), for_settings(chosen), chosen)


@pytest.mark.parametrize(("level", "analyses"), [(40, 1), (42, 1), (38, 1), (43, 2)])
def test_an_analysis_does_for_levels_close_by(tolerant, photo, level, analyses):
    work = bench(photo)
    work.attempt(work.point(40))
    before = tolerant.analyses
    found = work.analysed(work.point(level))
    assert tolerant.analyses - before == (analyses - 1) * before
    np.testing.assert_allclose(found, bench(photo).analysed(work.point(level)), rtol=1e-4, atol=1e-3)


def test_latents_of_a_large_picture_go_before_others_are_made(tolerant, photo, monkeypatch):
    monkeypatch.setattr("aictui.codec.workbench.KEPT_ANALYSES", 1)
    monkeypatch.setattr("aictui.codec.workbench.CARRIED_SYMBOLS", 1)
    work, held = bench(photo), []
    analyse = tolerant.analyse

    def watched(*arguments):
        held.append(len(work._analyses))
        return analyse(*arguments)

    monkeypatch.setattr(tolerant, "analyse", watched)
    work.attempt(work.point(40))
    work.attempt(work.point(60))
    assert len(held) > 1
    assert set(held) == {0}


def test_the_highest_effort_analyses_every_level(tolerant, photo):
    work = bench(photo, effort=3)
    work.attempt(work.point(40))
    before = tolerant.analyses
    work.attempt(work.point(41))
    assert tolerant.analyses == 2 * before


@pytest.fixture
def refining(tolerant, monkeypatch):
    """The linear model, as one that refines latents by adding 1, in windows of 12 chunks; counts its calls."""
    calls = []

    def refined(chunks, latents, point, progress=None):
        calls.append(point)
        return latents + 1

    monkeypatch.setattr(tolerant, "refining_window", 12)
    monkeypatch.setattr(tolerant, "refined", refined)
    return calls


def test_the_highest_effort_refines_every_latent_once(refining):
    from tests.conftest import picture

    photo = picture(21 * 16, 30 * 16)
    for effort in (1, 2):
        usual = bench(photo, effort=effort)
        plain = usual.analysed(usual.point(40))
    assert refining == []
    work = bench(photo, effort=3)
    np.testing.assert_allclose(work.analysed(work.point(40)), plain + 1, atol=1e-4)
    assert len(refining) > 6


def test_refined_latents_do_for_levels_close_by(refining, photo):
    work = bench(photo, effort=3)
    work.attempt(work.point(40))
    count = len(refining)
    work.attempt(work.point(41))
    work.attempt(work.point(40))
    assert len(refining) == count
    work.attempt(work.point(50))
    assert len(refining) == 2 * count


def test_previews_are_not_refined(refining, photo):
    work = bench(photo, effort=3)
    rough = work.analysed(work.point(40), rough=True)
    assert refining == []
    np.testing.assert_allclose(work.analysed(work.point(40)), rough + 1, atol=1e-4)


def test_what_sees_chunks_of_another_kind_is_not_refined(refining, linear, photo, monkeypatch):
    monkeypatch.setattr(linear, "chunker", "another")
    work = bench(photo, effort=3)
    work.attempt(work.point(40))
    assert refining == []


def test_a_sample_knows_what_its_share_of_the_bytes_should_be(linear):
    from tests.conftest import picture

    work = bench(picture(480, 640))
    sample = work.sample()
    assert sample is not None
    assert 0.1 < sample.pixels / work.pixels < 0.5
    assert sample.weight / work.weight == pytest.approx(sample.pixels / work.pixels, rel=0.5)
    assert bench(picture(64, 64)).sample() is None


@pytest.mark.parametrize("target", [Target("psnr", 30), Target("ratio", 8)])
@pytest.mark.parametrize("keep", [True, False])
def test_an_aim_holds_the_values_of_its_picture_only_where_they_are_asked_for(linear, photo, target, keep):
    aim = take_aim(bench(photo), target, keep=keep)
    assert (aim.trial.reconstruction.values is not None) == keep
