import numpy as np
import pytest

from aictui.network.backend import use_keras
from tests.network.photo.small import SMALL, chunks_of, make_model

use_keras()


@pytest.fixture(scope="session")
def network():
    """A small network with random weights, its nets and its prior large enough to matter."""
    keras = use_keras()
    keras.utils.set_random_seed(7)
    from aictui.network.photo.network import PhotoNetwork

    network = PhotoNetwork(SMALL)
    rng = np.random.default_rng(1)
    for variable in network.trainable_weights:
        if "linear" not in variable.path and "log_" not in variable.path:
            noise = rng.normal(0, 0.05, variable.shape)
            variable.assign(np.asarray(variable.value) + noise.astype(np.float32))
    return network


@pytest.fixture(scope="session")
def tensors(network):
    from aictui.network import tables
    from aictui.network.photo import planes
    from aictui.network.photo.export import calibrate, exact_tensors, network_tensors

    sample = np.stack([chunks_of(6, 6, seed) for seed in range(2)])
    batches = [
        (sample, np.full(2, level, np.float32), np.full(2, tune, np.float32)) for level, tune in ((2, 0), (8, 1))
    ]
    return {
        **network_tensors(network),
        **exact_tensors(network, calibrate(network, batches)),
        "tables/symbols": tables.fit(tables.no_counts()),
        "tables/thirds": planes.fit(planes.no_counts()),
    }


@pytest.fixture(scope="session")
def model(tensors):
    return make_model(tensors)
