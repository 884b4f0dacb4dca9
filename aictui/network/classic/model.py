"""A `classic` model as a file holds it: chunks to latents and back by its network, symbols by its prior."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import check
from aictui.network.base import Model, OperatingPoint, Passes
from aictui.network.classic.config import FINEST_STEP, UNIT, ClassicConfig, steps_at
from aictui.network.classic.prior import ClassicPrior
from aictui.network.identity import Tensors
from aictui.network.store import ModelInfo
from aictui.network.tables import unfold
from aictui.progress import Progress, silent

BATCHES = (64, 512, 4096)
"""Chunks are run in batches of these sizes, padded with zeros, so that few shapes are compiled."""

NETWORK = "network/"
"""What the names of the network's weights start with in a model file."""


class ClassicModel(Model):
    """Dense layers on chunks of one channel (or of all, with another chunker), with one operating rule for all rates.

    Unbounded, every latent has the same step, one grey level at the last level and twice that every 100 levels
    below. Bounded to a byte, each latent has the step at which -128..127 covers it at the last level.
    """

    architecture = "classic"
    margin = 0
    carries_exactly = True

    def __init__(self, info: ModelInfo, tensors: Tensors) -> None:
        """Raises `KeyError` or `ValueError` where the file lacks something."""
        self.name, self.content_hash = info.name, info.content_hash
        self.chunk_size, self.chunker, self.latents = info.chunk_size, info.chunker, info.latents
        self.levels, self.default_level = info.levels, info.default_level
        self.typical_rates = tuple(info.config.get("typical_rates", ()))
        self.config = ClassicConfig(info.chunk_size, info.latents, int(info.config["width"]))
        if self.levels != self.config.levels:
            raise ValueError(f"{self.levels} levels, where there are {self.config.levels}")
        self.weights = {name: value for name, value in tensors.items() if name.startswith(NETWORK)}
        self._finest = np.stack([np.full(self.latents, FINEST_STEP), tensors["bounded_steps"]]).astype(np.int64)
        tables = unfold(tensors["prior/frequencies"])
        check(tables)
        self._prior = ClassicPrior(self.config, tensors, tables)

    def steps(self, point: OperatingPoint) -> NDArray[np.int64]:
        """(latents,) quantization steps in 1 / UNIT grey level."""
        return steps_at(point.level, self._finest[int(point.bounded)])

    def analyse(
        self, chunks: NDArray[np.float32], point: OperatingPoint, progress: Progress = silent
    ) -> NDArray[np.float32]:
        """(rows, cols, chunk_size) chunks to (rows, cols, latents) latents, in steps."""
        del progress  # it takes a few milliseconds
        return self._run(self._functions[0], chunks, self.latents) * self._per_step(point)

    def nearby(self, point: OperatingPoint) -> OperatingPoint:
        """The last level: all have the same latents but for their steps."""
        return replace(point, level=self.levels - 1)

    def carried(
        self, latents: NDArray[np.float32], before: OperatingPoint, after: OperatingPoint
    ) -> NDArray[np.float32]:
        """Latents of one level in the steps of another."""
        ratio = (self.steps(before) / self.steps(after)).astype(np.float32)
        carried = np.empty_like(latents)  # of half precision where those of a large picture are
        return np.multiply(latents, ratio[: latents.shape[-1]], out=carried, casting="same_kind")

    def synthesise(
        self,
        latents: NDArray[np.float32],
        point: OperatingPoint,
        level: int | None = None,
        progress: Progress = silent,
    ) -> NDArray[np.float32]:
        """(rows, cols, latents) latents, in steps, to (rows, cols, chunk_size) chunks."""
        del level, progress
        return self._run(self._functions[1], latents / self._per_step(point), self.chunk_size)

    def passes(self, rows: int, cols: int, point: OperatingPoint) -> Passes:
        """The coding order of a grid, with the prior's expectation of every symbol."""
        return self._prior.passes(rows, cols, point, self.steps(point))

    def _per_step(self, point: OperatingPoint) -> NDArray[np.float32]:
        """What a latent in the units of pixels is multiplied by to be in steps."""
        return (255 * UNIT / self.steps(point)).astype(np.float32)

    def _run(self, function: Callable[[Any], Any], grid: NDArray[np.float32], width: int) -> NDArray[np.float32]:
        flat = grid.reshape(-1, grid.shape[-1])
        result = np.empty((len(flat), width), np.float32)
        start = 0
        while start < len(flat):
            size = _batch(len(flat) - start)
            part = flat[start : start + size]
            padded = np.concatenate([part, np.zeros((size - len(part), part.shape[1]), np.float32)])
            result[start : start + len(part)] = function(padded)[: len(part)]
            start += len(part)
        return result.reshape(*grid.shape[:-1], width)

    @cached_property
    def _functions(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        network = build_network(self.config, self.weights)
        encode, decode = transforms(network)
        values = [variable.value for variable in network.weights]
        return partial(encode, values), partial(decode, values)


def _batch(left: int) -> int:
    """The next batch where ``left`` chunks remain: one that is filled by more than half, or the smallest."""
    return next((size for size in reversed(BATCHES) if 2 * left > size), BATCHES[0])


def transforms(network: Any) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Compiled encoder and decoder of a network, from the values of its weights and an array to an array.

    The weights are arguments, so that a program is compiled once and kept, whatever they are.
    """
    from aictui.network.backend import compiled, use_keras

    stateless = use_keras().StatelessScope

    def encode(values: Any, chunks: Any) -> Any:
        with stateless(state_mapping=list(zip(network.weights, values, strict=True))):
            return network.encode(chunks)

    def decode(values: Any, latents: Any) -> Any:
        with stateless(state_mapping=list(zip(network.weights, values, strict=True))):
            return network.decode(latents)

    return compiled(encode), compiled(decode)


def build_network(config: ClassicConfig, weights: Mapping[str, NDArray[Any]] | None = None) -> Any:
    """The Keras network, with ``weights`` by name as `network_tensors` gives them; raises `KeyError`, `ValueError`."""
    from aictui.network.backend import use_keras

    use_keras()
    from aictui.network.classic.network import ClassicNetwork

    network = ClassicNetwork(config.chunk_size, config.latents, config.width)
    if weights is not None:
        for variable in network.weights:
            variable.assign(weights[_name(variable)].astype(np.float32))
    return network


def network_tensors(network: Any) -> Tensors:
    """The weights of a network by name: nets in half precision, the transform in full."""
    from keras import ops

    tensors = {}
    for variable in network.weights:
        value = np.asarray(ops.convert_to_numpy(variable.value), np.float32)
        tensors[_name(variable)] = value.astype(np.float16) if variable.trainable else value
    return tensors


def _name(variable: Any) -> str:
    return NETWORK + str(variable.path).partition("/")[2]
