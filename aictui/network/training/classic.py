"""How the `classic` model is trained: principal components first, then the nets by the progressive loss."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK
from aictui.errors import UsageError
from aictui.network import store
from aictui.network.classic.config import ClassicConfig
from aictui.network.classic.model import ClassicModel, build_network, network_tensors, transforms
from aictui.network.identity import Tensors
from aictui.network.progressive import draw, exact_loss, sampled_loss
from aictui.network.training.classic_tables import fit_bounded_steps, fit_prior
from aictui.network.training.data import PhotoFolder
from aictui.network.training.events import Quality
from aictui.network.training.optimizer import Rule
from aictui.network.training.recipe import Recipe
from aictui.network.training.request import TrainingRequest
from aictui.network.training.stepping import Array, Batch, Loss
from aictui.progress import Progress, silent

if TYPE_CHECKING:
    from aictui.chunkers.base import Chunker

COMPONENT_CROPS = 1500
"""Crops whose chunks give the principal components."""
FORCED = 0.6
"""Share of the training of a new model in which every net learns from the true earlier latents, all at once."""
PRIOR_CROPS = 48
MEASURED_SIZE = 256
CROP = 64
CHUNKS = 1024
EXACT_CHUNKS = 16
LEAST_CROPS = 8
"""The least number of crops that the chunks of a step come from."""


class ClassicRecipe(Recipe):
    """Trains the nets of a `ClassicNetwork`.

    The progressive loss hardly ever cuts after the first few latents, so the nets are started by regression: each
    expects its group from the true earlier latents, which is the first term of its error at every cut before the
    group. Then comes the progressive loss itself.
    """

    learning_rate = 2e-3

    def __init__(self, request: TrainingRequest, photos: PhotoFolder) -> None:
        model = None if request.start is None else store.load(request.start)
        if model is not None and not isinstance(model, ClassicModel):
            raise UsageError(f"{request.start} is not a classic model; start from one of those, or from none")
        self._chunker = _chunker(request.chunker or (model.chunker if model else "planes16"))
        self._photos, self._new = photos, request.start is None
        self.crop = request.crop or CROP
        self.exact = request.exact
        chunks = self._chunker.chunk_size
        if model is not None:
            if model.chunker not in {self._chunker.id, self._chunker.like} or model.chunk_size != chunks:
                raise UsageError(
                    f"{request.start} was trained on the chunks of {model.chunker}, not of {self._chunker.id}; "
                    "leave --chunker out, or start from another model"
                )
            self.config = model.config
            self.network = build_network(model.config, model.weights)
        else:
            self.config = ClassicConfig(chunk_size=chunks, latents=chunks)
            self.network = build_network(self.config)
            self.network.start_from(*principal_components(self._chunks(COMPONENT_CROPS, 32), self.config.latents))
        self._transforms = transforms(self.network)
        self.chunks = request.batch or (EXACT_CHUNKS if self.exact else CHUNKS)
        self.variables = self.network.trainable_variables

    def rules(self, step: int, fraction: float) -> tuple[Rule, ...]:
        """Muon for the hidden layers, Adam for the last ones and the biases."""
        del step, fraction
        return tuple(Rule(muon=len(v.shape) == 2 and "/last/" not in v.path) for v in self.variables)

    def batch(self, photos: PhotoFolder) -> Batch:
        """``chunks`` (b, D), and ``kept`` (b,) int32 for the sampled progressive loss."""
        per_crop = self._chunker.split(np.zeros((self.crop, self.crop, 3), np.uint8)).values[..., 0].size
        chunks = self._chunks(max(-(-self.chunks // per_crop), LEAST_CROPS), self.crop)
        chunks = chunks[photos.rng.choice(len(chunks), self.chunks, replace=False)]
        return {"chunks": chunks, "kept": draw(photos.rng, self.chunks, self.config.latents)}

    def loss(self, fraction: float) -> Loss:
        """For a new model regression at first, then the progressive loss."""
        if self._new and fraction < FORCED:
            return self._forced_loss
        return self._exact_loss if self.exact else self._sampled_loss

    def evaluate(self, photos: PhotoFolder) -> tuple[tuple[Quality, ...], float]:
        """PSNR with the first 1/ratio of the latents, without quantization; the score is its mean from 2x on."""
        encode, decode = self._functions()
        counts = [self.config.latents]
        while counts[-1] > 1:
            counts.append(counts[-1] // 2)
        psnrs: list[list[float]] = [[] for _ in counts]
        for photo in photos.measured(MEASURED_SIZE):
            chunks = self._split(photo)
            latents = encode(chunks)
            for count, psnr in zip(counts, psnrs, strict=True):
                cut = np.where(np.arange(latents.shape[-1]) < count, latents, 0).astype(np.float32)
                error = float(np.mean((decode(cut) - chunks) ** 2))
                psnr.append(min(-10 * np.log10(max(error, 1e-12)), 99.0))
        means = [float(np.mean(psnr)) for psnr in psnrs]
        labels = [f"{self.config.latents / count:g}x" for count in counts]
        return tuple(map(Quality, labels, means)), float(np.mean(means[1:]))

    def finish(
        self, photos: PhotoFolder, notice: Callable[[str], None], progress: Progress = silent
    ) -> tuple[Tensors, dict[str, Any]]:
        """Fits steps and prior on training photos."""
        encode, _ = self._functions()
        progress(0.0, "taking photos")
        grids = [self._chunker.split(crop).values for crop in photos.crops(PRIOR_CROPS, MEASURED_SIZE)]
        stack = grids[0].shape[0] * CHUNK // MEASURED_SIZE
        latents = [encode(grid.reshape(-1, grid.shape[-1])).reshape(*grid.shape[:2], -1) * 255 for grid in grids]
        steps = fit_bounded_steps(np.concatenate([grid.reshape(-1, grid.shape[-1]) for grid in latents]))
        prior, rates = fit_prior(self.config, latents, steps, stack, MEASURED_SIZE**2, progress)
        notice("bits a pixel from the coarsest to the finest level: " + ", ".join(f"{rate:.3g}" for rate in rates))
        tensors = {**network_tensors(self.network), **prior, "bounded_steps": steps.astype(np.int32)}
        config = {
            "chunker": self._chunker.id,
            "chunk_size": self.config.chunk_size,
            "latents": self.config.latents,
            "width": self.config.width,
            "levels": self.config.levels,
            "default_level": self.config.levels - 1,
            "bounded": True,
            "typical_rates": rates,
        }
        return tensors, config

    def _functions(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Encoder and decoder with the present weights."""
        values = [variable.value for variable in self.network.weights]
        return partial(self._transforms[0], values), partial(self._transforms[1], values)

    def _forced_loss(self, batch: dict[str, Any]) -> tuple[Any, Any]:
        """How much of each group is left by what is expected of it, each group counting the same."""
        scaled = self.network.encode(batch["chunks"]) / self.network.deviation
        groups = [ops.mean(ops.square(scaled[:, group]), axis=-1) for group in self.config.groups[1:]]
        return sum(groups), 1.0

    def _sampled_loss(self, batch: dict[str, Any]) -> tuple[Any, Any]:
        chunks = batch["chunks"]
        return _as_grey(sampled_loss(self.network.decode, self.network.encode(chunks), chunks, batch["kept"]))

    def _exact_loss(self, batch: dict[str, Any]) -> tuple[Any, Any]:
        chunks = batch["chunks"]
        return _as_grey(exact_loss(self.network.decode, self.network.encode(chunks), chunks))

    def _chunks(self, count: int, size: int) -> NDArray[np.float32]:
        return np.concatenate([self._split(crop) for crop in self._photos.crops(count, size)])

    def _split(self, photo: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._chunker.split(photo).values.reshape(-1, self._chunker.chunk_size)


def principal_components(chunks: NDArray[np.float32], count: int) -> tuple[Array, Array, Array]:
    """Mean (D,), orthonormal columns (D, count) by falling variance, and their deviations (count,)."""
    mean = chunks.mean(0, dtype=np.float64)
    centred = (chunks - mean).astype(np.float32)
    variances, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64) / len(chunks))
    largest = np.argsort(-variances)[:count]
    return mean, vectors[:, largest], np.sqrt(np.maximum(variances[largest], 1e-8))


def _as_grey(loss: Any) -> tuple[Any, Any]:
    return ops.reshape(loss, (1,)) * 255**2, 1.0


def _chunker(chunker_id: str) -> "Chunker":
    from aictui.plugins import registry

    return registry().chunker(chunker_id)()
