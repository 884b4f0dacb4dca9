import hashlib

import numpy as np
import pytest

from aictui.network import store
from aictui.network.base import OperatingPoint
from aictui.network.classic.config import ClassicConfig, coarsening
from aictui.network.classic.model import ClassicModel, build_network, network_tensors
from aictui.network.classic.prior import channels, phases
from aictui.network.store import ModelInfo
from aictui.network.training.classic_tables import fit_bounded_steps, fit_prior

GOLDEN_WALK = ("8a48d6f9a0014622", "77fa4a68caa4c749")
"""Content hash of the shipped model, and the hash of centres and scale indices on a fixed walk."""

CONFIG = ClassicConfig(chunk_size=16, latents=6, width=4)
SIZES = {"chunk_size": 16, "latents": 6, "levels": CONFIG.levels, "default_level": CONFIG.levels - 1, "width": 4}


@pytest.fixture(scope="module")
def model():
    """A model of tiny chunks with a random orthonormal transform and nets that are not zero."""
    rng = np.random.default_rng(0)
    network = build_network(CONFIG)
    basis = np.linalg.qr(rng.normal(size=(16, 6)))[0]
    network.start_from(rng.normal(size=16) * 0.01, basis, np.linspace(0.5, 0.1, 6))
    for variable in network.trainable_variables:
        variable.assign(rng.normal(size=variable.shape).astype(np.float32) * 0.2)
    grids = [grid_of(rng, 12, 4).astype(np.float32) * 100 for _ in range(4)]
    steps = fit_bounded_steps(np.concatenate([grid.reshape(-1, 6) for grid in grids]))
    prior, rates = fit_prior(CONFIG, grids, steps, 3, 64)
    assert rates == sorted(rates)
    tensors = {**network_tensors(network), **prior, "bounded_steps": steps.astype(np.int32)}
    config = {"name": "tiny", "architecture": "classic", "chunker": "planes16", "bounded": True, **SIZES}
    return ClassicModel(ModelInfo(None, 0, bytes(8), config), tensors)


