"""The coder keeps the rules, its bytes never change, and it is worth having."""

from pathlib import Path

import numpy as np
import pytest
from aictui_zstd import Zstd

from aictui.entropy.deflate import Deflate
from aictui.entropy.tables import uniform_context
from aictui.testing import conforms, same_as_golden
from aictui.testing.data import latents


def test_it_keeps_the_rules():
    conforms(Zstd)


def test_its_bytes_never_change():
    same_as_golden(Zstd, Path(__file__).parent / "golden")


def test_it_is_smaller_than_deflate():
    symbols, context = latents(4000, 24)
    assert len(Zstd().encode(symbols, context)) < len(Deflate().encode(symbols, context))


def test_data_that_ends_early_is_refused():
    data = Zstd().encode(np.arange(100, dtype=np.int32), uniform_context(100, 1))
    with pytest.raises(ValueError, match="damaged"):
        Zstd().decode(data[:20], uniform_context(100, 1))
