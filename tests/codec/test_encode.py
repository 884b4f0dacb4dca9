import numpy as np
import pytest

from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings, Target
from aictui.errors import Cancelled, CombinationError, TargetError, UsageError
from aictui.metrics.psnr import psnr
from aictui.quantizers.deadzone import Deadzone
from tests.conftest import picture

pytestmark = pytest.mark.usefixtures("linear")


def settings(kind="ratio", value=16, **others):
    return Settings(target=Target(kind, value), model="linear", **others)


@pytest.fixture
def source(photo):
    return SourceImage(photo)


@pytest.mark.parametrize(("coder", "ratio"), [("range", 4), ("range", 16), ("range", 64), ("deflate", 16)])
def test_a_ratio_is_met_within_two_percent_and_never_missed(source, coder, ratio):
    encoded = encode(source, settings("ratio", ratio, coder=coder))
    assert 0.98 * source.raw_bytes / ratio <= len(encoded.data) <= source.raw_bytes / ratio
    assert encoded.info.ratio >= ratio


@pytest.mark.parametrize("size", [1500, 4000])
def test_a_size_is_never_exceeded(source, size):
    assert 0.98 * size <= len(encode(source, settings("size", size)).data) <= size


@pytest.mark.parametrize("goal", [37, 42])
def test_a_psnr_is_reached_at_nearly_the_least_level_that_reaches_it(source, goal):
    encoded = encode(source, settings("psnr", goal), measure=True)
    level = encoded.info.point.level
    assert goal <= encoded.psnr < goal + 0.2
    assert encode(source, settings("level", level - 1), measure=True).psnr < goal


@pytest.mark.parametrize("kind", ["ratio", "psnr"])
def test_the_prior_runs_at_most_four_times(linear, source, kind):
    encode(source, settings(kind, {"ratio": 20, "psnr": 40}[kind]))
    assert linear.dialogues <= 4


@pytest.mark.parametrize("goal", [34, 37, 40, 43])
def test_a_psnr_of_a_large_picture_takes_at_most_four_passes_over_it(linear, monkeypatch, goal):
    source = SourceImage(np.concatenate([picture(256, 400, seed=goal), np.full((256, 400, 3), 90, np.uint8)]))
    whole = []
    passes = linear.passes

    def counted(rows, cols, point):
        if (rows, cols) == (3 * 32, 25):
            whole.append(point)
        return passes(rows, cols, point)

    monkeypatch.setattr(linear, "passes", counted)
    encoded = encode(source, settings("psnr", goal), measure=True)
    assert goal <= encoded.psnr
    assert len(whole) <= 4
    assert linear.dialogues > len(whole)


def test_the_measured_psnr_is_that_of_the_decoded_picture(source):
    for target in [("ratio", 16), ("level", 60), ("size", 500)]:
        encoded = encode(source, settings(*target), measure=True)
        assert encoded.psnr == pytest.approx(psnr(source.pixels, decode(encoded.data).pixels))


def test_quality_grows_with_its_number(source):
    sizes = [len(encode(source, settings("quality", quality)).data) for quality in (1, 30, 60, 100)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("ratio", [1, 4, 10, 256])
def test_the_original_pipeline_keeps_256_by_ratio_latents_of_a_byte_each(source, ratio):
    encoded = encode(source, settings("ratio", ratio, coder="raw", quantizer="int8"))
    count, chunks = 256 // ratio, 3 * 6 * 9
    assert encoded.info.point.latents == count
    assert sum(part.length for part in encoded.info.parts) == count * chunks
    assert len(encoded.data) - count * chunks < 80


def test_a_coder_that_packs_bytes_keeps_more_latents_at_the_same_ratio(source):
    raw = encode(source, settings("ratio", 64, quantizer="int8", coder="raw"), measure=True)
    packed = encode(source, settings("ratio", 64, quantizer="int8", coder="range"), measure=True)
    assert packed.info.point.latents > raw.info.point.latents
    assert packed.info.point.level == raw.info.point.level
    assert packed.psnr > raw.psnr


def test_a_coder_of_bytes_takes_a_quantizer_of_bytes_by_itself(source):
    assert encode(source, settings(coder="raw")).info.quantizer.id == "int8"


def test_more_than_one_byte_a_chunk_can_give_is_refused(source):
    with pytest.raises(TargetError, match="at most 256x"):
        encode(source, settings("ratio", 300, coder="raw"))


def test_latents_that_are_given_are_kept_at_the_models_own_level(source, linear):
    encoded = encode(source, Settings(model="linear", latents=20))
    assert (encoded.info.point.latents, encoded.info.point.level) == (20, linear.default_level)


def test_latents_and_a_ratio_that_are_both_given_are_both_met(source):
    encoded = encode(source, settings("ratio", 16, latents=40))
    assert encoded.info.point.latents == 40
    assert encoded.info.ratio >= 16


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (15, 17), (16, 16), (33, 31)])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_size_compresses_without_being_asked_for_a_target(size, channels):
    source = SourceImage(picture(*size, channels))
    decoded = decode(encode(source, Settings(model="linear")).data)
    assert decoded.pixels.shape == source.pixels.shape
    assert psnr(source.pixels, decoded.pixels) > 28


