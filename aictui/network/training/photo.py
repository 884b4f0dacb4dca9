"""How the `photo` model is trained: all levels and tunes at once, for rate plus distortion."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK
from aictui.chunkers.rgb16 import Rgb16
from aictui.errors import InputError, UsageError
from aictui.network import store
from aictui.network.backend import compiled
from aictui.network.identity import Tensors
from aictui.network.photo.autoencoder import dct_basis
from aictui.network.photo.config import PhotoConfig
from aictui.network.photo.distortion import distortion, squared_error
from aictui.network.photo.layers import CHUNK_SIZE
from aictui.network.photo.network import PhotoNetwork, restored
from aictui.network.training.data import PhotoFolder
from aictui.network.training.events import Quality
from aictui.network.training.optimizer import Rule
from aictui.network.training.recipe import Recipe
from aictui.network.training.request import TrainingRequest
from aictui.network.training.stepping import Array, Batch, Loss
from aictui.progress import Progress, silent
from aictui.quantizers.deadzone import Deadzone

CROP = 256
"""The six scales of SSIMULACRA 2 need it."""
CROPS = 6
VISUAL_SHARE = 0.25
"""Of all crops, the first of a batch, in the tune for people."""
TRUNCATED = 0.1
"""Share of crops of which only the first slices are kept."""
LINEAR_SHARE = 0.1
"""Of the learning rate, for the linear path."""
LINEAR_FROZEN = 1000
"""Steps for which the linear path stays as it is in a new network."""
DEAD_ZONE = float(Deadzone().settings["zone"])
"""Latents are rounded as the default quantizer does."""
HARD_FROM = 0.87
"""From this fraction on the encoder is frozen, and the rate is that of rounded latents."""
SAMPLES = 20_000
"""Chunks that pick and order the latents of a new network."""
MEASURED_ANCHORS = (1, 4, 7)
MEASURED_SIZE = 256
MEMORY = 0.03
"""Weight of a new loss in the running mean of its tune and level."""


class PhotoRecipe(Recipe):
    """Trains a `PhotoNetwork` (Ballé 2018; Minnen 2020 for rounding; progressive truncation as in `progressive`).

    Every crop has a level and a tune of its own. Losses differ by a factor of a hundred between levels, so each is
    divided by the running mean of its level and tune, and those of truncated crops by themselves.
    """

    learning_rate = 1e-3

    def __init__(self, request: TrainingRequest, photos: PhotoFolder) -> None:
        if request.chunker not in (None, Rgb16.id):
            raise UsageError(f"the photo architecture works on chunker {Rgb16.id}, not on {request.chunker}")
        self.crop, self.crops = request.crop or CROP, request.batch or CROPS
        if self.crop % CHUNK:
            raise UsageError(f"the side of a crop is a multiple of {CHUNK}, not {self.crop}")
        self._photos, self._new = photos, request.start is None
        half = request.half and keras.config.backend() == "torch"
        with _policy("mixed_bfloat16" if half else "float32"):
            self.network = self._start(request.start)
        self.config: PhotoConfig = self.network.config
        self.variables = self.network.trainable_variables
        self._paths = [str(variable.path) for variable in self.variables]
        tables = (len(self.config.tunes), self.config.anchors)
        self._running = np.zeros(tables, np.float32)
        self._evaluations = [compiled(partial(self._outcome, visual=tune)) for tune in range(len(self.config.tunes))]

    def rules(self, step: int, fraction: float) -> tuple[Rule, ...]:
        """Muon for kernels; the linear path slowly and, in a new network, late; at the end no encoder."""

        def rule(path: str, variable: Any) -> Rule:
            if fraction >= HARD_FROM and ("/analysis" in path or path.endswith("log_gain")):
                return Rule(muon=False, share=0.0)
            if "/linear/" in path:
                return Rule(muon=False, share=0.0 if self._new and step < LINEAR_FROZEN else LINEAR_SHARE)
            return Rule(muon=len(variable.shape) in {2, 4})

        return tuple(map(rule, self._paths, self.variables))

    def batch(self, photos: PhotoFolder) -> Batch:
        """Chunks with a level, a tune, the slices that are kept, noise for the rate, and a weight each."""
        config, rng, count = self.config, photos.rng, self.crops
        chunks = np.stack([Rgb16().split(crop).values for crop in photos.crops(count, self.crop)])
        visual_crops = self._visual_crops
        tune = (np.arange(count) < visual_crops).astype(np.float32)
        level = rng.uniform(0, config.anchors - 1, count).astype(np.float32)
        ends = np.cumsum(config.slices)
        cut = rng.choice(len(ends), count, p=ends / ends.sum()) + 1
        most = self._slices_at(level)
        whole = rng.random(count) >= TRUNCATED
        keep = np.where(whole, most, np.minimum(cut, most)).astype(np.int32)
        usual = self._running[tune.astype(int), np.rint(level).astype(int)]
        weight = np.where(whole & (usual > 0), 1 / np.maximum(usual, 1e-9), 0).astype(np.float32)
        noise = rng.random((*chunks.shape[:3], config.latents), np.float32) - np.float32(0.5)
        return {"chunks": chunks, "level": level, "tune": tune, "keep": keep, "weight": weight, "noise": noise}

    def loss(self, fraction: float) -> Loss:
        """With noise in the rate; at the end of the rounded symbols."""
        return self._soft_loss if fraction < HARD_FROM else self._hard_loss

    def learn_from(self, batch: Batch, losses: Array) -> None:
        """Moves the running means."""
        whole = batch["keep"] == self._slices_at(batch["level"])
        for tune, level, loss in zip(batch["tune"][whole], batch["level"][whole], losses[whole], strict=True):
            cell = int(tune), round(float(level))
            before = self._running[cell]
            self._running[cell] = before + MEMORY * (loss - before) if before > 0 else loss

    def memory(self) -> Mapping[str, Array]:
        """The running means."""
        return {"running": self._running}

    def remember(self, memory: Mapping[str, Array]) -> None:
        """The running means."""
        self._running = memory["running"].astype(np.float32)

    def evaluate(self, photos: PhotoFolder) -> tuple[tuple[Quality, ...], float]:
        """PSNR and ideal rate at some levels of every tune; the score is minus the mean logarithm of the loss.

        Raises `InputError` where no held-out photo is large enough.
        """
        values = [variable.value for variable in self.network.weights]
        crops = [crop for crop in photos.measured(MEASURED_SIZE) if crop.shape[:2] == (MEASURED_SIZE, MEASURED_SIZE)]
        if not crops:
            raise _too_small(photos)
        qualities, logs = [], []
        for tune, name in enumerate(self.config.tunes):
            for anchor in MEASURED_ANCHORS:
                setting = np.full(1, anchor, np.float32), np.full(1, tune, np.float32)
                measure = self._evaluations[tune]
                found = [measure(values, Rgb16().split(crop).values[None], *setting) for crop in crops]
                bits, _, loss = np.mean(np.stack(found), axis=0)
                psnr = -10 * float(np.mean([np.log10(max(each[1], 1e-10)) for each in found]))
                qualities.append(Quality(f"{name} level {anchor}", psnr, float(bits)))
                logs.append(np.log(loss))
        return tuple(qualities), -float(np.mean(logs))

    def finish(
        self, photos: PhotoFolder, notice: Callable[[str], None], progress: Progress = silent
    ) -> tuple[Tensors, dict[str, Any]]:
        """The integer prior and the tables, fitted to training photos."""
        from aictui.network.photo.fitting import export

        with _policy("float32"):
            network = PhotoNetwork(self.config)
        for variable, trained in zip(network.weights, self.network.weights, strict=True):
            variable.assign(ops.convert_to_numpy(trained.value))
        return export(network, photos.crops, report=notice, progress=progress)

    def _slices_at(self, level: Array) -> Array:
        """How many slices are coded at each level."""
        return np.array([self.config.slices_at(float(place)) for place in level])

    @property
    def _visual_crops(self) -> int:
        return max(1, round(self.crops * VISUAL_SHARE)) if len(self.config.tunes) > 1 else 0

    def _start(self, start: str | None) -> PhotoNetwork:
        if start is None:
            return PhotoNetwork(PhotoConfig(), self._variances())
        info = store.find(start)
        if info.architecture != "photo":
            raise UsageError(f"{start} is a {info.architecture} model; start from a photo model or from none")
        _, tensors = store.read(info.path)
        return restored(PhotoConfig.from_json(info.config["network"]), tensors)

    def _variances(self) -> NDArray[np.float64]:
        """(768,) variances of the rows of `dct_basis` on training chunks."""
        crops = self._photos.crops(-(-SAMPLES // 16), 4 * CHUNK)
        chunks = np.concatenate([Rgb16().split(crop).values.reshape(-1, CHUNK_SIZE) for crop in crops])
        variances: NDArray[np.float64] = np.square(chunks @ dct_basis().T).mean(0)
        return variances

    def _soft_loss(self, batch: dict[str, Any]) -> tuple[Any, Any]:
        return self._weighted(batch, noise=batch["noise"])

    def _hard_loss(self, batch: dict[str, Any]) -> tuple[Any, Any]:
        return self._weighted(batch, noise=None)

    def _weighted(self, batch: dict[str, Any], noise: Any) -> tuple[Any, Any]:
        chunks, level, tune = batch["chunks"], batch["level"], batch["tune"]
        chosen, bits = self.network.rate_distortion(
            chunks, level, tune, batch["keep"], visual=self._visual_crops, noise=noise, dead_zone=DEAD_ZONE
        )
        losses = _rate(bits, chunks) + self._distortion(chunks, chosen, level, tune, self._visual_crops)
        own = 1 / ops.stop_gradient(losses)
        return losses, ops.where(batch["weight"] > 0, batch["weight"], own)

    def _distortion(self, chunks: Any, decoded: Any, level: Any, tune: Any, visual_crops: int) -> Any:
        return distortion(chunks, decoded, self.network.lagrangian(level), level, tune, visual_crops)

    def _outcome(self, values: Sequence[Any], chunks: Any, level: Any, tune: Any, visual: int) -> Any:
        """(3,): bits a pixel, mean squared error and loss of one crop, of which ``visual`` have tune 1."""
        with keras.StatelessScope(state_mapping=list(zip(self.network.weights, values, strict=True))):
            decoded, bits = self.network.rate_distortion(chunks, level, tune, visual=visual)
            rate = _rate(bits, chunks)
            loss = rate + self._distortion(chunks, decoded, level, tune, visual)
        return ops.concatenate([rate, squared_error(chunks, decoded), loss])


def _rate(bits: Any, chunks: Any) -> Any:
    """(b,) bits a pixel of (b, slices) bits."""
    return ops.sum(bits, axis=1) / (chunks.shape[1] * chunks.shape[2] * CHUNK**2)


def check_sizes(photos: PhotoFolder) -> None:
    """Raises `InputError` where, as their headers tell, no held-out photo is large enough to be measured."""
    if not photos.reach(MEASURED_SIZE, photos.held_out):
        raise _too_small(photos)


def _too_small(photos: PhotoFolder) -> InputError:
    names = ", ".join(path.name for path in photos.held_out)
    least = f"{MEASURED_SIZE} pixels a side"
    return InputError(f"none of the photos held out for measuring reaches {least} ({names}); take larger ones")


@contextmanager
def _policy(name: str) -> Iterator[None]:
    """Layers made inside compute in this precision."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