def grid_of(rng, rows, cols):
    """Latents that resemble their neighbours and, across thirds of the rows, each other."""
    smooth = np.cumsum(rng.normal(size=(rows // 3, cols, 6)), axis=1)
    return np.concatenate([smooth, smooth * 0.9, smooth * 1.1]) * np.array([9, 5, 3, 2, 1, 0.5])


def run(model, rows, cols, point, values):
    """The passes of a grid whose latents are ``values`` (rows * cols, K), rounded to the lattice."""
    found, lattice, dialogue = [], None, model.passes(rows, cols, point)
    while True:
        try:
            item = next(dialogue) if lattice is None else dialogue.send(lattice)
        except StopIteration:
            return found
        symbols = np.rint(values[item.positions, item.latents] - item.centres / 16).astype(np.int32)
        lattice = symbols * 16 + item.centres
        found.append(item)


@pytest.mark.parametrize("shape", [(6, 5), (3, 1), (9, 3)])
@pytest.mark.parametrize("latents", [1, 4, 6])
def test_every_latent_that_is_kept_is_coded_once(model, shape, latents):
    rows, cols = shape
    point = OperatingPoint(400, latents, stack=3)
    coded = np.zeros((rows * cols, 6), int)
    parts = []
    for item in run(model, rows, cols, point, np.zeros((rows * cols, 6))):
        coded[item.positions, item.latents] += 1
        parts.append(item.part)
        assert item.centres.dtype == np.int32
        assert item.index.dtype == np.uint16
    assert (coded[:, :latents] == 1).all()
    assert not coded[:, latents:].any()
    assert parts == sorted(parts)


def test_the_prior_learns_from_neighbours_and_channels(model):
    rng = np.random.default_rng(5)
    values = grid_of(rng, 12, 8).reshape(-1, 6) * 100 * 1024 / model.steps(OperatingPoint(600, 6))
    items = run(model, 12, 8, OperatingPoint(600, 6, stack=3), values)
    rest = sum(np.abs(values[item.positions, item.latents] - item.centres / 16).sum() for item in items)
    assert rest < 0.6 * np.abs(values).sum()


def test_a_pass_depends_on_earlier_passes_only(model):
    rng = np.random.default_rng(6)
    point, values = OperatingPoint(500, 6, stack=3), rng.normal(size=(6 * 5, 6)) * 20
    whole = run(model, 6, 5, point, values)
    for stop in (0, 3, len(whole) // 2):
        changed = values.copy()
        for item in whole[stop:]:
            changed[item.positions, item.latents] += 7
        again = run(model, 6, 5, point, changed)
        for one, two in zip(whole[: stop + 1], again[: stop + 1], strict=True):
            assert (one.centres == two.centres).all()
            assert (one.index == two.index).all()


@pytest.mark.parametrize("bounded", [False, True])
def test_latents_come_back_as_chunks(model, bounded):
    rng = np.random.default_rng(1)
    network = model._functions[1]
    chunks = network(rng.normal(size=(6, 6)).astype(np.float32) * 0.05).reshape(2, 3, 16)
    point = OperatingPoint(700, 6, bounded=bounded)
    back = model.synthesise(model.analyse(chunks, point), point)
    assert back == pytest.approx(chunks, abs=1e-5)


def test_a_chunk_does_not_see_its_neighbours(model):
    rng = np.random.default_rng(2)
    chunks, point = rng.normal(size=(3, 3, 16)).astype(np.float32), OperatingPoint(700, 6)
    alone = model.analyse(chunks[1:2, 1:2], point)
    assert model.analyse(chunks, point)[1:2, 1:2] == pytest.approx(alone, abs=1e-4)


def test_a_level_changes_the_step_by_less_than_a_percent(model):
    assert (coarsening()[:-1] / coarsening()[1:] < 1.0071).all()
    assert (np.diff(coarsening()) < 0).all()


def test_green_comes_first_and_predicts_the_others():
    assert channels(3) == ((1, ()), (0, (1,)), (2, (1, 0)))
    assert channels(1) == ((0, ()),)


@pytest.mark.parametrize("fine", [False, True])
def test_the_phases_cover_a_grid_once(fine):
    seen = np.zeros((5, 4), int)
    for y, x in phases(5, 4, fine):
        seen[y, x] += 1
    assert (seen == 1).all()


def test_a_byte_holds_nearly_every_latent(model):
    latents = np.random.default_rng(3).laplace(size=(20_000, 4)).astype(np.float32) * [100, 10, 1, 0.1]
    steps = fit_bounded_steps(latents) / 1024
    assert (np.mean(np.abs(latents / steps) > 127.5, axis=0) < 0.01).all()


def test_the_prior_of_the_shipped_model_walks_the_same_way_everywhere():
    info = store.read_info(store.shipped_folder() / "classic" / "classic.safetensors")
    prior = store.load_file(info.path)
    digest = hashlib.sha256()
    for bounded in (False, True):
        random = np.random.RandomState(7)  # whose stream is frozen
        dialogue = prior.passes(9, 4, OperatingPoint(600, 256, bounded=bounded, stack=3))
        item = next(dialogue, None)
        while item is not None:
            digest.update(item.centres.astype("<i4").tobytes() + item.index.astype("<u2").tobytes())
            lattice = (random.randint(-40, 41, item.centres.shape) * 16).astype(np.int32)
            try:
                item = dialogue.send(lattice)
            except StopIteration:
                item = None
    assert (info.content_hash.hex(), digest.hexdigest()[:16]) == GOLDEN_WALK


def test_the_prior_expects_the_same_however_many_chunks_it_looks_at_at_once(model, monkeypatch):
    values = grid_of(np.random.default_rng(1), 18, 7).reshape(-1, 6).round()
    point = OperatingPoint(model.levels - 1, 6, stack=3)
    whole = run(model, 18, 7, point, values)
    monkeypatch.setattr("aictui.network.classic.prior.BLOCK", 5)
    for one, other in zip(whole, run(model, 18, 7, point, values), strict=True):
        assert (one.centres == other.centres).all()
        assert (one.index == other.index).all()


def test_latents_are_carried_in_the_precision_in_which_they_are_held(model):
    point, latents = OperatingPoint(0, 6), np.ones((2, 2, 6), np.float16)
    assert model.carried(latents, model.nearby(point), point).dtype == np.float16
    assert model.carried(latents.astype(np.float32), model.nearby(point), point).dtype == np.float32
