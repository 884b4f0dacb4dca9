from dataclasses import replace

import numpy as np
import pytest

from aictui.codec.coding import PartData, PartWriter, dequantize, quantize, storage_type
from aictui.codec.container import read_container
from aictui.entropy.deflate import Deflate
from aictui.entropy.range import Range
from aictui.entropy.raw import Raw
from aictui.errors import FormatError, PluginError
from aictui.network.base import OperatingPoint
from aictui.plugins.guards import guarded
from aictui.plugins.sources import PluginSource
from aictui.quantizers.deadzone import Deadzone
from aictui.quantizers.int8 import Int8
from aictui.quantizers.round import Round
from tests.linear_model import LinearModel

SOURCE = PluginSource("acme", "acme")

GOLDEN = bytes.fromhex(
    "8941494301200017130001020304050607066c696e65617202010101010114800200010505674cc247220bffa452ddcc4951"
    "2c645f32a077078d5997cf5faa0479690564ce55d00ca0ad020b943bbd01148b7c03ba65253aa60a161606aeea9f41c9b798"
    "0d241000088699962316c1763302d08674287a2344120e8a17fbc6eab93a7d0f5c8769d2aa67d593e58e00f0e1"
)
"""A colour picture of 24 × 20 pixels in two planes of precision, as format version 1 writes it."""

COARSEST = [[27, 30], [27, 34], [16, 1], [16, 3], [13, 9], [24, 14]]
"""Its first latent in every chunk."""


@pytest.fixture(scope="module")
def model():
    return LinearModel()


@pytest.fixture
def latents(model):
    deviations = 0.8 / (1 + np.arange(256)) / model.step(OperatingPoint(80, 256))
    return (np.random.default_rng(3).normal(0, 1, (5, 7, 256)) * deviations).astype(np.float32)


def coded(model, latents, point, quantizer, coder):
    writer = PartWriter(coder)
    known = quantize(model, latents, point, quantizer, writer.put, keep=True)
    return known, writer.finish()


@pytest.mark.parametrize("coder", [Range(), Deflate()])
@pytest.mark.parametrize("quantizer", [Round(), Deadzone(), Int8()])
@pytest.mark.parametrize("planes", [0, 1, 2])
def test_the_decoder_knows_what_the_encoder_promised(model, latents, quantizer, coder, planes):
    point = OperatingPoint(80, 256, planes=planes)
    promised, parts = coded(model, latents, point, quantizer, coder)
    known = dequantize(model, 5, 7, point, quantizer, coder, [PartData(part) for part in parts])
    assert (known.values == promised.values).all()
    assert known.level == promised.level
    assert known.plane_parts == promised.plane_parts == (5,) * (planes + 1)


@pytest.mark.parametrize("count", [1, 5, 256])
def test_only_the_latents_of_the_point_are_coded(model, latents, count):
    point = OperatingPoint(80, count)
    promised, parts = coded(model, latents[..., :count], point, Int8(), Raw())
    assert promised.values.shape == (5, 7, count)
    assert sum(len(part) for part in parts) == 35 * count


def test_every_further_byte_only_adds_to_what_is_known(model, latents):
    point = OperatingPoint(80, 256)
    _, parts = coded(model, latents, point, Int8(), Raw())
    whole = dequantize(model, 5, 7, point, Int8(), Raw(), [PartData(part) for part in parts]).values
    for length in (0, 10, 20):
        known = dequantize(model, 5, 7, point, Int8(), Raw(), [PartData(parts[0][:length], complete=False)]).values
        assert (known.reshape(35, -1)[:length, 0] == whole.reshape(35, -1)[:length, 0]).all()
        assert not known.reshape(35, -1)[length:].any()


def test_a_refinement_that_is_not_there_leaves_the_base_as_it_was(model, latents):
    point = OperatingPoint(80, 256, planes=1)
    _, parts = coded(model, latents, point, Round(), Range())
    base = [PartData(part) for part in parts[:5]]
    one = dequantize(model, 5, 7, point, Round(), Range(), base)
    two = dequantize(model, 5, 7, point, Round(), Range(), [*base, PartData(b"", complete=False)])
    assert (one.values == two.values).all()
    assert (one.values % 3 == 0).all()


