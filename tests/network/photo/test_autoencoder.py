import numpy as np
from keras import ops

from aictui.network.photo.autoencoder import dct_basis
from aictui.network.photo.layers import chunks_to_features, depth_to_space, features_to_chunks, space_to_depth
from tests.network.photo.small import SMALL, chunks_of


def test_the_basis_is_orthonormal_and_starts_with_the_mean_of_all_pixels():
    basis = dct_basis()
    np.testing.assert_allclose(basis @ basis.T, np.eye(768), atol=1e-12)
    np.testing.assert_allclose(basis[0], 768**-0.5)


def test_reshapings_undo_each_other():
    x = np.arange(2 * 4 * 6 * 3, dtype=np.float32).reshape(2, 4, 6, 3)
    assert (ops.convert_to_numpy(depth_to_space(space_to_depth(x, 2), 2)) == x).all()
    chunks = chunks_of(2, 3)[None]
    features = ops.convert_to_numpy(chunks_to_features(chunks))
    assert (ops.convert_to_numpy(features_to_chunks(features)) == chunks).all()
    image = chunks[0].reshape(2, 3, 16, 16, 3).transpose(0, 2, 1, 3, 4).reshape(32, 48, 3)
    assert (features[0, 1, 4].reshape(8, 8, 3) == image[8:16, 32:40]).all()


def test_an_untrained_network_is_the_linear_transform():
    from aictui.network.photo.network import PhotoNetwork

    network, chunks = PhotoNetwork(SMALL), chunks_of(2, 2)[None]
    level, tune = np.full(1, 3, np.float32), np.zeros(1, np.float32)
    latents = ops.convert_to_numpy(network.analyse(chunks, level, tune, 0))
    np.testing.assert_allclose(latents, chunks @ dct_basis()[: SMALL.latents].T.astype(np.float32), atol=1e-5)


def test_a_padded_grid_gives_inside_what_the_grid_alone_gives(network):
    chunks, scale = chunks_of(3, 5), np.float32(1.3)
    padded, inside = np.full((1, 6, 8, 768), 0.3, np.float32), np.zeros((1, 6, 8, 1), np.float32)
    padded[0, :3, :5], inside[0, :3, :5] = chunks, 1
    deviation = np.ones(SMALL.latents, np.float32)
    for layer, alone, among in [
        (network.analyses[0], chunks[None], padded),
        (network.synthesis, chunks[None, ..., : SMALL.latents], padded[..., : SMALL.latents]),
    ]:
        expected = ops.convert_to_numpy(layer(alone, deviation, scale, scale))
        found = ops.convert_to_numpy(layer(among, deviation, scale, scale, inside))
        np.testing.assert_allclose(found[:, :3, :5], expected, atol=1e-5)
