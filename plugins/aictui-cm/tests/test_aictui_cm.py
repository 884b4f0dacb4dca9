"""The coder keeps the rules, its bytes never change, and it is worth having."""

from pathlib import Path

import numpy as np
import pytest
from aictui_cm import ContextMixing
from aictui_cm_model import LINKS, SQUASH, STRETCH, THRESHOLDS

from aictui.entropy.adaptive import Adaptive
from aictui.entropy.base import Context
from aictui.entropy.tables import SymbolTables, normalise
from aictui.testing import conforms, same_as_golden
from aictui.testing.data import latents


def test_it_keeps_the_rules():
    conforms(ContextMixing)


def test_its_bytes_never_change():
    same_as_golden(ContextMixing, Path(__file__).parent / "golden", exact=True)


def test_it_is_smaller_than_adaptive():
    symbols, context = latents(2000, 24)
    assert len(ContextMixing().encode(symbols, context)) < 0.99 * len(Adaptive().encode(symbols, context))


def test_it_learns_where_the_prior_is_wrong():
    symbols, context = latents(2000, 24)
    flat = SymbolTables(normalise(np.ones((20, 82))), -40, context.tables.scales)
    blind = Context(context.index, flat, context.shape)
    assert len(ContextMixing().encode(symbols, blind)) < 1.1 * len(ContextMixing().encode(symbols, context))


def test_a_cut_part_gives_the_symbols_that_its_bytes_decide():
    symbols, context = latents(500, 16)
    data = ContextMixing().encode(symbols, context)
    found, known = ContextMixing().decoder(data[: len(data) // 2], complete=False).get(context)
    assert known > len(symbols) * 0.4
    assert (found[:known] == symbols[:known]).all()


def test_the_logistic_tables_are_what_they_were():
    assert [int(SQUASH[place]) for place in (0, 2047, 3071, 4095, 6142)] == [16, 1178, 32768, 64357, 65520]
    assert [int(STRETCH[place]) for place in (0, 1024, 2048, 4095)] == pytest.approx([-2306, -281, 0, 2306], abs=2)
    assert len(THRESHOLDS) > LINKS
