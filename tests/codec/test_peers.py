import numpy as np
import pytest

from aictui.codec import peers
from aictui.errors import Cancelled, UsageError


@pytest.fixture(scope="module")
def photo():
    rows, cols = np.mgrid[0:96, 0:128]
    noise = np.random.default_rng(0).normal(0, 6, (96, 128, 3))
    smooth = np.stack([rows * 2, cols * 1.5, 200 - rows - cols * 0.3], axis=2)
    return np.clip(smooth + noise, 0, 255).astype(np.uint8)


def test_jpeg_is_always_a_peer():
    assert peers.available()[0].id == "jpeg"


@pytest.mark.parametrize("peer", peers.available(), ids=lambda peer: peer.id)
def test_a_peer_uses_the_best_quality_that_stays_within_the_bytes(photo, peer):
    result = peers.match(photo, peer, 4000)
    assert result.fits
    assert result.size <= 4000
    assert result.pixels.shape == photo.shape
    assert result.pixels.dtype == np.uint8
    assert result.setting == f"quality {result.quality}"
    if result.quality < peer.qualities[1]:
        assert peers.match(photo, peer, result.size).quality == result.quality


@pytest.mark.parametrize("peer", peers.available(), ids=lambda peer: peer.id)
def test_a_peer_that_cannot_be_so_small_shows_its_worst_quality_and_says_so(photo, peer):
    result = peers.match(photo, peer, 10)
    assert not result.fits
    assert result.quality == peer.qualities[0]
    assert result.size > 10


def test_a_grey_image_is_compared_in_colour():
    grey = np.full((20, 30, 1), 90, np.uint8)
    assert peers.match(grey, peers.find("jpeg"), 2000).pixels.shape == (20, 30, 3)


def test_the_search_takes_few_encodings_and_can_be_cancelled(photo):
    seen = []

    def stop(fraction, phase):
        seen.append(phase)
        if len(seen) == 3:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        peers.match(photo, peers.find("jpeg"), 4000, stop)
    assert len(seen) == 3


def test_an_unknown_format_is_named_with_the_known_ones():
    with pytest.raises(UsageError, match="choose one of jpeg"):
        peers.find("gif")
