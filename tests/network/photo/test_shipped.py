"""What the model that is shipped makes of pictures that are no photos."""

import numpy as np
import pytest

from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings, Target
from aictui.metrics.psnr import psnr


@pytest.mark.parametrize("tune", ["psnr", "visual"])
@pytest.mark.parametrize("side", [8, 16, 32])
def test_a_chessboard_stays_one(tune, side):
    squares = np.indices((192 // side, 256 // side)).sum(0) % 2 * 255
    board = np.kron(squares, np.ones((side, side)))[..., None].repeat(3, axis=2).astype(np.uint8)
    encoded = encode(SourceImage(board), Settings(model="photo", tune=tune, target=Target("level", 2000)))
    assert encoded.info.ratio > 9
    assert psnr(board, decode(encoded.data).pixels) > 28
