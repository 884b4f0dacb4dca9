from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from aictui.entropy.adaptive import Adaptive
from aictui.entropy.columns import best_predictor
from aictui.entropy.layout import LEAST, Layout, find
from aictui.entropy.tables import uniform_context

STACKED = Path(__file__).parents[1] / "fixtures" / "entropy" / "adaptive-stacked.bin"
"""What `passes` became: stacked planes, rows and large symbols, none of which the golden file of the kit has."""


def stack(rows: int, cols: int, latents: int, random: np.random.RandomState) -> np.ndarray:
    """(3 * rows * cols, latents) symbols of three planes, each latent likened to the plane before in its own way."""
    columns = []
    for latent in range(latents):
        size = (0, 2, 9, 40, 300, 1 << 14, 1 << 20)[latent % 7]
        steps = random.randint(-size, size + 1, (rows, cols), np.int64)
        plane = steps.cumsum(0).cumsum(1) // 8 if latent % 3 else steps
        planes = [plane]
        for _ in range(2):
            planes.append(
                planes[-1] * (0, 2, 3, 4)[latent % 4] // 4 + random.randint(-size // 8 - 1, size // 8 + 2, plane.shape)
            )
        column = np.stack(planes).ravel()
        if latent > 2:
            column[random.randint(0, len(column), len(column) // 100)] *= 50  # far above the mean
        columns.append(column)
    return np.stack(columns, axis=1).astype(np.int32)


def passes() -> Iterator[np.ndarray]:
    """(positions, latents) symbols of one part: shapes come again, one has no layout, and one halves counts."""
    random = np.random.RandomState(7)  # the old kind, whose numbers never change
    for rows, cols, latents in ((18, 20, 14), (9, 11, 7), (18, 20, 4), (3, 7, 4), (60, 64, 1), (9, 11, 4)):
        yield stack(rows, cols, latents, random)


def test_planes_rows_and_large_symbols_of_old_files_are_read() -> None:
    decoder = Adaptive().decoder(STACKED.read_bytes(), complete=True)
    for symbols in passes():
        found, known = decoder.get(uniform_context(*symbols.shape))
        assert known == symbols.size
        assert (found.reshape(symbols.shape) == symbols).all()


def test_planes_rows_and_large_symbols_take_no_more_bytes_than_before() -> None:
    encoder = Adaptive().encoder()
    for symbols in passes():
        encoder.put(symbols.ravel(), uniform_context(*symbols.shape))
    assert len(encoder.finish()) <= len(STACKED.read_bytes())


def test_the_passes_have_what_is_to_be_pinned() -> None:
    big, _, _, small, _, again = passes()
    assert find(np.ascontiguousarray(big.T)).planes == 3
    assert find(np.ascontiguousarray(big.T)).lag == 20
    assert len(small) < LEAST <= len(again)
    planes = big.T.reshape(14, 3, -1)
    chosen = {best_predictor(planes[latent, 1], planes[latent, 0], 20)[0] >> 2 for latent in range(14)}
    assert chosen == {0, 1, 2, 3}
    assert np.abs(big).max() > 1 << 23


@pytest.mark.parametrize("positions", [LEAST - 1, LEAST])
def test_a_layout_is_sent_with_enough_positions_alone(positions: int) -> None:
    rows = np.tile(np.random.RandomState(0).randint(-9, 10, 8), 8)[:positions].astype(np.int32)
    assert (find(rows[None]) == Layout()) == (positions < LEAST)
    context = uniform_context(positions, 1)
    assert (Adaptive().decode(Adaptive().encode(rows, context), context) == rows).all()
