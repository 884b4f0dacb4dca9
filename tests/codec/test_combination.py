from dataclasses import replace

import pytest

from aictui.chunkers.planes16 import Planes16
from aictui.chunkers.rgb16 import Rgb16
from aictui.codec.combination import component_ids, reason
from aictui.codec.settings import Settings
from aictui.entropy.deflate import Deflate
from aictui.entropy.range import Range
from aictui.entropy.raw import Raw
from aictui.quantizers.deadzone import Deadzone
from aictui.quantizers.int8 import Int8
from tests.linear_model import linear_info


class Lapped(Planes16):
    id = "lapped"
    like = "planes16"


def test_what_fits_has_no_reason_against_it():
    for chunker, quantizer, coder in [(Planes16, Int8, Raw), (Planes16, Deadzone, Deflate), (Lapped, Int8, Deflate)]:
        assert reason(linear_info(), chunker, quantizer, coder) is None


@pytest.mark.parametrize(
    ("settings", "bounded", "chunker", "quantizer", "coder"),
    [
        ({}, True, "planes16", "deadzone", "range"),
        ({"coder": "raw"}, True, "planes16", "int8", "raw"),
        ({"coder": "raw"}, False, "planes16", "deadzone", "raw"),
        ({"coder": "raw", "quantizer": "round", "chunker": "rgb16"}, True, "rgb16", "round", "raw"),
        ({"coder": "nobody's"}, True, "planes16", "deadzone", "nobody's"),
    ],
)
def test_what_is_not_named_goes_with_the_model_and_the_coder(settings, bounded, chunker, quantizer, coder):
    info = replace(linear_info(), config={**linear_info().config, "bounded": bounded})
    coders = {"range": Range, "raw": Raw}
    found = component_ids(Settings(**settings), info, coders.get)
    assert found == {"chunker": chunker, "quantizer": quantizer, "coder": coder}


def test_chunks_of_another_meaning_are_refused():
    assert "trained on the chunks of planes16" in reason(linear_info(), Rgb16, Deadzone, Deflate)


def test_a_coder_of_bytes_needs_a_quantizer_of_bytes():
    assert "take quantizer int8" in reason(linear_info(), Planes16, Deadzone, Raw)


def test_a_model_whose_latents_do_not_fit_a_byte_refuses_int8():
    info = replace(linear_info(), config={**linear_info().config, "bounded": False})
    assert "no room for the latents" in reason(info, Planes16, Int8, Range)


@pytest.mark.parametrize("quantizer", [Deadzone, Int8])
def test_advice_for_a_coder_of_bytes_does_not_go_in_a_circle(quantizer):
    info = replace(linear_info(), config={**linear_info().config, "bounded": False})
    advice = "entropy coder raw has no room for the latents of model linear; take entropy coder range, or model classic"
    assert reason(info, Planes16, quantizer, Raw) == advice


class Wide(Deflate):
    id = "wide"
    symbol_range = (-(2**20), 2**20)


class WideSteps(Deadzone):
    id = "wide-steps"
    symbol_range = (-(2**15), 2**15)


def test_a_range_with_room_for_every_latent_narrows_nothing():
    unbounded = replace(linear_info(), config={**linear_info().config, "bounded": False})
    assert reason(unbounded, Planes16, Deadzone, Wide) is None
    assert reason(unbounded, Planes16, WideSteps, Range) is None
    found = component_ids(Settings(coder="wide"), linear_info(), {"wide": Wide}.get)
    assert found["quantizer"] == "deadzone"
