from dataclasses import replace

from aictui.chunkers.planes16 import Planes16
from aictui.chunkers.rgb16 import Rgb16
from aictui.codec.combination import reason
from aictui.entropy.deflate import Deflate
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


def test_chunks_of_another_meaning_are_refused():
    assert "trained on the chunks of planes16" in reason(linear_info(), Rgb16, Deadzone, Deflate)


def test_a_coder_of_bytes_needs_a_quantizer_of_bytes():
    assert "take quantizer int8" in reason(linear_info(), Planes16, Deadzone, Raw)


def test_a_model_whose_latents_do_not_fit_a_byte_refuses_int8():
    info = replace(linear_info(), config={**linear_info().config, "bounded": False})
    assert "no room for the latents" in reason(info, Planes16, Int8, Raw)