class LeaningModel(LinearModel):
    """Takes unknown symbols of refinements for a quarter."""

    def passes(self, rows, cols, point):
        def leaning(item):
            return item if item.limits is None else replace(item, guess=np.full(item.centres.size, 0.25, np.float32))

        inner = super().passes(rows, cols, point)
        reply = None
        while True:
            try:
                reply = yield leaning(inner.send(reply))
            except StopIteration:
                return


def test_what_a_refinement_does_not_tell_is_guessed(latents):
    model, point = LeaningModel(), OperatingPoint(80, 1, planes=1)
    promised, parts = coded(model, latents[..., :1], point, Round(), Raw())
    base, refinement = PartData(parts[0]), PartData(parts[1][:20], complete=False)
    coarse = dequantize(model, 5, 7, point, Round(), Raw(), [base]).values
    partly = dequantize(model, 5, 7, point, Round(), Raw(), [base, refinement]).values.ravel()
    assert (coarse % 3 == 0.25).all()
    assert (partly[:20] == promised.values.ravel()[:20]).all()
    assert (partly[20:] == coarse.ravel()[20:]).all()


def test_a_complete_part_that_is_too_short_is_an_error(model, latents):
    point = OperatingPoint(80, 256)
    _, parts = coded(model, latents, point, Int8(), Raw())
    with pytest.raises(
        FormatError, match="part 1 of this file ends too early for entropy coder raw; get the file again"
    ):
        dequantize(model, 5, 7, point, Int8(), Raw(), [PartData(parts[0][:-1])])


class Marked(Deflate):
    """Looks at the mark at the start of a part before any pass is asked for."""

    id = "marked"
    refusal = ValueError

    def encoder(self):
        encoder = super().encoder()
        finish = encoder.finish
        encoder.finish = lambda: b"MM" + finish()
        return encoder

    def decoder(self, data, *, complete):
        if data[:2] != b"MM":
            raise self.refusal("no mark")
        return super().decoder(data[2:], complete=complete)


class Unforeseen(Marked):
    id = "unforeseen"
    refusal = IndexError


@pytest.mark.parametrize("coder", [Marked(), guarded("entropy coder", Marked, SOURCE)(), Unforeseen()])
def test_a_part_whose_start_a_coder_refuses_is_damaged_or_cut(model, latents, coder):
    point = OperatingPoint(80, 256)
    _, parts = coded(model, latents, point, Int8(), coder)
    cut = dequantize(model, 5, 7, point, Int8(), coder, [PartData(parts[0]), PartData(parts[1][:1], complete=False)])
    before = dequantize(model, 5, 7, point, Int8(), coder, [PartData(parts[0])])
    assert (cut.values == before.values).all()
    with pytest.raises(FormatError, match=f"part 1 of this file cannot be read by entropy coder {coder.id}: no mark"):
        dequantize(model, 5, 7, point, Int8(), coder, [PartData(b"?" + parts[0][1:])])


def test_a_plugins_coder_that_fails_on_a_part_is_told_as_the_plugin(model, latents):
    coder = guarded("entropy coder", Unforeseen, SOURCE)()
    with pytest.raises(PluginError, match="entropy coder unforeseen of plugin acme failed in decoder: IndexError"):
        dequantize(model, 5, 7, OperatingPoint(80, 256), Int8(), coder, [PartData(b"?")])


def test_a_golden_file_still_means_the_same_symbols(model):
    container = read_container(GOLDEN)
    parts = [PartData(record.payload) for record in container.parts]
    known = dequantize(model, 6, 2, container.header.point, Round(), Range(), parts)
    assert known.values[..., 0].astype(int).tolist() == COARSEST
    assert np.abs(known.values).sum() == 320


def test_only_large_grids_are_held_in_half_precision():
    assert storage_type(48, 32, 320) is np.float32
    assert storage_type(625, 625, 320) is np.float16