def test_a_target_smaller_than_the_header_names_the_least_size():
    source = SourceImage(picture(4, 4), metadata={"exif": bytes(range(100))})
    with pytest.raises(TargetError, match=r"16x would be 3 bytes.*at least \d+, \d+ of them metadata"):
        encode(source, settings("ratio", 16))


def test_a_target_that_no_ratio_can_meet_asks_for_more_bytes():
    with pytest.raises(TargetError, match=r"3x would be 1 byte, .*; ask for more bytes"):
        encode(SourceImage(picture(1, 1)), settings("ratio", 3))


def test_a_size_below_the_coarsest_level_cuts_the_file(source):
    encoded = encode(source, settings("size", 150), measure=True)
    assert len(encoded.data) <= 150
    assert encoded.info.trimmed
    assert encoded.psnr > 15


def test_more_bytes_than_the_finest_level_takes_are_told_of(source):
    (notice,) = encode(source, settings("size", 1_000_000)).notices
    assert notice.startswith("1,000,000 bytes were asked for; the finest that model")
    assert encode(source, settings("size", 4000)).notices == ()


def test_a_psnr_is_searched_among_tries_that_are_like_their_source_too(linear):
    flat = SourceImage(np.full((400, 400, 1), 128, np.uint8))
    low, high = (encode(flat, Settings(target=Target("psnr", goal))).info for goal in (30, 45))
    assert low.point.level <= high.point.level
    assert low.file_bytes <= high.file_bytes < 400


def test_a_psnr_out_of_reach_names_the_highest(source):
    with pytest.raises(TargetError, match=r"70 dB cannot be reached: the most is \d\d\.\d+ dB"):
        encode(source, settings("psnr", 70))


def test_planes_of_precision_are_listed_in_the_file(source):
    info = encode(source, settings("level", 80, planes=2)).info
    assert info.point.planes == 2
    assert info.plane_parts == (5, 5, 5)


def test_planes_cost_little_and_show_the_same(source):
    one = encode(source, settings("level", 80, quantizer="round"), measure=True)
    three = encode(source, settings("level", 80, planes=1, quantizer="round"), measure=True)
    assert three.psnr == pytest.approx(one.psnr, abs=2)
    assert len(three.data) < 1.5 * len(one.data)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"latents": 300}, UsageError),
        ({"planes": 3}, UsageError),
        ({"tune": "loud"}, UsageError),
        ({"chunker": "rgb16"}, CombinationError),
        ({"quantizer": "round", "coder": "raw"}, CombinationError),
        ({"options": {"quantizer": {"depth": 3}}}, UsageError),
    ],
)
def test_settings_that_do_not_work_are_refused(source, wrong, error):
    with pytest.raises(error):
        encode(source, settings(**wrong))


def test_a_level_that_the_model_has_not_is_refused(source):
    with pytest.raises(TargetError, match="levels 0 to 99"):
        encode(source, settings("level", 100))


def test_progress_grows_to_one_and_can_stop_the_work(source):
    seen = []
    encode(source, settings(), lambda fraction, phase: seen.append(fraction), measure=True)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)

    def stop(fraction, phase):
        if fraction > 0.3:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        encode(source, settings(), stop)


def test_options_reach_the_file_when_they_differ_from_the_default(source):
    encoded = encode(source, settings(options={"quantizer": {"zone": 0.25}}))
    assert encoded.info.quantizer.options == {"zone": 0.25}
    assert decode(encoded.data).pixels.shape == source.pixels.shape
    default = Deadzone.options[0].default
    assert encode(source, settings(options={"quantizer": {"zone": default}})).info.quantizer.options == {}


def test_the_same_image_and_settings_give_the_same_bytes(source):
    assert encode(source, settings()).data == encode(source, settings()).data


@pytest.mark.parametrize("target", [("level", 60), ("ratio", 16), ("psnr", 40)])
def test_an_image_too_large_to_keep_its_symbols_gives_the_same_file(source, monkeypatch, target):
    kept = encode(source, settings(*target, planes=1), measure=True)
    monkeypatch.setattr("aictui.codec.workbench.KEPT_SYMBOLS", 0)
    again = encode(source, settings(*target, planes=1), measure=True)
    assert (again.data, again.psnr) == (kept.data, kept.psnr)
    assert encode(source, settings(*target, planes=1)).data == kept.data
