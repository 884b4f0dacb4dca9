from dataclasses import replace

import pytest

from aictui.codec import workbench
from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import SourceImage
from aictui.codec.live import LiveSession
from aictui.codec.settings import Settings, Target
from aictui.errors import Cancelled, TargetError
from aictui.metrics.psnr import psnr


@pytest.fixture
def source(photo):
    return SourceImage(photo)


@pytest.fixture
def session(linear, source):
    return LiveSession(source, Settings(model="linear"))


@pytest.mark.parametrize(
    "target", [Target("ratio", 20), Target("size", 3000), Target("quality", 40), Target("psnr", 41)]
)
def test_a_preview_is_near_the_exact_file(session, source, target):
    session.preview(target)
    preview = session.preview(target)
    exact = session.exact(target)
    near = 0.15 if target.kind == "psnr" else 0.06
    assert preview.estimate.bytes == pytest.approx(len(exact.encoded.data), rel=near)
    assert preview.estimate.psnr == pytest.approx(exact.encoded.psnr, abs=0.6)
    assert preview.estimate.psnr == psnr(source.pixels, preview.pixels)
    estimate = session.estimate(target)
    assert estimate.bytes == pytest.approx(len(exact.encoded.data), rel=near)
    assert estimate.psnr == pytest.approx(exact.encoded.psnr, abs=0.6)


def test_the_exact_file_is_what_encode_gives_and_decode_shows(session, source):
    target = Target("level", 50)
    exact = session.exact(target)
    assert exact.encoded.data == encode(source, Settings(target=target, model="linear")).data
    assert (exact.pixels == decode(exact.encoded.data).pixels).all()
    assert exact.symbols.shape == (18, 9, 256)
    assert len(exact.part_latents) == len(exact.encoded.info.parts)
    assert (exact.part_latents[0][0], exact.part_latents[-1][1]) == (0, 256)


def test_what_the_finest_file_falls_short_of_is_told_as_encode_tells_it(session, source):
    target = Target("size", 1e6)
    notices = session.exact(target).encoded.notices
    assert notices == encode(source, Settings(target=target, model="linear")).notices
    assert "the finest that model linear has" in notices[-1]


def test_figures_need_no_prior_once_the_curve_is_known(session, linear):
    session.preview(Target("ratio", 20))
    before = linear.dialogues
    sizes = [session.estimate(Target("ratio", ratio)).bytes for ratio in (10, 20, 40)]
    assert linear.dialogues == before
    assert sizes == sorted(sizes, reverse=True)
    assert session.estimate(Target("quality", 50)).bytes > 0


@pytest.fixture
def carrying(linear, monkeypatch):
    """A model whose expectations hold nearby, and a session that knows its curve there."""
    monkeypatch.setattr(linear, "expecting_levels", 8)
    monkeypatch.setattr(
        linear, "carried", lambda found, before, after: found * 2 ** ((after.level - before.level) / 16)
    )
    return linear


def test_a_preview_amid_a_known_curve_needs_no_prior_and_looks_like_its_own(carrying, session, source):
    for level in (40, 48):
        session.sample(Target("level", level))
    session.preview(Target("level", 44))
    before = carrying.dialogues
    quick = session.preview(Target("level", 46))
    assert carrying.dialogues == before
    own = session.sample(Target("level", 46))
    assert carrying.dialogues > before
    assert quick.estimate.bytes == pytest.approx(own.estimate.bytes, rel=0.03)
    assert quick.estimate.psnr == pytest.approx(own.estimate.psnr, abs=0.1)
    assert quick.estimate.psnr == psnr(source.pixels, quick.pixels)


@pytest.mark.parametrize(("known", "level"), [((40, 48), 54), ((20, 60), 44), ((), 44)])
def test_far_from_what_is_known_a_preview_asks_the_prior(carrying, session, known, level):
    for place in known:
        session.sample(Target("level", place))
    session.preview(Target("level", 41))
    before = carrying.dialogues
    session.preview(Target("level", level))
    assert carrying.dialogues > before


def test_a_level_seen_before_is_not_analysed_again(session, linear):
    session.preview(Target("level", 40))
    before = linear.analyses
    session.preview(Target("level", 40))
    assert linear.analyses == before


def test_a_preview_that_was_prepared_needs_no_analysis(session, linear):
    session.prepare(Target("level", 40))
    before = linear.analyses
    session.preview(Target("level", 40))
    assert linear.analyses == before


def test_nothing_is_prepared_for_a_picture_so_large_that_few_analyses_are_kept(session, linear, monkeypatch):
    monkeypatch.setattr(workbench, "KEPT_ANALYSES", 0)
    session.exact(Target("ratio", 16))
    before = linear.analyses
    session.prepare(Target("ratio", 20))
    assert linear.analyses == before


def test_a_preview_makes_do_with_the_analysis_of_a_level_nearby_and_the_file_does_not(session, linear, monkeypatch):
    monkeypatch.setattr(linear, "nearby", lambda point: replace(point, level=40))
    monkeypatch.setattr(linear, "carried", lambda latents, before, after: latents * 2 ** ((after.level - 40) / 10))
    session.preview(Target("level", 38))
    before = linear.analyses
    session.preview(Target("level", 42))
    assert linear.analyses == before
    session.exact(Target("level", 42))
    assert linear.analyses > before


def test_the_figures_of_a_size_are_told_before_anything_is_tried(session, source, linear):
    assert session.estimate(Target("size", 3000)).bytes == 3000
    assert linear.analyses == 0


def test_byte_coders_follow_the_ratio_by_cutting_latents(linear, source):
    session = LiveSession(source, Settings(model="linear", coder="raw"))
    session.preview(Target("ratio", 16))
    analyses = linear.analyses
    assert session.preview(Target("ratio", 32)).estimate.point.latents == 8
    assert linear.analyses == analyses


def test_overtaken_work_stops(session):
    def overtaken(fraction, phase):
        raise Cancelled("overtaken")

    for method in (session.preview, session.exact):
        with pytest.raises(Cancelled):
            method(Target("ratio", 9), overtaken)


def test_what_cannot_be_reached_is_an_error_here_too(session):
    with pytest.raises(TargetError):
        session.exact(Target("psnr", 80))
    with pytest.raises(TargetError):
        session.preview(Target("size", 9))
