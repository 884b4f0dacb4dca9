"""The quantizer keeps the rules, and it is worth having."""

from pathlib import Path

import numpy as np
from aictui_rdo import RateDistortion

from aictui.entropy.base import Context
from aictui.entropy.tables import cost, from_distribution
from aictui.quantizers.base import Quantizer
from aictui.quantizers.round import Round
from aictui.testing import conforms, same_as_golden


def test_it_keeps_the_rules():
    conforms(RateDistortion)


def test_its_symbols_never_change_meaning():
    same_as_golden(RateDistortion, Path(__file__).parent / "golden")


def test_with_no_strength_it_rounds():
    values = np.linspace(-5, 5, 998, dtype=np.float32)
    inputs = values, np.zeros(998, np.int32), np.ones(998, np.float32)
    assert (RateDistortion(strength=0).quantize(*inputs) == Round().quantize(*inputs)).all()


def test_what_is_sure_to_be_the_centre_must_be_far_from_it():
    values, centres = np.full(3, 0.7, np.float32), np.zeros(3, np.int32)
    assert RateDistortion().quantize(values, centres, np.array([0.1, 0.5, 5], np.float32)).tolist() == [0, 1, 1]


def test_it_pays_less_than_rounding():
    scales = np.geomspace(0.1, 4, 20)
    known, generator = from_distribution(scales, 60, "laplace"), np.random.default_rng(0)
    index = generator.integers(0, 20, 20000).astype(np.uint16)
    spread, centres = known.scales[index], np.zeros(20000, np.int32)
    values = (generator.laplace(size=20000) * spread / np.sqrt(2)).astype(np.float32)

    def paid(quantizer: Quantizer) -> float:
        symbols = quantizer.quantize(values, centres, spread)
        error = float(((quantizer.dequantize(symbols, centres, spread) - values) ** 2).sum())
        return error + 0.05 * cost(symbols, Context(index, known, (20000, 1)))

    assert paid(RateDistortion(strength=0.05)) < 0.995 * paid(Round())
