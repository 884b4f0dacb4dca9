import pytest

from aictui.network.photo.config import PhotoConfig


@pytest.mark.parametrize(("place", "latents"), [(0, 320), (3.99, 320), (4, 512), (6.99, 512), (7, 768), (12, 768)])
def test_the_finest_latents_are_coded_from_their_anchor_on(place, latents):
    config = PhotoConfig()
    assert config.latents_at(int((config.below + place) * 256)) == latents


def test_every_net_sees_two_windows_a_block():
    config = PhotoConfig(analysis_blocks=(3, 2), synthesis_blocks=(5, 3))
    assert config.margins == (7, 11)


def test_a_configuration_comes_back_from_a_file():
    config = PhotoConfig(slices=(2, 3), passes=(2, 1), fine_from=(3.5,))
    assert PhotoConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(("latents", "held"), [(1, 320), (320, 320), (321, 512), (512, 512), (513, 768), (768, 768)])
def test_a_configuration_is_cut_to_what_some_level_codes(latents, held):
    config = PhotoConfig().holding(latents)
    assert config.latents == held
    assert config.latents_at(0) == 320
    assert config.latents_at(config.levels - 1) == held
